/* SPDX-License-Identifier: BSD-2-Clause */
/* Why something was refused, in words, for the caller to print. */
#ifndef XDPTAP_PIN_REASON_H
#define XDPTAP_PIN_REASON_H

#include <limits.h>

/* Holds a path and what is wrong with it. */
struct reason {
	char text[PATH_MAX + 128];
	char hint[256]; /* the next step; "": none that only this place knows */
};

/* Formats the text, without a hint. Returns `err`, so that a function can set the reason and return
 * the error at once. */
int reason_set(struct reason *r, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds the hint, afterwards. */
void reason_hint(struct reason *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
