/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of xdptap-loader, for the table in main.c; see struct command. */
#ifndef XDPTAP_LOADER_COMMANDS_H
#define XDPTAP_LOADER_COMMANDS_H

struct options;

int cmd_attach(const struct options *o, int argc, char **argv);
int cmd_detach(const struct options *o, int argc, char **argv);
int cmd_features(const struct options *o, int argc, char **argv);
int cmd_filter(const struct options *o, int argc, char **argv);
int cmd_set(const struct options *o, int argc, char **argv);
int cmd_show(const struct options *o, int argc, char **argv);

#endif
