/* SPDX-License-Identifier: BSD-2-Clause */
/* One event as one line of text. */
#ifndef XDPTAP_TEXT_H
#define XDPTAP_TEXT_H

#include "bpf/abi.h"
#include "reader/clock.h"

/* No event makes a longer line, its newline and the NUL included, whatever
 * bytes it holds; text.c adds it up. */
#define TEXT_LINE_MAX 384

/*
 * Writes the line of `event` at `p`, where the caller has TEXT_LINE_MAX bytes.
 * `ifname`, of less than IF_NAMESIZE bytes, is shown if it is not NULL. Returns
 * the end of the line, behind the newline.
 */
char *text_put_line(char *p, struct clock *clock, const char *ifname,
		    const struct packet_event *event);

#endif
