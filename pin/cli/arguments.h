/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments of commands, in the grammar of ip(8): "[dev] IFACE", keywords and values. */
#ifndef XDPTAP_PIN_CLI_ARGUMENTS_H
#define XDPTAP_PIN_CLI_ARGUMENTS_H

#include <net/if.h>

/*
 * Takes "[dev] IFACE" off the remaining arguments: *argc and *argv advance. Returns the name,
 * which may be an alternative one; or NULL after saying that it is missing or can't be the name
 * of an interface, which is a usage error. "dev" is an interface if it is the last argument.
 */
const char *arguments_dev(int *argc, char ***argv);

/*
 * Takes one or more such names into `names`, which has room for argc. Returns how many, or
 * -EINVAL after saying what is wrong, such as a name that is given twice.
 */
int arguments_devs(int argc, char **argv, const char **names);

/* Takes one such name, after which nothing may follow. Returns NULL after saying what is wrong. */
const char *arguments_dev_only(int argc, char **argv);

/*
 * Finds the tap that this name means in `bpffs`, as tap_find() does; `ifname` gets the name of its
 * pins. Returns EXIT_OK; or EXIT_FAILED after saying what is wrong. Whether there is such a tap,
 * tap_open() tells.
 */
int arguments_tap(const char *bpffs, const char *name, char ifname[IF_NAMESIZE]);

/* The same for a command whose only argument is that name; EXIT_USAGE if it is not. */
int arguments_tap_only(const char *bpffs, int argc, char **argv, char ifname[IF_NAMESIZE]);

/* The same for n names; `ifnames` has room for n. EXIT_USAGE if two of them mean the same tap. */
int arguments_taps(const char *bpffs, const char *const *names, int n,
		   char (*ifnames)[IF_NAMESIZE]);

/*
 * Takes the next argument, of which there has to be one. Returns it; or NULL after saying
 * that it comes again later, since a keyword may be given once.
 */
const char *arguments_once(int *argc, char ***argv);

#endif
