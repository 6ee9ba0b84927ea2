/* SPDX-License-Identifier: BSD-2-Clause */
/* From an event to a frame and back; used by the tests and the fuzzer of reader/synth.c. */
#ifndef XDPTAP_TEST_SYNTH_DIFF_H
#define XDPTAP_TEST_SYNTH_DIFF_H

#include <stdlib.h>

#include "bpf/parse.h"
#include "reader/synth.h"
#include "tests/bpf/event_diff.h"

/*
 * The frame of `ev`, and zeros up to ev->len, in memory of exactly that size for
 * the caller to free. *bytes: how many synth_frame() made.
 */
static inline __u8 *synth_padded(const struct packet_event *ev, __u32 *bytes)
{
	__u8 *made = malloc(SYNTH_MAX), *padded = calloc(1, ev->len ? ev->len : 1);

	if (!made || !padded)
		abort();
	*bytes = synth_frame(made, ev);
	memcpy(padded, made, *bytes);
	free(made);
	return padded;
}

/* The event that the padded frame of `ev` gives must be `ev`: what differs is put into `text`. */
static inline int synth_diff(const struct packet_event *ev, char text[EVENT_DIFF_MAX])
{
	struct packet_event got = {};
	__u32 bytes;
	__u8 *padded = synth_padded(ev, &bytes);
	frame_t frame = { .data = padded, .len = ev->len };

	parse_frame(&frame, ev->len, &got);
	free(padded);
	return event_diff(ev, &got, text);
}

#endif /* XDPTAP_TEST_SYNTH_DIFF_H */
