// SPDX-License-Identifier: BSD-2-Clause
/*
 * `xdptap-loader set`: changes what a tap captures while it runs. Filter, sample and snaplen are
 * constants of the program, so a new program with the new ones is attached on the same maps, the
 * turn is handed over, and the old program is detached. The order:
 *
 *	settings	the record that is not in force gets the new ones
 *	program		loaded; in a dispatcher, or tracing, also attached: both run, the old one
 *			captures
 *	prog_id		into that record: from here on, what is left behind can be told
 *	turn		handed over (turn.c); otherwise the programs are swapped
 *	old program	detached
 *
 * Wherever it is killed, one of the two is in force, and the next `set` or `detach` removes what is
 * left of the other one.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "loader/change.h"
#include "loader/commands.h"
#include "loader/dir.h"
#include "loader/refusal.h"
#include "loader/rings.h"
#include "loader/set_arguments.h"
#include "loader/set_traced.h"
#include "pin/cli/arguments.h"
#include "pin/cli/capability.h"
#include "pin/cli/diag.h"
#include "pin/cli/options.h"
#include "pin/cli/settings_note.h"
#include "pin/cli/tap_error.h"
#include "pin/dispatcher.h"
#include "pin/link.h"
#include "pin/prog.h"
#include "pin/tap.h"
#include "pin/tap_map.h"
#include "pin/tap_state.h"
#include "reader/text/size.h"

/* Completes what the arguments leave as it is. */
static void complete(struct set_request *rq, const struct in_force *now)
{
	rq->settings.snaplen = rq->snaplen < 0 ? now->snaplen : (__u32)rq->snaplen;
	rq->settings.sample = rq->sample ? rq->sample : now->sample;
	rq->settings.actions = rq->settings.actions ? rq->settings.actions : now->actions;
	if (!rq->settings.filter)
		rq->settings.filter = now->filter ?: "";
}

/* Whether the tap can do what is asked for; else says why not. */
static int check_request(const struct set_request *rq, const struct target *t)
{
	const struct tap_meta *meta = &t->tap.meta;
	const char *what, *word;

	if (rq->trace && !meta->trace) {
		what = "it is no trace tap";
		word = "trace";
	} else if (rq->verdicts && !meta->verdicts) {
		what = "it counts no verdicts";
		word = "verdicts";
	} else if (rq->settings.actions && !meta->at_exit) {
		what = "its events are not made at exit, so there is no action to choose by";
		word = "at exit";
	} else {
		return 0;
	}
	diag_error("%s: %s", t->name.ifname, what);
	diag_hint("detach it, and attach it with '%s'", word);
	return -EINVAL;
}

/* Whether the programs in force would do. */
static bool is_in_force(const struct capture_settings *s, const struct target *t)
{
	const struct in_force *now = &t->tap.in_force;

	return set_traced_is_same(t) && s->snaplen == now->snaplen && s->sample == now->sample &&
	       s->actions == now->actions && !strcmp(s->filter, now->filter ? now->filter : "");
}

/* Opens the maps that are written. Returns 0; -EPROTO and the reason; or -errno. */
static int open_maps(struct target *t, struct reason *reason)
{
	int control_fd, decided_fd, err;

	err = tap_map_id(t->tap.stats_fd, &t->map_id);
	if (err)
		return err;
	t->settings_fd = tap_open_pin(&t->name, XDPTAP_MAP_SETTINGS);
	if (t->settings_fd < 0)
		return t->settings_fd;
	control_fd = tap_open_pin(&t->name, XDPTAP_MAP_CONTROL);
	if (control_fd < 0)
		return control_fd;
	decided_fd = tap_open_decided(&t->name, reason);
	err = decided_fd < 0 ? decided_fd : turn_open(&t->turn, control_fd, decided_fd);
	close(control_fd);
	return err;
}

/* Opens the tap. Returns 0, or -errno after saying why. */
static int open_target(struct target *t)
{
	struct reason reason;
	int err;

	err = tap_open(&t->name, TAP_RINGS | TAP_FLOWS, &t->tap, &reason);
	if (err) {
		tap_error_open(t->name.ifname, err, &reason);
		return err;
	}
	err = open_maps(t, &reason);
	if (err == -EPROTO) {
		tap_error_open(t->name.ifname, err, &reason);
	} else if (err) {
		diag_error("%s: can't open its settings: %s", t->name.ifname, strerror(-err));
		if (err == -EPERM || err == -EACCES)
			capability_hint(err == -EPERM ? CAPABILITY_LOOK : CAPABILITY_DAC_OVERRIDE);
	}
	return err;
}

static void close_target(struct target *t)
{
	traced_close(&t->traced);
	turn_close(&t->turn);
	if (t->settings_fd >= 0)
		close(t->settings_fd);
	tap_close(&t->tap);
}

/* Tells a reader, which watches the pins, that something has changed. */
static void touch(const struct target *t)
{
	char path[PATH_MAX];

	if (!tap_name_path(path, &t->name, XDPTAP_MAP_META))
		utimensat(AT_FDCWD, path, NULL, 0);
}

/* Returns whether the interface is certainly gone. */
static bool is_gone(const struct target *t)
{
	char ifname[IF_NAMESIZE];

	return link_name(t->tap.meta.ifindex, ifname) == -ENODEV;
}

static void say_gone(const struct target *t, const char *what)
{
	diag_error("%s: %s", t->name.ifname, what);
	diag_hint("'xdptap-loader detach dev %s' removes the tap", t->name.ifname);
}

/*
 * Ends what a `set` began that was killed: it is the turn of the settings in force, and only their
 * program is attached. Returns 0, or -errno after saying why.
 */
static int recover(struct target *t)
{
	int err;

	if (t->turn.control->turn != XDPTAP_TURN_SETTLED)
		turn_settle(&t->turn, t->tap.in_force.generation);
	err = change_detach_other(t, t->tap.in_force.prog_id);
	if (!err && t->tap.meta.dispatcher && !t->tap.meta.trace)
		err = dispatcher_remove_dead(t->name.bpffs, t->map_id, t->tap.meta.ifindex);
	if (err && is_gone(t)) {
		say_gone(t, "the interface is gone");
	} else if (err) {
		diag_error("%s: can't remove what an interrupted change may have left: %s",
			   t->name.ifname, strerror(-err));
		if (err == -EPERM || err == -EACCES)
			capability_hint(CAPABILITY_NET_ADMIN | CAPABILITY_LOOK);
		else
			diag_hint("repeat set");
	}
	return err;
}

/* Returns 0 if each ring buffer has room for a frame of this snaplen; else says what to do. */
static int check_snaplen(const struct target *t, __u32 snaplen)
{
	__u64 least = rings_min_bytes(1, snaplen);
	char each[SIZE_TEXT_MAX], wanted[SIZE_TEXT_MAX];

	if (least <= t->tap.meta.ring_bytes)
		return 0;
	diag_error("%s: its ring buffers have %s each, but snaplen %u needs %s", t->name.ifname,
		   size_text(each, t->tap.meta.ring_bytes), snaplen, size_text(wanted, least));
	diag_hint("use a smaller snaplen, or detach it and attach it with a larger ring");
	return -EINVAL;
}

/* Finds a program of the tap that runs; *id is 0 if there is none. Returns 0 or -errno. */
static int find_program(const struct target *t, __u32 *id)
{
	return t->tap.meta.trace ? prog_user_of_map(t->map_id, id) : change_first_program(t, id);
}

/* Whether it can be changed from here; else says why not. */
static int check_target(const struct target *t)
{
	__u32 id;
	int err;

	if (t->tap.meta.netns_ino != tap_netns_ino()) {
		diag_error("%s: its interface is in another network namespace", t->name.ifname);
		diag_hint("run set there");
		return -EXDEV;
	}
	if (is_gone(t)) {
		say_gone(t, "the interface is gone");
		return -ENODEV;
	}
	err = find_program(t, &id);
	if (err && is_gone(t)) { /* libxdp was looking at it, and says EBUSY */
		say_gone(t, "the interface is gone");
		return -ENODEV;
	}
	if (err) {
		diag_error("%s: can't list the XDP programs of its interface: %s", t->name.ifname,
			   err == -ENODATA ? "the pins of its dispatcher can't be read"
					   : strerror(-err));
		diag_hint("nothing has changed; %s", err == -EPERM || err == -EACCES
							     ? capability_advice(CAPABILITY_LOOK)
							     : "repeat set");
		return err;
	}
	if (!id) {
		say_gone(t, "its program is not attached any more");
		return -ENODEV;
	}
	return 0;
}

/* Says what is in force. */
static void say_set(const struct target *t, const struct capture_settings *s)
{
	struct in_force f = t->tap.in_force;
	char program[2 * 64 + TRACED_TEXT_MAX], traced[64 + TRACED_TEXT_MAX] = "";
	char text[TRACED_TEXT_MAX];

	if (t->traced.n)
		snprintf(traced, sizeof(traced), "%s%s, ",
			 !t->tap.meta.trace    ? "counting verdicts of "
			 : t->tap.meta.at_exit ? "tracing the exit of "
					       : "tracing ",
			 traced_text(text, &t->traced));
	f.snaplen = s->snaplen;
	f.sample = s->sample;
	f.actions = s->actions;
	f.filter = *s->filter ? (char *)s->filter : NULL;
	f.control.paused = t->turn.control->paused;
	snprintf(program, sizeof(program), "%sprogram id %u, generation %u, ", traced, f.prog_id,
		 f.generation);
	settings_note(t->name.ifname, program, &f);
}

/* As change_make(), but says why not. */
static int change_and_say(struct target *t, struct capture_settings *settings)
{
	struct tap_settings *record = malloc(sizeof(*record));
	struct reason reason;
	int err;

	if (!record) {
		diag_error("%s: %s", t->name.ifname, strerror(ENOMEM));
		return -ENOMEM;
	}
	err = change_make(t, settings, record, &reason);
	if (err && is_gone(t)) {
		say_gone(t, "the interface is gone");
		goto out;
	}
	if (err) {
		diag_error_lines(t->name.ifname, reason.text);
		refusal_say_lines();
		if (t->turn.control->turn != XDPTAP_TURN_SETTLED)
			diag_hint("'xdptap-loader show' tells what is in force; repeat set");
		else if (err == -EPERM || (err == -EACCES && !capability_has(CAPABILITY_LOAD)))
			diag_hint("nothing has changed; %s", refusal_permission());
		else
			diag_hint("nothing has changed%s",
				  diag_debug() ? "" : "; '--debug' shows more");
		goto out;
	}
	t->tap.in_force.generation = record->generation;
	t->tap.in_force.prog_id = record->prog_id;
	err = change_detach_other(t, record->prog_id);
	if (err)
		diag_note("%s: the former program could not be detached yet: %s; repeat set",
			  t->name.ifname, strerror(-err));
	err = 0;
out:
	free(record);
	return err;
}

/* Sets what the request says; the directory is locked. Returns 0, or -errno after saying why. */
static int set_locked(struct target *t, struct set_request *rq)
{
	struct tap_control control;
	int err;

	err = check_target(t);
	if (!err)
		err = recover(t);
	if (err)
		return err;
	err = check_request(rq, t);
	if (err)
		return err;
	complete(rq, &t->tap.in_force);
	err = set_traced_find(rq, t);
	if (!err)
		err = check_snaplen(t, rq->settings.snaplen);
	if (!err)
		err = set_traced_count(t);
	if (!err && !is_in_force(&rq->settings, t))
		err = change_and_say(t, &rq->settings);
	if (err) {
		set_traced_restore(t);
		return err;
	}
	if (rq->paused >= 0) {
		control = *t->turn.control;
		control.paused = (__u16)rq->paused;
		turn_write(&t->turn, control);
	}
	touch(t);
	say_set(t, &rq->settings);
	tap_refresh(&t->name, &t->tap);
	if (t->tap.meta.trace &&
	    tap_state_check(t->name.bpffs, &t->tap.meta, &t->tap.in_force) == TAP_STATE_TRACED_GONE)
		traced_say_gone(t->name.ifname, &t->tap.in_force);
	return 0;
}

/* Opens and changes the tap. Returns the exit status. */
static int set(const struct tap_name *name, struct set_request *rq)
{
	struct target t = {
		.name = *name,
		.tap = TAP_CLOSED,
		.turn = TURN_CLOSED,
		.settings_fd = -1,
	};
	sigset_t signals;
	int fd, err;

	/* As attach: only SIGKILL can leave it half-done. */
	sigfillset(&signals);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	fd = dir_lock(name, false);
	if (fd == -ENOENT) {
		diag_error("%s: no tap is pinned in %s", name->ifname, name->bpffs);
		diag_hint("'xdptap-loader show' lists the taps");
		return EXIT_FAILED;
	}
	if (fd < 0)
		return EXIT_FAILED;
	err = open_target(&t);
	if (!err)
		err = set_locked(&t, rq);
	close_target(&t);
	close(fd);
	return err ? EXIT_FAILED : EXIT_OK;
}

int cmd_set(const struct options *o, int argc, char **argv)
{
	char ifname[IF_NAMESIZE];
	const struct tap_name name = { o->bpffs, ifname };
	struct set_request rq;
	const char *word;
	int status;

	word = arguments_dev(&argc, &argv);
	if (!word)
		return EXIT_USAGE;
	status = set_arguments_parse(argc, argv, &rq);
	if (status == EXIT_OK)
		status = arguments_tap(o->bpffs, word, ifname);
	if (status == EXIT_OK)
		status = set(&name, &rq);
	program_free_settings(&rq.settings);
	return status;
}
