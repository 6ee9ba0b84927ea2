/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON on stdout, and making sure that stdout was really written. */
#ifndef XDPTAP_PIN_CLI_OUTPUT_H
#define XDPTAP_PIN_CLI_OUTPUT_H

#include <stdbool.h>

struct json_object;

/*
 * The name of an interface, or another text of at most PATH_MAX bytes that may
 * hold any; what is no UTF-8 becomes U+FFFD. NULL: no memory.
 */
struct json_object *output_string(const char *text);

/* Prints `value` and a newline on stdout. */
void output_json(struct json_object *value, bool pretty);

/*
 * Flushes stdout; for the end of a command. Returns `status`, or EXIT_FAILED
 * after saying that stdout could not be written. A closed pipe is no error.
 */
int output_finish(int status);

#endif
