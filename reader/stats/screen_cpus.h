/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPUs of a tap on the `watch` screen. */
#ifndef XDPTAP_READER_STATS_SCREEN_CPUS_H
#define XDPTAP_READER_STATS_SCREEN_CPUS_H

#include <stdbool.h>

#include "reader/stats/history.h"

/*
 * Draws the CPUs that have counted anything, from row `y` on, in blocks side by side, and
 * how many CPUs do not fit. On a screen that is not `tall` the titles are left out where
 * that makes room for one more CPU: the same titles stand above.
 */
void screen_cpus_draw(int y, bool tall, const struct history *h);

#endif
