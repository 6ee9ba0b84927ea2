/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts as metrics. */
#ifndef XDPTAP_READER_STATS_VERDICT_METRICS_H
#define XDPTAP_READER_STATS_VERDICT_METRICS_H

#include <stddef.h>
#include <stdio.h>

#include "reader/stats/sample.h"

/* Writes those of the taps that count verdicts. `labels` are those of prometheus_write(), or "". */
void verdict_metrics_write(FILE *f, const struct sample *samples, size_t n, const char *labels);

#endif
