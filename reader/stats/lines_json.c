// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-stats -j watch`: one object per interval. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "pin/cli/output.h"
#include "pin/counters.h"
#include "reader/stats/lines_json.h"
#include "reader/stats/settings.h"
#include "reader/stats/verdict_json.h"
#include "reader/stats/verdict_rates.h"
#include "reader/text/time.h"

/* The format of a packet's time: UTC with nanoseconds. */
static struct json_object *timestamp(uint64_t ns)
{
	char text[TIME_TEXT_MAX];

	return output_text(time_rfc3339_ns(text, ns));
}

static struct json_object *seconds(double value)
{
	return value > 0 ? output_decimal(value, 6) : NULL;
}

static void add_rate(struct json_object *o, const char *key, const struct history_span *s,
		     double counter)
{
	output_add(o, key, output_decimal(counter / s->seconds, 3));
}

static void add_main_rates(struct json_object *o, const struct history_span *s)
{
	add_rate(o, "packets_per_second", s, (double)s->grown.packets);
	add_rate(o, "bits_per_second", s, (double)s->grown.bytes * 8);
	add_rate(o, "dropped_per_second", s, (double)s->grown.dropped);
}

/* Returns NULL, printed as null, if the span has no length. */
static struct json_object *rates(const struct history_span *s)
{
	struct json_object *o;

	if (s->seconds <= 0)
		return NULL;
	o = output_object();
	output_add(o, "seconds", seconds(s->seconds));
	add_main_rates(o, s);
	return o;
}

static struct json_object *all_rates(const struct history *h, const struct history_span *s)
{
	struct json_object *o = rates(s);
	char key[64];

	for (size_t i = 0; o && i < COUNTERS_N; i++) {
		if (!counters_kept(&h->now.meta, counters_table[i].offset))
			continue;
		snprintf(key, sizeof(key), "%s_per_second", counters_table[i].name);
		add_rate(o, key, s, (double)counters_get(&s->grown, &counters_table[i]));
	}
	return o;
}

/* Only CPUs that have counted anything: a large machine has hundreds that never will. */
static struct json_object *cpus(const struct history *h)
{
	struct json_object *list = output_array(), *o;

	for (int i = 0; i < h->now.n_cpus; i++) {
		struct history_span last = history_last_cpu(h, i);

		if (!h->now.cpus[i].packets)
			continue;
		o = output_object();
		output_add(o, "cpu", output_int(i));
		output_add(o, "packets", output_uint(h->now.cpus[i].packets));
		output_add(o, "bytes", output_uint(h->now.cpus[i].bytes));
		output_add(o, "dropped", output_uint(h->now.cpus[i].dropped));
		if (last.seconds > 0)
			add_main_rates(o, &last);
		output_append(list, o);
	}
	return list;
}

/* Frames per second by what became of them, and who dropped most; null without a previous sample.
 */
static void add_verdicts(struct json_object *o, const struct history *h)
{
	struct verdict_rates r = verdict_rates_last(h);
	struct json_object *final = NULL, *dropper = NULL;

	if (r.seconds > 0) {
		final = output_object();
		for (__u32 action = 0; action < XDPTAP_ACTIONS; action++)
			output_add(final, verdicts_action_key(action),
				   output_decimal((double)r.final[action] / r.seconds, 3));
	}
	if (r.dropper) {
		dropper = output_object();
		output_add(dropper, "prog_name", output_string(r.dropper->member.name));
		output_add(dropper, "prog_id", output_int(r.dropper->member.prog_id));
		output_add(dropper, "frames_per_second",
			   output_decimal((double)r.dropped / r.seconds, 3));
	}
	verdict_json_add(o, h->now.verdicts);
	output_add(o, "final_per_second", final);
	output_add(o, "top_dropper", dropper);
}

static void add_tap(struct json_object *o, const struct history *h)
{
	struct history_span last = history_last(h), ten = history_over(h, 10),
			    minute = history_over(h, 60);
	const struct sample *s = &h->now;

	output_add(o, "restarted", output_bool(h->state == HISTORY_RESTARTED));
	output_add(o, "ifindex", output_int(s->meta.ifindex));
	output_add(o, "runtime_seconds", output_decimal((double)s->runtime_ns / 1e9, 3));
	settings_add_json(o, &s->in_force);
	for (size_t i = 0; i < COUNTERS_N; i++)
		if (counters_kept(&h->now.meta, counters_table[i].offset))
			output_add(o, counters_table[i].name,
				   output_uint(counters_get(&s->total, &counters_table[i])));
	if (s->verdicts)
		add_verdicts(o, h);
	output_add(o, "last", all_rates(h, &last));
	output_add(o, "last_10s", rates(&ten));
	output_add(o, "last_60s", rates(&minute));
	output_add(o, "ring_bytes", output_uint(s->ring_bytes));
	output_add(o, "ring_used_bytes", s->ring_known ? output_uint(s->ring_used) : NULL);
	output_add(o, "reader", s->reader_known ? output_bool(s->reader) : NULL);
	output_add(o, "reader_pid", s->reader_pid ? output_int(s->reader_pid) : NULL);
	output_add(o, "cpus", cpus(h));
}

static struct json_object *tap(const struct history *h)
{
	struct json_object *o = output_object();

	output_add(o, "ifname", output_string(h->ifname));
	output_add(o, "state", output_text(tap_state_name(history_tap_state(h))));
	if (h->state != HISTORY_GONE)
		add_tap(o, h);
	else if (*h->reason)
		output_add(o, "reason", output_string(h->reason));
	return o;
}

int lines_json_print(const struct taps *t, bool pretty, FILE *out)
{
	struct json_object *o = output_object(), *list = output_array();
	int err;

	output_add(o, "ts", timestamp(t->realtime_ns));
	output_add(o, "interval_seconds", seconds(t->elapsed));
	for (size_t i = 0; i < t->n; i++)
		output_append(list, tap(t->list[i]));
	output_add(o, "taps", list);
	err = output_json(out, o, pretty);
	json_object_put(o);
	return err;
}
