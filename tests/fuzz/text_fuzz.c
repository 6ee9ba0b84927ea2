// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as an event, through the formatting of xdptap-reader: always one
 * line of printable ASCII, and never one too long. A target of libFuzzer with
 * ASan and UBSan; run by `make fuzz`.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <net/if.h>

#include "reader/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *why, const char *line, size_t len)
{
	fprintf(stderr, "%s: %.*s\n", why, (int)len, line);
	abort();
}

/* The bytes: an event, and if there are more the interface's name. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Exactly what the header asks for, so that ASan sees a byte more. */
	char *line = malloc(TEXT_LINE_MAX), ifname[IF_NAMESIZE] = "";
	struct packet_event ev = {};
	static struct clock clock;
	struct text t = { .clock = &clock };
	size_t len;

	if (!clock.local.text[0]) {
		setenv("TZ", "UTC0", 1);
		clock_init(&clock);
	}
	memcpy(&ev, data, size < sizeof(ev) ? size : sizeof(ev));
	for (size_t i = 0; i < IF_NAMESIZE - 1 && sizeof(ev) + i < size; i++)
		ifname[i] = (char)('a' + data[sizeof(ev) + i] % 26);

	if (!line)
		abort();
	len = (size_t)(text_put_packet(&t, line, *ifname ? ifname : NULL,
				       &(struct packet){ .event = &ev }) -
		       line);
	if (len < 2 || len > TEXT_LINE_MAX)
		fail("its length", line, len);
	if (line[len - 1] != '\n')
		fail("its end", line, len);
	for (size_t i = 0; i < len - 1; i++)
		if (line[i] < ' ' || line[i] > '~')
			fail("a character of it", line, len);
	free(line);
	return 0;
}
