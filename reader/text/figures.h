/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers of any size in few columns, for the tables of `watch`. */
#ifndef XDPTAP_READER_TEXT_FIGURES_H
#define XDPTAP_READER_TEXT_FIGURES_H

#include <stdint.h>

/* Holds any of them. */
#define FIGURE_MAX 40

/*
 * Not below 0, three digits and a power of 1000, in 5 columns at most: "0", "<0.1",
 * "9.7", "123", "1.23k", "98.4M", "18.4E"; above that ">999E".
 */
const char *figure(char buf[FIGURE_MAX], double value);

/* As it is, with commas: "1,234,567". */
const char *figure_exact(char buf[FIGURE_MAX], uint64_t value);

/* "62%" in 4 columns; "<1%" and ">99%" if it is none and all but nearly; "-" of 0. */
const char *figure_percent(char buf[FIGURE_MAX], uint64_t part, uint64_t whole);

/* "0.5 s", "12 s", "1m36s", "2h03m", "5d04h". */
const char *figure_seconds(char buf[FIGURE_MAX], double seconds);

/* The name of an interface, which may hold nearly any bytes: '?' for those but ASCII. */
const char *figure_name(char buf[FIGURE_MAX], const char *ifname);

/* How many eighths of a bar of `rows` rows `value` of `most` is: 1 at least if not 0. */
int figure_bar(double value, double most, int rows);

/* Returns what percentage `part` is of `whole`, 0 if that is 0. */
double figure_percentage(uint64_t part, uint64_t whole);

#endif
