/* SPDX-License-Identifier: BSD-2-Clause */
/* Values as JSON, and making sure that stdout was really written. */
#ifndef XDPTAP_PIN_CLI_OUTPUT_H
#define XDPTAP_PIN_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct json_object;

/*
 * Returns a new JSON string of the name of an interface, or of another text. Bytes that are not
 * valid UTF-8 become U+FFFD. NULL: no memory.
 */
struct json_object *output_string(const char *text);

/* Returns a new JSON number with so many decimals: json-c would print 17 digits. */
struct json_object *output_decimal(double value, int decimals);

/*
 * Prints `value` and a newline to `out`, indented if `pretty`. Returns 0 or -ENOMEM; check
 * `out` for errors afterwards.
 */
int output_json(FILE *out, struct json_object *value, bool pretty);

/*
 * Flushes stdout at the end of a command. Returns `status`, or EXIT_FAILED after printing
 * that stdout could not be written. A closed pipe is not an error.
 */
int output_finish(int status);

#endif
