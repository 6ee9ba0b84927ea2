// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-stats watch`: parses its arguments, then samples and shows the taps in a loop. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pin/cli/confine.h"
#include "pin/cli/diag.h"
#include "pin/cli/arguments.h"
#include "pin/cli/options.h"
#include "pin/cli/stop.h"
#include "pin/now.h"
#include "reader/stats/commands.h"
#include "reader/stats/interval.h"
#include "reader/stats/lines.h"
#include "reader/stats/lines_json.h"
#include "reader/stats/screen.h"
#include "reader/stats/taps.h"
#include "reader/stats/terminal.h"

struct watch_arguments {
	uint64_t interval_ns;
	const char **names; /* allocated here; the strings are argv's */
	size_t n_names;
	char (*taps)[IF_NAMESIZE]; /* what these names mean; allocated here */
};

static bool is_number(const char *argument)
{
	return *argument && argument[strspn(argument, "0123456789.")] == '\0';
}

/* "[SECS]": a number that comes first. Returns false after printing what is wrong. */
static bool parse_seconds(int *argc, char ***argv, struct watch_arguments *args)
{
	args->interval_ns = NS_PER_SEC;
	if (!*argc || !is_number(**argv))
		return true;
	if (!interval_parse(**argv, &args->interval_ns))
		return false;
	--*argc;
	++*argv;
	return true;
}

/* "[[dev] IFACE]...". Returns false after printing what is wrong. */
static bool parse_names(int argc, char **argv, struct watch_arguments *args)
{
	int n;

	for (int i = 0; i < argc; i++) {
		if (is_number(argv[i]) && (!i || strcmp(argv[i - 1], "dev"))) {
			diag_error("watch: '%s' is a number, but the seconds must come first",
				   argv[i]);
			diag_hint("if it is the name of an interface, write 'dev %s'", argv[i]);
			return false;
		}
	}
	n = argc ? arguments_devs(argc, argv, args->names) : 0;
	args->n_names = n > 0 ? (size_t)n : 0;
	return n >= 0;
}

/* Applies all waiting keys. Returns false if one of them was to quit. */
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

/* Samples all taps. The same tap stays selected while others come and go before it. */
static int sample_taps(struct taps *t, struct screen_view *v)
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

/* Shows a screen until it ends. Returns 0, -EINTR or -EPIPE at its end, else -errno. */
static int watch_screen(struct taps *t)
{
	uint64_t due = now_ns(CLOCK_MONOTONIC);
	struct screen_view v = { 0 };
	int err;

	for (;;) {
		if (!v.paused && now_ns(CLOCK_MONOTONIC) >= due) {
			err = sample_taps(t, &v);
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

/* Prints to a stream until it ends. Returns -EINTR or -EPIPE at its end, else -errno. */
static int watch_lines(struct taps *t, const struct options *o, FILE *out)
{
	uint64_t due = now_ns(CLOCK_MONOTONIC);
	bool first = !o->json;
	struct lines l = { 0 };
	int err;

	for (;;) {
		err = taps_sample(t);
		if (first && !err && !t->n)
			diag_note("there are no taps yet; each is shown once it is attached");
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

/* A signal is no failure, nor is a closed pipe. */
static bool ended(int err)
{
	return !err || err == -EPIPE || stop_requested();
}

/* Prints lines or JSON. Returns the exit status. */
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
		diag_note("no screen (%s); printing lines", unusable);
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
	static const struct confine_user nobody_else;
	struct watch_arguments args = { .names = calloc((size_t)argc + 1, sizeof(*args.names)),
					.taps = calloc((size_t)argc + 1, sizeof(*args.taps)) };
	int status = EXIT_FAILED, err;
	struct taps t = { 0 };

	if (!args.names || !args.taps) {
		diag_error("%s", strerror(ENOMEM));
		goto out;
	}
	if (!parse_seconds(&argc, &argv, &args) || !parse_names(argc, argv, &args)) {
		status = EXIT_USAGE;
		goto out;
	}
	status = arguments_taps(o->bpffs, args.names, (int)args.n_names, args.taps);
	if (status != EXIT_OK)
		goto out;
	status = EXIT_FAILED;
	if (taps_open(&t, o->bpffs, args.interval_ns, args.taps, args.n_names))
		goto out;
	err = stop_init();
	if (err) {
		diag_error("can't catch signals: %s", strerror(-err));
		goto out;
	}
	if (confine(&nobody_else))
		status = watch(&t, o);
out:
	taps_close(&t);
	free(args.names);
	free(args.taps);
	return status;
}
