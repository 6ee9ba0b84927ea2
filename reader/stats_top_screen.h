/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal on which a text is shown in place of the one before; for `top … watch`. */
#ifndef XDPTAP_STATS_TOP_SCREEN_H
#define XDPTAP_STATS_TOP_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Takes the terminal that stdin and stdout are. Returns NULL, or why it can't be used
 * in words; then nothing has happened to it.
 */
const char *top_screen_open(void);

/* Gives it back as it was. */
void top_screen_close(void);

/* Lines that there is room for. */
size_t top_screen_lines(void);

/* Shows the lines of `text`, cut where the screen ends. */
void top_screen_draw(const char *text);

/*
 * Takes the keys that there are, and a new size; after SIGCONT all of the screen. To be
 * called after each wait, to which SIGTSTP, SIGCONT and SIGWINCH have to be left.
 * Returns whether to quit.
 */
bool top_screen_quit(bool continued);

#endif
