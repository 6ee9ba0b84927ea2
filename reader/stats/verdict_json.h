/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts as JSON. */
#ifndef XDPTAP_READER_STATS_VERDICT_JSON_H
#define XDPTAP_READER_STATS_VERDICT_JSON_H

#include "reader/stats/verdict_sample.h"

struct json_object;

/* Adds the keys verdicts, xdp_errors and not_traced; the last two are null if not known. */
void verdict_json_add(struct json_object *o, const struct verdict_sample *v);

#endif
