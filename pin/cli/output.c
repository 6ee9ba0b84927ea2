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

struct json_object *output_string(const char *text)
{
	size_t room = UTF8_GROWTH * strlen(text) + 1;
	char *valid = calloc(1, room), *end; /* malloc(): gcc thinks that the limit is read */
	struct json_object *string;

	if (!valid)
		return NULL;
	end = utf8_put(valid, valid + room, text);
	string = json_object_new_string_len(valid, (int)(end - valid));
	free(valid);
	return string;
}

struct json_object *output_decimal(double value, int decimals)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", decimals, value);
	return json_object_new_double_s(value, text);
}

int output_json(FILE *out, struct json_object *value, bool pretty)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text;

	if (pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	text = json_object_to_json_string_ext(value, flags);
	if (!text)
		return -ENOMEM;
	fprintf(out, "%s\n", text);
	return 0;
}

int output_finish(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	if (errno == EPIPE)
		return status;
	diag_error("can't write to stdout: %s", strerror(errno));
	return EXIT_FAILED;
}
