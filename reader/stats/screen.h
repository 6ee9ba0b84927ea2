/* SPDX-License-Identifier: BSD-2-Clause */
/* The screen of `watch`: what it shows, and what the keys change. */
#ifndef XDPTAP_READER_STATS_SCREEN_H
#define XDPTAP_READER_STATS_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "reader/stats/taps.h"

/* What the user chose to see; zero-initialized at first. */
struct screen_view {
	size_t selected; /* index of a tap */
	bool paused;     /* no new samples are taken */
	bool help;       /* the list of keys is shown instead of the taps */
};

/* What screen_take_key() did. */
enum screen_action {
	SCREEN_NONE,   /* no key was waiting */
	SCREEN_DRAW,   /* the screen may have changed: draw it */
	SCREEN_RESUME, /* the pause has ended: take a sample now */
	SCREEN_QUIT,
};

/* Applies the next waiting key, if any, to *v. */
enum screen_action screen_take_key(struct screen_view *v, const struct taps *t);

/* Draws on the open terminal; does nothing while the terminal accepts no output. */
void screen_draw(const struct screen_view *v, const struct taps *t);

#endif
