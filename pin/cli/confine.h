/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives up privileges for good, before anything is looked at that somebody else has made. */
#ifndef XDPTAP_PIN_CLI_CONFINE_H
#define XDPTAP_PIN_CLI_CONFINE_H

#include <stdbool.h>
#include <sys/types.h>

/* Whom to become. All 0: nobody else. */
struct confine_user {
	const char *name; /* the argument of -Z; NULL: none was given */
	uid_t uid;
	gid_t gid;
};

/*
 * Finds the user of -Z, and whether this process may become that one. Returns true, or false after
 * saying what is wrong.
 */
bool confine_find_user(const char *name, struct confine_user *user);

/* Becomes the user, if one was named. Returns true, or false after saying what is wrong. */
bool confine_become(const struct confine_user *user);

/*
 * Becomes the user, gives up all capabilities, sets no_new_privs, and limits the system calls as
 * confine_calls.h says. Nothing that runs later in this process can undo it. With --debug, says
 * what was given up. Returns true, or false after saying what is wrong.
 */
bool confine(const struct confine_user *user);

#endif
