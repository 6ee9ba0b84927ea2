/* SPDX-License-Identifier: BSD-2-Clause */
/* The columns that all tables of the `watch` screen share: rates, and shares of packets. */
#ifndef XDPTAP_READER_STATS_SCREEN_RATES_H
#define XDPTAP_READER_STATS_SCREEN_RATES_H

#include "reader/stats/history.h"

/* Column where what follows a label begins, and the width of a full table, in cells. */
enum { SCREEN_LABEL = 16, SCREEN_TABLE = 79 };

/* The first three columns are rates; SCREEN_RATES of them, or all columns, can be titled. */
enum { SCREEN_RATES = 3, SCREEN_COLUMNS = 9 };

/* Draws the titles of the first `n` columns in row `y`; the table begins at column `x`. */
void screen_rates_draw_titles(int y, int x, int n);

/* Draws the three rates of `s`: packets, bits and drops per second. */
void screen_rates_draw(int y, int x, const struct history_span *s);

/* Draws a label and all columns: the rates of `s`, and each protocol's share of its packets. */
void screen_rates_draw_row(int y, int x, const char *label, const struct history_span *s);

#endif
