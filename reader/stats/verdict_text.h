/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts as a table of text. */
#ifndef XDPTAP_READER_STATS_VERDICT_TEXT_H
#define XDPTAP_READER_STATS_VERDICT_TEXT_H

#include <stdio.h>

#include "reader/stats/verdict_sample.h"

/*
 * Prints a table in at most 80 columns: what each program returned, in the order in which they
 * run, and what became of the frames; then the programs that are not traced. A name that is too
 * long is cut off. Numbers are exact unless there is no room for that.
 */
void verdict_text_print(FILE *out, const struct verdict_sample *v);

#endif
