// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-stats show`: the counters of taps, as text or JSON. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "pin/diag.h"
#include "pin/options.h"
#include "pin/output.h"
#include "pin/tap.h"
#include "reader/stats_commands.h"
#include "pin/counters.h"

/* One tap, as far as it is shown. */
struct row {
	const char *ifname;
	const struct tap_meta *meta;
	const struct packet_stats *cpus;
	int n_cpus;
};

static void add_counters(struct json_object *o, const struct packet_stats *stats)
{
	for (size_t i = 0; i < COUNTERS_N; i++)
		json_object_object_add(
			o, stats_counters[i].name,
			json_object_new_uint64(counters_get(stats, &stats_counters[i])));
}

static struct json_object *row_json(const struct row *r)
{
	struct packet_stats sum = counters_sum(r->cpus, r->n_cpus);
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array(), *cpu;

	json_object_object_add(o, "ifname", output_string(r->ifname));
	json_object_object_add(o, "ifindex", json_object_new_int64(r->meta->ifindex));
	add_counters(o, &sum);
	for (int i = 0; i < r->n_cpus; i++) {
		cpu = json_object_new_object();
		json_object_object_add(cpu, "cpu", json_object_new_int(i));
		add_counters(cpu, &r->cpus[i]);
		json_object_array_add(list, cpu);
	}
	json_object_object_add(o, "cpus", list);
	return o;
}

static void row_text(const struct row *r)
{
	struct packet_stats sum = counters_sum(r->cpus, r->n_cpus);
	time_t t = (time_t)(r->meta->attached_ns / 1000000000);
	char since[32];
	struct tm tm;

	strftime(since, sizeof(since), "%F %T", localtime_r(&t, &tm));
	printf("%s: mode %s since %s\n", r->ifname, tap_mode_name(r->meta->mode), since);
	for (size_t i = 0; i < COUNTERS_N; i++)
		printf("    %-9s %20" PRIu64 "\n", stats_counters[i].name,
		       counters_get(&sum, &stats_counters[i]));
}

/*
 * Adds one tap to `list` or, if that is NULL, prints it. Returns 0 or -errno and
 * says why; one that `may_vanish` is passed over where it is not there.
 */
static int show_tap(const char *bpffs, const char *ifname, bool may_vanish,
		    struct json_object *list)
{
	struct row r = { .ifname = ifname };
	struct packet_stats *cpus = NULL;
	struct tap tap = TAP_CLOSED;
	char reason[PATH_MAX + 128];
	int err;

	err = tap_open(bpffs, ifname, TAP_STATS, &tap, reason, sizeof(reason));
	if (err) {
		/* Without meta it is not there yet, or no longer. */
		if (may_vanish && (err == -ENOENT || err == -ENODATA))
			return 0;
		tap_open_failed(ifname, err, reason);
		return err;
	}
	r.meta = &tap.meta;
	r.n_cpus = counters_read(tap.stats_fd, &cpus);
	if (r.n_cpus < 0) {
		err = r.n_cpus;
		diag_error("%s: can't read the counters: %s", ifname, strerror(-err));
		goto out;
	}
	r.cpus = cpus;
	if (list)
		json_object_array_add(list, row_json(&r));
	else
		row_text(&r);
out:
	free(cpus);
	tap_close(&tap);
	return err;
}

/* All of them; one may be detached while we look at the others. */
static int show_taps(const struct options *o, struct json_object *list)
{
	char(*names)[IF_NAMESIZE] = NULL;
	int n = tap_list(o->bpffs, &names), status = EXIT_OK, err;

	if (n < 0) {
		tap_list_failed(o->bpffs, n);
		return EXIT_FAILED;
	}
	for (int i = 0; i < n; i++) {
		err = show_tap(o->bpffs, names[i], true, list);
		if (err)
			status = EXIT_FAILED;
	}
	free(names);
	return status;
}

int cmd_show(const struct options *o, int argc, char **argv)
{
	struct json_object *list = NULL;
	const char *ifname = NULL;
	int status;

	if (argc) {
		ifname = word_dev_only(argc, argv);
		if (!ifname)
			return EXIT_USAGE;
	}
	if (o->json)
		list = json_object_new_array();
	if (ifname)
		status = show_tap(o->bpffs, ifname, false, list) ? EXIT_FAILED : EXIT_OK;
	else
		status = show_taps(o, list);
	if (list)
		output_json(list, o->pretty);
	json_object_put(list);
	return status;
}
