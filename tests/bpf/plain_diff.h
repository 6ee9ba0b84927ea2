/* SPDX-License-Identifier: BSD-2-Clause */
/* The parser's two ways compared; used by the tests that have any frames. */
#ifndef XDPTAP_TEST_PLAIN_DIFF_H
#define XDPTAP_TEST_PLAIN_DIFF_H

#include "bpf/parse.h"
#include "tests/bpf/event_diff.h"

/*
 * Returns whether parse_plain() takes the frame. If so it must fill all of the
 * event, and as parse_headers() would: what differs is written into `text`, a
 * line a field, else "".
 */
static inline int plain_diff(frame_t *frame, char text[EVENT_DIFF_MAX])
{
	struct packet_event plain, headers;

	text[0] = 0;
	/* As in the ring: what was there before. */
	memset(&plain, 0xa5, sizeof(plain));
	memset(&headers, 0x5a, sizeof(headers));
	if (!parse_plain(frame, frame->len, &plain))
		return 0;
	put_fate(frame, frame->len, &headers);
	parse_headers(frame, &headers);
	event_diff(&headers, &plain, text);
	return 1;
}

#endif /* XDPTAP_TEST_PLAIN_DIFF_H */
