/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of taps on the `watch` screen. */
#ifndef XDPTAP_READER_STATS_SCREEN_LIST_H
#define XDPTAP_READER_STATS_SCREEN_LIST_H

#include "reader/stats/taps.h"

/*
 * Draws one row per tap from row `y` on, in at most `room` rows around tap number
 * `selected`; nothing for a single tap. Returns the row after it.
 */
int screen_list_draw(int y, int room, const struct taps *t, size_t selected);

#endif
