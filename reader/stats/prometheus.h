/* SPDX-License-Identifier: BSD-2-Clause */
/* Samples of taps as metrics, in the text format of Prometheus, version 0.0.4. */
#ifndef XDPTAP_READER_STATS_PROMETHEUS_H
#define XDPTAP_READER_STATS_PROMETHEUS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "reader/stats/sample.h"

/*
 * Writes the metrics of all `n` taps to `f`; nothing if `n` is 0. With `per_cpu` counters are
 * written per CPU instead of as sums. `labels` are those of labels_add() for every metric, or NULL.
 * Check `f` for errors afterwards.
 */
void prometheus_write(FILE *f, const struct sample *samples, size_t n, bool per_cpu,
		      const char *labels);

/* Begins a metric of this type. */
void prometheus_put_head(FILE *f, const char *name, const char *help, const char *type);

/*
 * Writes the name of an interface or of a program as the value of a label, without quotes, where
 * there must be PROMETHEUS_ROOM() for it. Different names
 * stay different, or two taps would become one series: each control character and each byte
 * that is not valid UTF-8 becomes \xHH (written with two backslashes, as the format escapes
 * them), and so does a backslash that precedes an x. Returns `buf`.
 */
#define PROMETHEUS_ROOM(size) (((size)-1) * sizeof("\\\\xff") + 1) /* of a name with its NUL */
#define PROMETHEUS_LABEL_MAX  PROMETHEUS_ROOM(IF_NAMESIZE)
const char *prometheus_label(char *buf, const char *name);

#endif
