/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks at taps as metrics in Prometheus' text format, version 0.0.4. */
#ifndef XDPTAP_READER_STATS_PROMETHEUS_H
#define XDPTAP_READER_STATS_PROMETHEUS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "reader/stats/sample.h"

/* Writes metrics of all these taps to `f`; nothing if there is none. */
void prometheus_write(FILE *f, const struct sample *samples, size_t n, bool per_cpu);

/*
 * The name of an interface as the value of a label, without quotes. Different
 * names stay different, or two taps would be one series: a byte that is no UTF-8 and
 * a control character become \xHH (written with two backslashes: the format escapes
 * them), and so does a backslash with an x behind it. Returns `buf`.
 */
#define PROMETHEUS_LABEL_MAX ((IF_NAMESIZE - 1) * sizeof("\\\\xff") + 1)
const char *prometheus_label(char buf[PROMETHEUS_LABEL_MAX], const char *ifname);

#endif
