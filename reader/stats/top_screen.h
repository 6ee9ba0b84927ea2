/* SPDX-License-Identifier: BSD-2-Clause */
/* The screen of `top ... watch`, on the open terminal. */
#ifndef XDPTAP_READER_STATS_TOP_SCREEN_H
#define XDPTAP_READER_STATS_TOP_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/* Returns the number of rows for text; the last row lists the keys. */
size_t top_screen_rows(void);

/*
 * Draws the lines of `text` as far as the screen goes; a line that is too long continues in
 * the rows below. Does nothing while the terminal accepts no output.
 */
void top_screen_draw(const char *text);

/* Takes all waiting keys. Returns whether one of them was to quit. */
bool top_screen_quit(void);

#endif
