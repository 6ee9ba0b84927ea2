/* SPDX-License-Identifier: BSD-2-Clause */
/* The JSON of `top`; docs/xdptap-stats.8 describes it. */
#ifndef XDPTAP_READER_STATS_TOP_JSON_H
#define XDPTAP_READER_STATS_TOP_JSON_H

#include "reader/stats/ranking.h"
#include "reader/text/time.h"

struct json_object;

/* Returns a new object, the caller's; `clock` converts the times of the flows. */
struct json_object *top_json_create(const struct ranking *t, struct time_base *clock);

#endif
