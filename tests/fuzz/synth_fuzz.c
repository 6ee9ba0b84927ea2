// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as an event, and as a frame that gives one, through reader/synth.c:
 * never more than the event's length, and what the parser makes of it is the
 * event again, if it came from the parser and is not malformed. A target of
 * libFuzzer with ASan and UBSan; run by `make fuzz`.
 */
#include <stdint.h>

#include "tests/unit/synth_diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* More than the length fields of IP can say. */
#define ZEROS 70000

static void any_event(const uint8_t *data, size_t size)
{
	uint8_t *frame = malloc(SYNTH_MAX); /* exactly, so that ASan sees a byte more */
	struct packet_event ev = {};
	uint32_t bytes;

	if (!frame)
		abort();
	memcpy(&ev, data, size < sizeof(ev) ? size : sizeof(ev));
	bytes = synth_frame(frame, &ev);
	if (bytes > ev.len || bytes > SYNTH_MAX) {
		fprintf(stderr, "not so: %u bytes of %u\n", bytes, ev.len);
		abort();
	}
	free(frame);
}

/* With `zeros` after it, so that large ones come up. */
static void any_frame(const uint8_t *data, size_t size, uint32_t zeros)
{
	uint32_t len = (uint32_t)size + zeros;
	uint8_t *padded = calloc(1, len ? len : 1);
	frame_t frame = { .data = padded, .len = len };
	struct packet_event ev = {};
	char text[EVENT_DIFF_MAX];

	if (!padded)
		abort();
	memcpy(padded, data, size);
	parse_frame(&frame, len, &ev);
	free(padded);
	if (!(ev.flags & XDPTAP_EV_MALFORMED) && synth_diff(&ev, text)) {
		fputs(text, stderr);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	any_event(data, size);
	any_frame(data, size, 0);
	/* Now and then: it takes a while. */
	if (size && data[size - 1] == 0xa5)
		any_frame(data, size, ZEROS);
	return 0;
}
