/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON on stdout, and making sure that stdout was really written. */
#ifndef XDPTAP_PIN_CLI_OUTPUT_H
#define XDPTAP_PIN_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* RFC 3339 in UTC, to the second, of nanoseconds since the epoch. */
#define OUTPUT_TIME_MAX 32
const char *output_rfc3339(char buf[OUTPUT_TIME_MAX], uint64_t ns);

/* A size in the units that the loader takes: "16M", "64K", "4096". */
#define OUTPUT_SIZE_MAX 24
const char *output_size(char buf[OUTPUT_SIZE_MAX], uint64_t bytes);

#endif
