/* SPDX-License-Identifier: BSD-2-Clause */
/* The length of bars on a screen. */
#ifndef XDPTAP_READER_STATS_BAR_H
#define XDPTAP_READER_STATS_BAR_H

/*
 * Returns how many eighths of a cell the bar for `value` has if that for `max` fills
 * `cells` cells: 0 for 0, at least 1 for anything above.
 */
int bar_eighths(double value, double max, int cells);

#endif
