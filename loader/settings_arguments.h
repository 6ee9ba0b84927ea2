/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments that say what a tap captures, as attach and set take them. */
#ifndef XDPTAP_LOADER_SETTINGS_ARGUMENTS_H
#define XDPTAP_LOADER_SETTINGS_ARGUMENTS_H

#include <stdbool.h>

#include "loader/program.h"

/* The words, for hints. */
#define SETTINGS_WORDS "filter sample snaplen action"

/* Returns whether it is one of them; a value follows each. */
bool settings_arguments_know(const char *word);

/*
 * Takes the value of such a word; it must stay valid. Returns EXIT_OK, or EXIT_USAGE after saying
 * what is wrong.
 */
int settings_arguments_take(const char *word, const char *value, struct capture_settings *s);

/*
 * Says that a word is none of the `known` ones. If it follows an expression, it probably belongs to
 * that. Returns EXIT_USAGE.
 */
int settings_arguments_refuse(const char *word, const char *known,
			      const struct capture_settings *s);

#endif
