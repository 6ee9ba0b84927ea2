// SPDX-License-Identifier: BSD-2-Clause
/* User, capabilities and no_new_privs; used by xdptap-reader and xdptap-stats. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cap-ng.h>

#include "pin/cli/confine.h"
#include "pin/cli/confine_calls.h"
#include "pin/cli/diag.h"
#include "pin/link.h"

bool confine_find_user(const char *name, struct confine_user *user)
{
	const struct passwd *entry = getpwnam(name);

	if (!entry) {
		diag_error("-Z: there is no user '%s'", name);
		diag_hint("'getent passwd' lists the users");
		return false;
	}
	if (geteuid() && entry->pw_uid != geteuid()) {
		diag_error("-Z: only root can become another user");
		diag_hint("leave -Z out: the reader gives up all privileges in any case");
		return false;
	}
	*user = (struct confine_user){ name, entry->pw_uid, entry->pw_gid };
	return true;
}

bool confine_become(const struct confine_user *user)
{
	/* Root with -Z root, or a user who names himself, stays in all groups. */
	if (!user->name || user->uid == geteuid())
		return true;
	if (!initgroups(user->name, user->gid) && !setresgid(user->gid, user->gid, user->gid) &&
	    !setresuid(user->uid, user->uid, user->uid))
		return true;
	diag_error("-Z: can't become user '%s': %s", user->name, strerror(errno));
	return false;
}

/*
 * The bounding set limits what a program can get from files; with no_new_privs that is nothing in
 * any case, and to change the set takes CAP_SETPCAP. So that may fail.
 */
static void clear_bounding_set(void)
{
	/* libcap-ng would complain in the log of the system. */
	if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
		return;
	capng_clear(CAPNG_SELECT_BOUNDS);
	capng_apply(CAPNG_SELECT_BOUNDS);
}

/* Returns whether no capability is left, as the kernel says. */
static bool clear_capabilities(void)
{
	capng_clear(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT);
	return !capng_apply(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT) &&
	       !capng_get_caps_process() &&
	       capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE;
}

static void say_what_was_given_up(int calls_err)
{
	if (calls_err)
		diag_note("system calls are not limited: the kernel refuses a seccomp filter (%s)",
			  strerror(-calls_err));
	if (diag_debug())
		diag_note("gave up privileges: user %u, group %u, no capabilities, no_new_privs%s",
			  geteuid(), getegid(), calls_err ? "" : ", system calls limited");
}

bool confine(const struct confine_user *user)
{
	/* What is asked of interfaces later goes through this socket. */
	int err = link_keep_socket();

	if (err) {
		diag_error("can't make a socket: %s", strerror(-err));
		return false;
	}
	clear_bounding_set();
	if (!confine_become(user))
		return false;
	if (!clear_capabilities()) {
		diag_error("can't give up the capabilities of this process");
		return false;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
		diag_error("can't set no_new_privs: %s", strerror(errno));
		return false;
	}
	say_what_was_given_up(confine_calls());
	return true;
}
