/* SPDX-License-Identifier: BSD-2-Clause */
/* Where in an expression an error is, which libpcap does not say; used by expression.c. */
#ifndef XDPTAP_PIN_CLI_EXPRESSION_PLACE_H
#define XDPTAP_PIN_CLI_EXPRESSION_PLACE_H

#include <stdbool.h>

#include "pin/reason.h"

/*
 * Returns the offset of the first word with which the expression can't go on, or its length if it
 * only lacks an end; -1 if that can't be found out, or not within two seconds, which happens if
 * libpcap looks up names. `wrong` tells whether libpcap finds a syntax error, as it does in the
 * expression.
 */
long expression_place_syntax_error(const char *expression,
				   bool (*wrong)(void *libpcap, const char *text), void *libpcap);

/* Returns the offset of the word that libpcap's message quotes; -1 if it is not there just once. */
long expression_place_quoted(const char *expression, const char *message);

/* Appends to the reason a line with the expression and one with a mark below offset `at`. */
void expression_place_mark(struct reason *why, const char *expression, long at);

#endif
