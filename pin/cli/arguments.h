/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments of commands, in the grammar of ip(8): "[dev] IFACE", keywords and values. */
#ifndef XDPTAP_PIN_CLI_ARGUMENTS_H
#define XDPTAP_PIN_CLI_ARGUMENTS_H

/*
 * Takes "[dev] IFACE" off the remaining arguments: *argc and *argv advance. Returns the name;
 * or NULL after saying that it is missing or can't be the name of an interface, which is a
 * usage error. "dev" is an interface if it is the last argument.
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
 * Takes the next argument, of which there has to be one. Returns it; or NULL after saying
 * that it comes again later, since a keyword may be given once.
 */
const char *arguments_once(int *argc, char ***argv);

#endif
