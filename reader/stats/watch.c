// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-stats watch`: its words, and the loop that looks and shows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pin/cli/diag.h"
#include "pin/now.h"
#include "pin/cli/options.h"
#include "reader/stats/commands.h"
#include "reader/stats/interval.h"
#include "reader/stats/lines.h"
#include "reader/stats/lines_json.h"
#include "reader/stats/screen.h"
#include "reader/stats/terminal.h"
#include "reader/stats/taps.h"
#include "pin/cli/stop.h"

struct watch_words {
	uint64_t interval_ns;
	const char **names; /* ours; the texts are argv's */
	size_t n_names;
};

static bool is_number(const char *word)
{
	return *word && word[strspn(word, "0123456789.")] == '\0';
}

/* "[SECS]": a number that stands first. Returns whether it is right; else says why not. */
static bool take_seconds(int *argc, char ***argv, struct watch_words *w)
{
	w->interval_ns = NS_PER_SEC;
	if (!*argc || !is_number(**argv))
		return true;
	if (!interval_parse(**argv, &w->interval_ns))
		return false;
	--*argc;
	++*argv;
	return true;
}

/* "[[dev] IFACE]...". Returns whether they are right; else says why not. */
static bool take_names(int argc, char **argv, struct watch_words *w)
{
	int n;

	for (int i = 0; i < argc; i++) {
		if (is_number(argv[i]) && (!i || strcmp(argv[i - 1], "dev"))) {
			diag_error("watch: the seconds stand first, and '%s' does not", argv[i]);
			diag_hint("an interface of that name is 'dev %s'", argv[i]);
			return false;
		}
	}
	n = argc ? arguments_devs(argc, argv, w->names) : 0;
	w->n_names = n > 0 ? (size_t)n : 0;
	return n >= 0;
}

/* The keys that are there. Returns false at the one that ends it. */
static bool take_keys(struct screen_view *v, const struct taps *t, uint64_t *due_ns)
{
	enum screen_action key;

	while ((key = screen_take_key(v, t)) != SCREEN_NONE) {
		if (key == SCREEN_QUIT)
			return false;
		if (key == SCREEN_RESUME)
			*due_ns = now_ns(CLOCK_MONOTONIC);
	}
	return true;
}

/* Looks, and keeps the tap selected that is: others come and go before it. */
static int look_selected(struct taps *t, struct screen_view *v)
{
	char name[IF_NAMESIZE] = "";
	int err;

	if (v->selected < t->n)
		strcpy(name, t->list[v->selected]->ifname);
	err = taps_sample(t);
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->list[i]->ifname, name))
			v->selected = i;
	if (v->selected >= t->n)
		v->selected = t->n ? t->n - 1 : 0;
	return err;
}

/* On the screen. Returns 0, -EINTR or -EPIPE at its end, else -errno. */
static int watch_screen(struct taps *t)
{
	uint64_t due = now_ns(CLOCK_MONOTONIC);
	struct screen_view v = { 0 };
	int err;

	for (;;) {
		if (!v.paused && now_ns(CLOCK_MONOTONIC) >= due) {
			err = look_selected(t, &v);
			if (err)
				return err;
			due = interval_next_ns(due, t->interval_ns);
		}
		screen_draw(&v, t);
		err = terminal_wait(v.paused ? UINT64_MAX : due);
		if (err || !take_keys(&v, t, &due))
			return err;
	}
}

/* Into a stream. Returns -EINTR or -EPIPE at its end, else -errno. */
static int watch_lines(struct taps *t, const struct options *o, FILE *out)
{
	uint64_t due = now_ns(CLOCK_MONOTONIC);
	bool first = !o->json;
	struct lines l = { 0 };
	int err;

	for (;;) {
		err = taps_sample(t);
		if (first && !err && !t->n)
			diag_note("there are no taps; they show when they are attached");
		first = false;
		if (!err && o->json)
			err = lines_json_print(t, o->pretty, out);
		else if (!err)
			lines_print(&l, t, out);
		if (!err && (fflush(out) || ferror(out)))
			err = -errno;
		due = interval_next_ns(due, t->interval_ns);
		if (!err)
			err = interval_wait(due, out);
		if (err)
			return err;
	}
}

/* What a signal cut off is no failure, nor that nobody looks any more. */
static bool ended(int err)
{
	return !err || err == -EPIPE || stop_requested();
}

/* Returns the exit status. */
static int to_stdout(struct taps *t, const struct options *o)
{
	FILE *out = interval_stdout();
	int status = EXIT_OK, err;

	if (!out)
		return EXIT_FAILED;
	err = watch_lines(t, o, out);
	if (!ended(err)) {
		diag_error(ferror(out) ? "can't write to stdout: %s" : "can't watch: %s",
			   strerror(-err));
		status = EXIT_FAILED;
	}
	fclose(out);
	return status;
}

static int watch(struct taps *t, const struct options *o)
{
	const char *unusable;
	int err;

	if (o->json || !isatty(STDOUT_FILENO) || diag_debug())
		return to_stdout(t, o);
	unusable = terminal_open();
	if (unusable) {
		diag_note("lines, and no screen: %s", unusable);
		return to_stdout(t, o);
	}
	err = watch_screen(t);
	terminal_close();
	if (ended(err))
		return EXIT_OK;
	diag_error("can't watch: %s", strerror(-err));
	return EXIT_FAILED;
}

int cmd_watch(const struct options *o, int argc, char **argv)
{
	struct watch_words w = { .names = calloc((size_t)argc + 1, sizeof(char *)) };
	int status = EXIT_FAILED, err;
	struct taps t = { 0 };

	if (!w.names) {
		diag_error("%s", strerror(ENOMEM));
		return EXIT_FAILED;
	}
	if (!take_seconds(&argc, &argv, &w) || !take_names(argc, argv, &w)) {
		status = EXIT_USAGE;
		goto out;
	}
	if (taps_open(&t, o->bpffs, w.interval_ns, w.names, w.n_names))
		goto out;
	err = stop_init();
	if (err) {
		diag_error("can't catch signals: %s", strerror(-err));
		goto out;
	}
	status = watch(&t, o);
out:
	taps_close(&t);
	free(w.names);
	return status;
}
