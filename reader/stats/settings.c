// SPDX-License-Identifier: BSD-2-Clause
/* Filter, sample and pause of a tap; used by show.c and lines_json.c. */
#include <json-c/json.h>

#include "pin/cli/output.h"
#include "reader/stats/settings.h"
#include "reader/text/escape.h"

void settings_add_json(struct json_object *o, const struct in_force *f)
{
	if (f->filter)
		json_object_object_add(o, "filter", output_string(f->filter));
	json_object_object_add(o, "sample", json_object_new_int64(f->sample));
	json_object_object_add(o, "paused", json_object_new_boolean(f->control.paused));
}

void settings_print(FILE *out, const struct in_force *f)
{
	static char filter[ESCAPE_GROWTH * XDPTAP_FILTER_MAX];

	if (f->control.paused)
		fputs("    paused\n", out);
	if (f->sample > 1)
		fprintf(out, "    sample 1 in %u\n", f->sample);
	if (f->filter) {
		*escape_put(filter, f->filter) = '\0';
		fprintf(out, "    filter %s\n", filter);
	}
}
