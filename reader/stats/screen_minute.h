/* SPDX-License-Identifier: BSD-2-Clause */
/* The chart of a tap's last minute on the `watch` screen. */
#ifndef XDPTAP_READER_STATS_SCREEN_MINUTE_H
#define XDPTAP_READER_STATS_SCREEN_MINUTE_H

#include "reader/stats/history.h"

/*
 * Draws packets per second as bars, in `rows` rows from row `y` on and as wide as the
 * screen allows; nothing if they do not fit. Returns the row after it.
 */
int screen_minute_draw(int y, int rows, const struct history *h);

#endif
