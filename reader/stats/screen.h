/* SPDX-License-Identifier: BSD-2-Clause */
/* The screen of `watch`: the terminal, its keys, and what is drawn. */
#ifndef XDPTAP_READER_STATS_SCREEN_H
#define XDPTAP_READER_STATS_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/stats/taps.h"

/* What is shown; all 0 at first. */
struct view {
	size_t selected; /* of the taps */
	bool paused;
	bool help;
};

/*
 * Takes the terminal that stdin and stdout are, and with it SIGTSTP, SIGCONT and
 * SIGWINCH, which are held but in screen_wait(). Returns NULL, or why it can't be used
 * in words; then nothing has happened to it.
 */
const char *screen_open(void);

/* Gives them back as they were. May be called without screen_open(). */
void screen_close(void);

/*
 * Waits until `until_ns` (CLOCK_MONOTONIC), for a key, or for a signal. Returns 0;
 * -EINTR once it is to stop (stop.h); -EPIPE if the terminal is gone.
 */
int screen_wait(uint64_t until_ns);

/* What a key did. */
enum screen_key {
	SCREEN_NONE,   /* there was none */
	SCREEN_DRAW,   /* the view changed */
	SCREEN_RESUME, /* it is paused no more */
	SCREEN_QUIT,
};

/* Takes one key, if there is one, into *v. */
enum screen_key screen_key(struct view *v, const struct taps *t);

/* Draws what differs from the last time; not while the terminal takes nothing. */
void screen_draw(const struct view *v, const struct taps *t);

/* Of stats_draw.c: all that is on it, for screen_draw() in a terminal that is open. */
void draw(const struct view *v, const struct taps *t);

/* Of the terminal: whether it has blocks of eighths. */
bool screen_has_blocks(void);

/* Attributes of what should be noticed. */
unsigned int screen_alarm(void);

#endif
