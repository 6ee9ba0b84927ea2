// SPDX-License-Identifier: BSD-2-Clause
/* Reasons in words; set by the functions that open pins. */
#include <stdarg.h>
#include <stdio.h>

#include "pin/reason.h"

int reason_set(struct reason *r, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(r->text, sizeof(r->text), fmt, args);
	va_end(args);
	r->hint[0] = '\0';
	return err;
}

void reason_hint(struct reason *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(r->hint, sizeof(r->hint), fmt, args);
	va_end(args);
}
