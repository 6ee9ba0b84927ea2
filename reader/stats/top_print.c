// SPDX-License-Identifier: BSD-2-Clause
/* Called by top.c and top_watch.c. */
#include <json-c/json.h>

#include "pin/cli/output.h"
#include "reader/stats/top_json.h"
#include "reader/stats/top_print.h"
#include "reader/stats/top_text.h"

void top_print(const struct options *o, const struct ranking *t, FILE *out)
{
	struct json_object *json;
	struct time_base clock;

	if (!o->json) {
		top_text_print(out, t);
		return;
	}
	time_init(&clock);
	json = top_json_create(t, &clock);
	output_json(out, json, o->pretty);
	json_object_put(json);
}
