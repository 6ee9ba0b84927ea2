/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The commands of xdptap-stats, for the table in main.c; see struct command. Each returns the
 * exit status.
 */
#ifndef XDPTAP_READER_STATS_COMMANDS_H
#define XDPTAP_READER_STATS_COMMANDS_H

struct options;

int cmd_show(const struct options *o, int argc, char **argv);
int cmd_watch(const struct options *o, int argc, char **argv);
int cmd_top(const struct options *o, int argc, char **argv);
int cmd_flush(const struct options *o, int argc, char **argv);

#endif
