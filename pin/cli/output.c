// SPDX-License-Identifier: BSD-2-Clause
/* What the commands of loader and stats print on stdout. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "pin/cli/diag.h"
#include "pin/cli/output.h"
#include "reader/text/utf8.h"

struct json_object *output_string(const char *text)
{
	char valid[UTF8_GROWTH * PATH_MAX], *end;

	end = utf8_put(valid, valid + sizeof(valid), text);
	return json_object_new_string_len(valid, (int)(end - valid));
}

void output_json(struct json_object *value, bool pretty)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	if (pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	puts(json_object_to_json_string_ext(value, flags));
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
