/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of `top`: a head and a table. */
#ifndef XDPTAP_READER_STATS_TOP_TEXT_H
#define XDPTAP_READER_STATS_TOP_TEXT_H

#include <stdio.h>

#include "reader/stats/ranking.h"

/* Lines before those of the groups, at most. */
#define TOP_TEXT_HEAD_MAX 4

/* Prints the ranking; check `out` for errors afterwards. */
void top_text_print(FILE *out, const struct ranking *t);

/*
 * Names a group: "TCP 10.9.0.1:40000 -> 10.9.0.2:80", "TCP/80", "10.9.0.1 <-> 10.9.0.2".
 * Writes at buf and returns it.
 */
#define TOP_TEXT_LABEL_MAX 128
const char *top_text_label(char buf[TOP_TEXT_LABEL_MAX], const struct flow_key *k,
			   enum rank_key key);

#endif
