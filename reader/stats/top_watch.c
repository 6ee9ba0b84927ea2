// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-stats top ... watch`: ranks what the flows counted in each interval. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pin/cli/confine.h"
#include "pin/cli/diag.h"
#include "pin/cli/stop.h"
#include "pin/now.h"
#include "reader/stats/interval.h"
#include "reader/stats/ranking.h"
#include "reader/stats/terminal.h"
#include "reader/stats/top_print.h"
#include "reader/stats/top_screen.h"
#include "reader/stats/top_text.h"
#include "reader/stats/top_watch.h"
#include "reader/text/ascii.h"

struct top_watch {
	const struct options *o;
	const struct top_arguments *args;
	struct flow_sample before, now; /* their flows are grouped by RANK_FLOW */
	struct flow *rows;              /* of the ranking; NULL before the second sample */
	struct ranking ranking;
	uint64_t due_ns; /* CLOCK_MONOTONIC */
	struct reason reason;
};

/* Takes the next sample. Returns 0, or an error for flow_sample_failed(). */
static int take_sample(struct top_watch *w)
{
	const struct tap_name name = { w->o->bpffs, w->args->ifname };
	struct flow_sample sample = { 0 };
	int err;

	err = flow_sample_take(&sample, &name, &w->reason);
	if (err)
		return err;
	flow_sample_close(&w->before);
	w->before = w->now;
	w->now = sample;
	w->now.n = rank_group(w->now.flows, w->now.n, RANK_FLOW);
	w->due_ns = interval_next_ns(w->due_ns, w->args->interval_ns);
	return 0;
}

/* Takes a sample and ranks what was counted since the previous one. Returns as take_sample(). */
static int rank_interval(struct top_watch *w)
{
	struct ranking *t = &w->ranking;
	struct flow *rows;
	bool same;
	int err;

	err = take_sample(w);
	if (err)
		return err;
	rows = malloc((w->now.n + 1) * sizeof(*rows));
	if (!rows)
		return reason_set(&w->reason, -ENOMEM, "%s", strerror(ENOMEM));
	if (w->now.n)
		memcpy(rows, w->now.flows, w->now.n * sizeof(*rows));
	free(w->rows);
	w->rows = rows;
	same = w->before.meta.attached_ns == w->now.meta.attached_ns;
	*t = (struct ranking){
		.sample = &w->now,
		.key = w->args->key,
		.by = w->args->by,
		.count = w->args->count,
		.seconds = (double)(w->now.monotonic_ns - w->before.monotonic_ns) / 1e9,
		.restarted = !same,
		.rows = rows,
	};
	t->n = rank_since(rows, w->now.n, w->before.flows, same ? w->before.n : 0);
	ranking_sort(t);
	return 0;
}

/* Prints tables with an empty line in between, or an object per line. Returns the status. */
static int watch_lines(struct top_watch *w, FILE *out)
{
	int err;

	for (bool first = true;; first = false) {
		if (interval_wait(w->due_ns, out))
			return EXIT_OK;
		err = rank_interval(w);
		if (err) {
			flow_sample_failed(w->args->ifname, err, &w->reason);
			return EXIT_FAILED;
		}
		if (!first && !w->o->json)
			fputc('\n', out);
		top_print(w->o, &w->ranking, out);
		if (!fflush(out) && !ferror(out))
			continue;
		/* A signal is no failure, nor is a closed pipe. */
		if (errno == EPIPE || stop_requested())
			return EXIT_OK;
		diag_error("can't write to stdout: %s", strerror(errno));
		return EXIT_FAILED;
	}
}

/* Draws the ranking, if there is one yet. Returns 0 or -ENOMEM. */
static int draw(const struct top_watch *w)
{
	struct ranking t = w->ranking;
	size_t size, room = top_screen_rows();
	char *text = NULL, name[IF_NAMESIZE];
	FILE *out;

	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	room = room > TOP_TEXT_HEAD_MAX ? room - TOP_TEXT_HEAD_MAX : 0;
	if (t.count > room)
		t.count = room;
	if (w->rows)
		top_text_print(out, &t);
	else
		fprintf(out, "%s: waiting for the first interval\n",
			ascii_ifname(name, w->args->ifname));
	if (fclose(out)) {
		free(text);
		return -ENOMEM;
	}
	top_screen_draw(text);
	free(text);
	return 0;
}

/* Draws until it is stopped. Returns as take_sample(). */
static int watch_screen(struct top_watch *w)
{
	int err;

	for (;;) {
		err = draw(w);
		if (err)
			return reason_set(&w->reason, err, "%s", strerror(-err));
		if (terminal_wait(w->due_ns) || top_screen_quit())
			return 0;
		if (now_ns(CLOCK_MONOTONIC) < w->due_ns)
			continue;
		err = rank_interval(w);
		if (err)
			return err;
	}
}

static int to_stdout(struct top_watch *w)
{
	FILE *out = interval_stdout();
	int status = EXIT_FAILED;

	if (out) {
		status = watch_lines(w, out);
		fclose(out);
	}
	return status;
}

static int to_screen(struct top_watch *w)
{
	const char *unusable = terminal_open();
	int err;

	if (unusable) {
		diag_note("no screen (%s); printing tables", unusable);
		return to_stdout(w);
	}
	err = watch_screen(w);
	terminal_close();
	if (err)
		flow_sample_failed(w->args->ifname, err, &w->reason);
	return err ? EXIT_FAILED : EXIT_OK;
}

int top_watch(const struct options *o, const struct top_arguments *args)
{
	static const struct confine_user nobody_else;
	struct top_watch w = { .o = o, .args = args, .due_ns = now_ns(CLOCK_MONOTONIC) };
	int status = EXIT_FAILED, err;

	err = stop_init();
	if (err) {
		diag_error("can't catch signals: %s", strerror(-err));
		return EXIT_FAILED;
	}
	err = take_sample(&w);
	if (err)
		flow_sample_failed(args->ifname, err, &w.reason);
	else if (!confine(&nobody_else))
		status = EXIT_FAILED;
	else if (o->json || !isatty(STDOUT_FILENO) || diag_debug())
		status = to_stdout(&w);
	else
		status = to_screen(&w);
	flow_sample_close(&w.before);
	flow_sample_close(&w.now);
	free(w.rows);
	return status;
}
