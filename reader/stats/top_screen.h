/* SPDX-License-Identifier: BSD-2-Clause */
/* What `top … watch` does on the terminal that screen_open() took. */
#ifndef XDPTAP_READER_STATS_TOP_SCREEN_H
#define XDPTAP_READER_STATS_TOP_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/* Rows that there are for the text. */
size_t top_screen_lines(void);

/*
 * Shows the lines of `text`, in rows below each other where one does not hold them, as
 * far as the screen goes; not while it takes nothing.
 */
void top_screen_draw(const char *text);

/* Takes the keys that there are. Returns whether to quit. */
bool top_screen_quit(void);

#endif
