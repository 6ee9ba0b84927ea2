// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-stats show`: prints one sample of each tap as text, JSON or metrics. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "pin/cli/arguments.h"
#include "pin/cli/diag.h"
#include "pin/cli/output.h"
#include "pin/cli/tap_error.h"
#include "pin/counters.h"
#include "pin/now.h"
#include "pin/tap.h"
#include "reader/stats/commands.h"
#include "reader/stats/options.h"
#include "reader/stats/prometheus.h"
#include "reader/stats/sample.h"
#include "reader/stats/textfile.h"
#include "reader/stats/settings.h"
#include "reader/stats/verdict_json.h"
#include "reader/stats/verdict_text.h"
#include "reader/text/duration.h"
#include "reader/text/escape.h"
#include "reader/text/percent.h"
#include "reader/text/time.h"

/* The taps that could be sampled. */
struct samples {
	struct sample *list;
	size_t n;
};

/* Packets per second since the tap was attached. */
static double mean_rate(const struct sample *s)
{
	return s->runtime_ns ? (double)s->total.packets * 1e9 / (double)s->runtime_ns : 0;
}

static void add_counters(struct json_object *o, const struct sample *s,
			 const struct packet_stats *stats)
{
	for (size_t i = 0; i < COUNTERS_N; i++)
		if (counters_kept(&s->meta, counters_table[i].offset))
			output_add(o, counters_table[i].name,
				   output_uint(counters_get(stats, &counters_table[i])));
}

/* A value that is not known is null. */
static struct json_object *sample_json(const struct sample *s)
{
	struct json_object *o = output_object();
	struct json_object *list = output_array(), *cpu;
	char since[TIME_TEXT_MAX];

	output_add(o, "ifname", output_string(s->ifname));
	output_add(o, "ifindex", output_int(s->meta.ifindex));
	output_add(o, "mode", output_text(tap_mode_name(s->meta.mode)));
	output_add(o, "state", output_text(tap_state_name(s->state)));
	output_add(o, "attached_at", output_text(time_rfc3339(since, s->meta.attached_ns)));
	output_add(o, "runtime_seconds", output_decimal((double)s->runtime_ns / 1e9, 3));
	output_add(o, "packets_per_second", output_decimal(mean_rate(s), 3));
	settings_add_json(o, &s->in_force);
	add_counters(o, s, &s->total);
	if (s->verdicts)
		verdict_json_add(o, s->verdicts);
	output_add(o, "ring_bytes", output_uint(s->ring_bytes));
	output_add(o, "ring_used_bytes", s->ring_known ? output_uint(s->ring_used) : NULL);
	output_add(o, "reader", s->reader_known ? output_bool(s->reader) : NULL);
	output_add(o, "reader_pid", s->reader ? output_int(s->reader_pid) : NULL);
	for (int i = 0; i < s->n_cpus; i++) {
		cpu = output_object();
		output_add(cpu, "cpu", output_int(i));
		add_counters(cpu, s, &s->cpus[i]);
		output_append(list, cpu);
	}
	output_add(o, "cpus", list);
	return o;
}

static void show_json(const struct samples *samples, bool pretty)
{
	struct json_object *list = output_array();

	for (size_t i = 0; i < samples->n; i++)
		output_append(list, sample_json(&samples->list[i]));
	output_json(stdout, list, pretty);
	json_object_put(list);
}

/* Prints after a counter: the rate of all packets, or its share of them. */
static void print_share(const struct sample *s, const struct counter *c)
{
	switch (c->offset) {
	case offsetof(struct packet_stats, packets):
		printf("  (%.2f pps)", mean_rate(s));
		break;
	case offsetof(struct packet_stats, tcp):
	case offsetof(struct packet_stats, udp):
	case offsetof(struct packet_stats, other):
	case offsetof(struct packet_stats, dropped):
	case offsetof(struct packet_stats, filtered):
	case offsetof(struct packet_stats, sampled_out):
	case offsetof(struct packet_stats, paused_out):
		printf("  (%.1f%%)", percent_of(counters_get(&s->total, c), s->total.packets));
		break;
	}
	putchar('\n');
}

static void print_rings(const struct sample *s)
{
	if (s->ring_known)
		printf("    %-11s %20" PRIu64 "  of %" PRIu64 " bytes not read yet (%.1f%%)\n",
		       "ring", s->ring_used, s->ring_bytes,
		       percent_of(s->ring_used, s->ring_bytes));
	else
		printf("    %-11s %20s  of %" PRIu64
		       " bytes: no permission to read the fill level\n",
		       "ring", "?", s->ring_bytes);
}

static void print_reader(const struct sample *s)
{
	if (s->reader)
		printf("    %-11s %20s  (pid %d)\n", "reader", "attached", (int)s->reader_pid);
	else if (s->reader_known)
		printf("    %-11s %20s\n", "reader", "none");
	else
		printf("    %-11s %20s  none in this PID namespace\n", "reader", "?");
}

/* What is 0 because every frame becomes an event needs no line. */
static bool is_shown(const struct sample *s, const struct counter *c)
{
	switch (c->offset) {
	case offsetof(struct packet_stats, filtered):
		return s->total.filtered || s->in_force.filter;
	case offsetof(struct packet_stats, sampled_out):
		return s->total.sampled_out || s->in_force.sample > 1;
	case offsetof(struct packet_stats, paused_out):
		return s->total.paused_out || s->in_force.control.paused;
	default:
		return counters_kept(&s->meta, c->offset);
	}
}

static void sample_text(const struct sample *s)
{
	uint64_t runtime_s = s->runtime_ns / NS_PER_SEC;
	char since[TIME_TEXT_MAX], runtime[DURATION_MAX], name[ESCAPE_IFNAME_MAX];

	printf("%s: %s mode %s since %s runtime %s\n", escape_ifname(name, s->ifname),
	       tap_state_name(s->state), tap_mode_name(s->meta.mode),
	       time_local(since, s->meta.attached_ns), duration_text(runtime, (double)runtime_s));
	settings_print(stdout, &s->in_force);
	for (size_t i = 0; i < COUNTERS_N; i++) {
		if (!is_shown(s, &counters_table[i]))
			continue;
		printf("    %-11s %20" PRIu64, counters_table[i].name,
		       counters_get(&s->total, &counters_table[i]));
		print_share(s, &counters_table[i]);
	}
	print_rings(s);
	print_reader(s);
	if (s->verdicts)
		verdict_text_print(stdout, s->verdicts);
	if (s->verdicts && s->verdicts->chain.n)
		diag_hint("'xdptap-loader set dev %s %s' takes in what is not traced", s->ifname,
			  s->meta.trace ? "trace" : "verdicts");
}

/* Returns 0, or -errno after printing why the textfile failed; main() checks stdout. */
static int show_metrics(const struct samples *samples, const struct stats_options *o)
{
	char *text = NULL;
	size_t size;
	FILE *f;
	int err;

	if (!o->textfile) {
		prometheus_write(stdout, samples->list, samples->n, o->per_cpu, o->labels);
		return 0;
	}
	f = open_memstream(&text, &size);
	if (!f)
		goto no_memory;
	prometheus_write(f, samples->list, samples->n, o->per_cpu, o->labels);
	err = ferror(f);
	if (fclose(f) || err)
		goto no_memory;
	err = textfile_replace(o->textfile, text, size);
	if (err)
		diag_error("can't write %s: %s", o->textfile, strerror(-err));
	free(text);
	return err;

no_memory:
	free(text);
	diag_error("%s", strerror(ENOMEM));
	return -ENOMEM;
}

/*
 * Samples one tap. Returns 0, or -errno after printing why. If it `may_vanish`, a tap that
 * does not exist is skipped without an error.
 */
static int add_sample(struct samples *samples, const struct tap_name *name, bool may_vanish)
{
	struct reason reason;
	struct sample *s = &samples->list[samples->n];
	int err = sample_take(s, name, &reason);

	if (!err) {
		s->state = tap_state_check(name->bpffs, &s->meta, &s->in_force);
		if (s->verdicts)
			verdict_sample_look(s->verdicts, name->bpffs, &s->meta, &s->in_force);
		samples->n++;
		return 0;
	}
	/* A tap without meta is not attached yet, or no longer. */
	if (may_vanish && (err == -ENOENT || err == -ENODATA))
		return 0;
	tap_error_open(name->ifname, err, &reason);
	return err;
}

static int show(struct samples *samples, const struct stats_options *o)
{
	if (o->prometheus)
		return show_metrics(samples, o);
	if (o->shared.json)
		show_json(samples, o->shared.pretty);
	for (size_t i = 0; !o->shared.json && i < samples->n; i++)
		sample_text(&samples->list[i]);
	return 0;
}

/*
 * Shows these taps. Of a list that `may_vanish`, one may be detached while others are sampled, and
 * some may be of other groups: those are left out with a message. Returns the exit status.
 */
static int show_taps(const struct stats_options *o, char (*taps)[IF_NAMESIZE], int n,
		     bool may_vanish)
{
	struct samples samples = { .list = calloc((size_t)n + 1, sizeof(*samples.list)) };
	int status = EXIT_OK, err;
	bool denied = false;

	if (!samples.list) {
		diag_error("%s", strerror(ENOMEM));
		return EXIT_FAILED;
	}
	for (int i = 0; i < n; i++) {
		const struct tap_name name = { o->shared.bpffs, taps[i] };

		err = add_sample(&samples, &name, may_vanish);
		if (err == -EACCES && may_vanish)
			denied = true;
		else if (err)
			status = EXIT_FAILED;
	}
	if (denied && !samples.n)
		status = EXIT_FAILED;
	if (show(&samples, o))
		status = EXIT_FAILED;
	while (samples.n)
		sample_close(&samples.list[--samples.n]);
	free(samples.list);
	return status;
}

static int show_all(const struct stats_options *o)
{
	char(*taps)[IF_NAMESIZE] = NULL;
	int n = tap_name_list(o->shared.bpffs, &taps), status = EXIT_FAILED;

	if (n < 0)
		tap_error_list(o->shared.bpffs, n);
	else
		status = show_taps(o, taps, n, true);
	free(taps);
	return status;
}

int cmd_show(const struct options *o, int argc, char **argv)
{
	int n, status = EXIT_USAGE;
	char(*taps)[IF_NAMESIZE];
	const char **names;

	if (!argc)
		return show_all(stats_options(o));
	names = calloc((size_t)argc, sizeof(*names));
	taps = calloc((size_t)argc, sizeof(*taps));
	if (!names || !taps) {
		diag_error("%s", strerror(ENOMEM));
		status = EXIT_FAILED;
		goto out;
	}
	n = arguments_devs(argc, argv, names);
	if (n > 0)
		status = arguments_taps(o->bpffs, names, n, taps);
	if (n > 0 && status == EXIT_OK)
		status = show_taps(stats_options(o), taps, n, false);
out:
	free(names);
	free(taps);
	return status;
}
