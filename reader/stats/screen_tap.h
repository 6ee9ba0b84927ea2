/* SPDX-License-Identifier: BSD-2-Clause */
/* The selected tap on the `watch` screen, except its last minute and its CPUs. */
#ifndef XDPTAP_READER_STATS_SCREEN_TAP_H
#define XDPTAP_READER_STATS_SCREEN_TAP_H

#include "reader/stats/taps.h"

/*
 * Draws how the tap is attached, its rates, its counters and its rings, from row `y` on.
 * Returns the row after it.
 */
int screen_tap_draw(int y, const struct history *h, const struct taps *t);

/* Draws instead, from row `y` on, that the tap is not there, for how long and why. */
void screen_tap_draw_gone(int y, const struct history *h, const struct taps *t);

#endif
