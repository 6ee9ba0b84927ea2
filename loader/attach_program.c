// SPDX-License-Identifier: BSD-2-Clause
/* Attaches the program in the mode that works, and says why if none does; used by attach.c. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "loader/attach_check.h"
#include "loader/attach_program.h"
#include "loader/attach_traced.h"
#include "loader/chain.h"
#include "loader/dir.h"
#include "loader/log.h"
#include "loader/refusal.h"
#include "loader/trace_link.h"
#include "pin/cli/diag.h"
#include "pin/tap.h"

/* Whether memory is short, or what a driver needs for XDP, such as queues. */
static bool is_shortage(int err)
{
	return err == -ENOMEM || err == -ENOSPC;
}

static bool is_refused(int err, const struct attach_request *rq, const struct attachment *a)
{
	if (err == -E2BIG && chain_is_full(rq->link.ifindex))
		return false;
	return !a->loaded && refusal_of_filter(err, &rq->settings);
}

/* Whether it may be over in a moment: something is at a limit, or the kernel's answer was lost. */
static bool is_passing(int err)
{
	return err == -EMFILE || err == -ENFILE || err == -ENOBUFS || err == -EINTR ||
	       err == -EAGAIN;
}

/*
 * Returns whether generic mode would fail with this error too, or must not be tried. What is not
 * even loaded has not come to where modes differ.
 */
static bool is_final(int err, const struct attach_request *rq, const struct attachment *a)
{
	return !a->loaded || a->left || is_passing(err) || is_refused(err, rq, a) ||
	       err == -EPERM || err == -EACCES || err == -E2BIG || err == -ENODEV;
}

/* Attaches in this mode, and once more if that may help: an error of the moment must not decide
 * on the mode. */
static int try_mode(const struct attach_request *rq, int dir_fd, enum xdptap_mode mode,
		    struct attachment *a)
{
	int err;

	log_forget();
	err = attachment_try(rq, mode, a);
	if (!err || !a->loaded || a->left || !(is_passing(err) || is_shortage(err)))
		return err;
	dir_clear(dir_fd);
	log_forget();
	return attachment_try(rq, mode, a);
}

static void say_filter_refused(const struct attach_request *rq, int err)
{
	diag_error("%s: the kernel's verifier refuses the filter: %s", rq->name.ifname,
		   strerror(-err));
	refusal_say_lines();
	refusal_hint();
}

/* Prints why it failed, and the next step. */
static void say_failed(const struct attach_request *rq, enum xdptap_mode mode,
		       const struct attachment *a, int err)
{
	const char *words = log_kernel_words();

	if (is_refused(err, rq, a)) {
		say_filter_refused(rq, err);
		return;
	}
	diag_error("%s: can't attach in %s mode: %s%s%s%s", rq->name.ifname, tap_mode_name(mode),
		   words ? words : "", words ? " (" : "", strerror(-err), words ? ")" : "");
	if (!a->loaded)
		refusal_say_lines();
	if (a->left)
		return;
	if (is_shortage(err) && a->loaded) {
		diag_hint(
			"the driver lacks something, often queues for XDP: try 'ethtool -L %s combined N', or 'mode generic'",
			rq->name.ifname);
		return;
	}
	switch (err) {
	case -EPERM:
	case -EACCES:
		refusal_permission_hint();
		break;
	case -E2BIG:
		diag_hint(
			"a dispatcher runs at most ten programs; 'xdp-loader status %s' lists them",
			rq->name.ifname);
		break;
	case -ENOMEM:
	case -ENOSPC:
		diag_hint(
			"use %sa smaller ring buffer, such as 'ring 1M'; its memory counts for the cgroup of this process",
			rq->flows ? "fewer flows, or " : "");
		break;
	default:
		if (mode == XDPTAP_MODE_NATIVE && !is_final(err, rq, a))
			diag_hint(
				"'mode generic' works with any driver; 'xdptap-loader features dev %s' shows what this one supports",
				rq->name.ifname);
		else if (mode == XDPTAP_MODE_OFFLOAD)
			diag_hint(
				"few devices can run programs, and none supports ring buffers; omit 'mode'");
		else
			diag_hint("'--debug' shows the messages of libbpf and libxdp");
	}
}

static enum xdptap_mode first_mode(enum xdptap_mode mode)
{
	return mode == XDPTAP_MODE_AUTO ? XDPTAP_MODE_NATIVE : mode;
}

/* How often others may be quicker. */
#define RACES_MAX 10

/*
 * Attaches in the first mode that *mode allows. If meanwhile somebody else has attached or detached
 * a program, of which libxdp may say EINVAL or EBUSY, it looks at what is there now and tries
 * again. Returns 0 or -errno; sets *said if that was said already.
 */
static int attach_first(const struct attach_request *rq, int dir_fd, enum xdptap_mode *mode,
			struct attachment *a, bool *said)
{
	int err;

	*said = false;
	for (int races = 0;; races++) {
		__u32 before = chain_main_id(rq->link.ifindex);

		err = try_mode(rq, dir_fd, first_mode(*mode), a);
		if (!err || a->left || races == RACES_MAX ||
		    chain_main_id(rq->link.ifindex) == before)
			return err;
		dir_clear(dir_fd);
		*mode = rq->mode;
		err = attach_check_interface(rq, mode);
		*said = err != 0;
		if (err)
			return err;
	}
}

int attach_program(const struct attach_request *rq, int dir_fd, enum xdptap_mode *mode,
		   struct attachment *a)
{
	enum xdptap_mode first;
	const char *words;
	bool said;
	int err;

	err = attach_first(rq, dir_fd, mode, a, &said);
	if (said)
		return err;
	first = first_mode(*mode);
	if (err && *mode == XDPTAP_MODE_AUTO && !is_final(err, rq, a)) {
		words = log_kernel_words();
		diag_note("%s: native mode is not available (%s); using generic mode",
			  rq->name.ifname, words ? words : strerror(-err));
		dir_clear(dir_fd);
		first = XDPTAP_MODE_GENERIC;
		err = try_mode(rq, dir_fd, first, a);
	}
	if (err) {
		say_failed(rq, first, a, err);
		return err;
	}
	*mode = first;
	return 0;
}

int attach_program_trace(struct attach_request *rq, enum xdptap_mode *mode, struct attachment *a)
{
	char text[TRACED_TEXT_MAX];
	const char *why, *hint;
	int err;

	err = attach_traced_find(rq);
	if (!err && rq->verdicts)
		err = attach_traced_count(rq);
	if (err)
		return err;
	*mode = rq->traced.mode;
	log_forget();
	err = attachment_trace(rq, a);
	if (!err)
		return 0;
	if (!a->loaded && trace_link_blames_filter(err, &rq->settings)) {
		say_filter_refused(rq, err);
		return err;
	}
	if (!a->loaded && is_shortage(err)) {
		say_failed(rq, *mode, a, err);
		return err;
	}
	why = trace_link_refusal(err, &hint);
	diag_error("%s: can't trace %s: %s", rq->name.ifname, traced_text(text, &rq->traced), why);
	diag_hint("%s", hint);
	return err;
}
