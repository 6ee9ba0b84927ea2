/* SPDX-License-Identifier: BSD-2-Clause */
/* Labels that the user adds to every metric, with --label NAME=VALUE. */
#ifndef XDPTAP_READER_STATS_LABELS_H
#define XDPTAP_READER_STATS_LABELS_H

/*
 * Appends a label to `*labels`, which is NULL or a string of the heap, as prometheus_write() takes
 * it: ",NAME=\"VALUE\"", escaped. `word` is NAME=VALUE; VALUE may be empty. Returns NULL, or why
 * the word is refused, as static text; then *labels is unchanged.
 */
const char *labels_add(char **labels, const char *word);

#endif
