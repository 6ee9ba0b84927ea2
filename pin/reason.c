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
	return err;
}
