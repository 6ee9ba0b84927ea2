// SPDX-License-Identifier: BSD-2-Clause
/* Prints JSON, and checks that stdout was written; used by all three tools. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "pin/cli/diag.h"
#include "pin/cli/output.h"
#include "reader/text/utf8.h"

/* json-c tells nobody that it had no memory for a part of a value, and crashes where it should be.
 */
static bool incomplete;

static struct json_object *made(struct json_object *value)
{
	if (!value)
		incomplete = true;
	return value;
}

struct json_object *output_object(void)
{
	return made(json_object_new_object());
}

struct json_object *output_array(void)
{
	return made(json_object_new_array());
}

struct json_object *output_int(int64_t value)
{
	return made(json_object_new_int64(value));
}

struct json_object *output_uint(uint64_t value)
{
	return made(json_object_new_uint64(value));
}

struct json_object *output_bool(bool value)
{
	return made(json_object_new_boolean(value));
}

struct json_object *output_text(const char *text)
{
	return made(json_object_new_string(text));
}

struct json_object *output_chars(const char *text, const char *end)
{
	return made(json_object_new_string_len(text, (int)(end - text)));
}

void output_add(struct json_object *o, const char *key, struct json_object *value)
{
	if (o && !json_object_object_add(o, key, value))
		return;
	incomplete = true;
	json_object_put(value);
}

void output_append(struct json_object *list, struct json_object *value)
{
	if (list && !json_object_array_add(list, value))
		return;
	incomplete = true;
	json_object_put(value);
}

struct json_object *output_string(const char *text)
{
	size_t room = UTF8_GROWTH * strlen(text) + 1;
	char *valid = calloc(1, room), *end; /* malloc(): gcc thinks that the limit is read */
	struct json_object *string;

	if (!valid)
		return made(NULL);
	end = utf8_put(valid, valid + room, text);
	string = output_chars(valid, end);
	free(valid);
	return string;
}

struct json_object *output_decimal(double value, int decimals)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", decimals, value);
	return made(json_object_new_double_s(value, text));
}

int output_json(FILE *out, struct json_object *value, bool pretty)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text;

	if (pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	text = incomplete ? NULL : json_object_to_json_string_ext(value, flags);
	if (!text) {
		incomplete = true;
		return -ENOMEM;
	}
	fprintf(out, "%s\n", text);
	return 0;
}

int output_finish(int status)
{
	if (incomplete) {
		diag_error("can't print JSON: %s", strerror(ENOMEM));
		status = EXIT_FAILED;
	}
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	if (errno == EPIPE)
		return status;
	diag_error("can't write to stdout: %s", strerror(errno));
	return EXIT_FAILED;
}
