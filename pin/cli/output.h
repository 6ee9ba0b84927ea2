/* SPDX-License-Identifier: BSD-2-Clause */
/* Values as JSON, and making sure that stdout was really written. */
#ifndef XDPTAP_PIN_CLI_OUTPUT_H
#define XDPTAP_PIN_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_object;

/*
 * New JSON values. Whatever there is no memory for, the value as a whole is not printed, and
 * output_finish() says so: callers need not check.
 */
struct json_object *output_object(void);
struct json_object *output_array(void);
struct json_object *output_int(int64_t value);
struct json_object *output_uint(uint64_t value);
struct json_object *output_bool(bool value);
struct json_object *output_text(const char *text);                   /* which is UTF-8 */
struct json_object *output_chars(const char *text, const char *end); /* from text up to end */

/* Adds a value to an object or a list, which owns it then; NULL: null. */
void output_add(struct json_object *o, const char *key, struct json_object *value);
void output_append(struct json_object *list, struct json_object *value);

/*
 * Returns a new JSON string of the name of an interface, or of another text. Bytes that are not
 * valid UTF-8 become U+FFFD.
 */
struct json_object *output_string(const char *text);

/* Returns a new JSON number with so many decimals: json-c would print 17 digits. */
struct json_object *output_decimal(double value, int decimals);

/*
 * Prints `value` and a newline to `out`, indented if `pretty`. Returns 0, or -ENOMEM if
 * there was none for all of it; check `out` for errors afterwards.
 */
int output_json(FILE *out, struct json_object *value, bool pretty);

/*
 * Flushes stdout at the end of a command. Returns `status`, or EXIT_FAILED after printing
 * that stdout could not be written, or a JSON value not. A closed pipe is not an error.
 */
int output_finish(int status);

#endif
