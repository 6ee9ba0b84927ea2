/* SPDX-License-Identifier: BSD-2-Clause */
/* The expressions with which filters are tested; used by filter_test.c and standin_test.c. */
#ifndef XDPTAP_TEST_EXPRESSIONS_H
#define XDPTAP_TEST_EXPRESSIONS_H

#include <stdbool.h>
#include <stdio.h>

/* Returns the file, for the caller to close; NULL and errno on an error. */
FILE *expressions_open(void);

/*
 * Returns the next expression that libpcap can compile, valid until the next call, and whether to
 * compile it with libpcap's optimizer; NULL at the end.
 */
const char *expressions_next(FILE *from, bool *optimize);

#endif
