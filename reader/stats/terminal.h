/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The terminal as a full screen, through ncurses. `watch` and `top ... watch` draw on it;
 * this is the only module that includes curses.h.
 */
#ifndef XDPTAP_READER_STATS_TERMINAL_H
#define XDPTAP_READER_STATS_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Takes over the terminal on stdin and stdout. From here to terminal_close() SIGTSTP,
 * SIGCONT and SIGWINCH are blocked except in terminal_wait(). Returns NULL, or in words why
 * the terminal cannot be used; it is then unchanged.
 */
const char *terminal_open(void);

/* Restores the terminal and the signals. Does nothing if the terminal is not open. */
void terminal_close(void);

/*
 * Waits until `until_ns` (CLOCK_MONOTONIC), a key or a signal. Returns 0; -EINTR once
 * stop_requested(); -EPIPE if the terminal has hung up; or another -errno.
 */
int terminal_wait(uint64_t until_ns);

/* What terminal_key() returns; all other values are printable ASCII characters. */
enum terminal_key {
	TERMINAL_KEY_NONE,     /* no key is waiting */
	TERMINAL_KEY_QUIT,     /* q, Q or Ctrl-\ */
	TERMINAL_KEY_NEXT,     /* Tab, down or right */
	TERMINAL_KEY_PREVIOUS, /* Shift-Tab, up or left */
	TERMINAL_KEY_RESIZE,   /* not a key: the terminal has a new size */
	TERMINAL_KEY_OTHER,    /* any other key; Ctrl-L also repaints the whole screen */
};

/* Takes the next key without waiting. */
int terminal_key(void);

/*
 * Begins a drawing on an empty screen. Returns false if the terminal accepts no output at
 * the moment: draw nothing then, because writing would block.
 */
bool terminal_draw_begin(void);

/* Sends what differs from the previous drawing. */
void terminal_draw_end(void);

/* The size of the screen, in character cells. */
int terminal_rows(void);
int terminal_columns(void);

enum terminal_style {
	TERMINAL_NORMAL,
	TERMINAL_BOLD,
	TERMINAL_DIM,
	TERMINAL_REVERSE, /* bold, with foreground and background exchanged */
	TERMINAL_ALARM,   /* bold, and red if the terminal has colours */
};

/* Writes formatted text at row `y`, column `x`, cut off at the right edge of the screen. */
void terminal_put(int y, int x, enum terminal_style style, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Writes `text` so that it ends before column `end`, as a table cell: as a whole, or not at
 * all if the screen is narrower than `end`.
 */
void terminal_put_cell(int y, int end, enum terminal_style style, const char *text);

/*
 * Fills the lowest `eighths` of one character cell; below 0 counts as 0, above 8 as 8. In
 * ASCII where the terminal has no block characters.
 */
void terminal_put_block(int y, int x, int eighths);

#endif
