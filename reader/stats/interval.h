/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What `watch` and `top ... watch` share: when they look again, and how they wait for
 * that where stdout is no screen. On one they wait by terminal_wait().
 */
#ifndef XDPTAP_READER_STATS_INTERVAL_H
#define XDPTAP_READER_STATS_INTERVAL_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The seconds between two looks. Returns whether they are right; else says why not. */
bool interval_parse(const char *word, uint64_t *ns);

/*
 * When to look again, by CLOCK_MONOTONIC as all times here: at an even pace, which
 * begins anew where that is too fast.
 */
uint64_t interval_next_ns(uint64_t due_ns, uint64_t interval_ns);

/* ppoll(2) until `until_ns`; at once if that is over. */
int interval_poll(uint64_t until_ns, struct pollfd *fds, nfds_t n, const sigset_t *signals);

/*
 * Waits until `until_ns`. Returns 0; -EINTR once it is to stop (stop.h); -EPIPE if
 * nobody reads the pipe `out` any more.
 */
int interval_wait(uint64_t until_ns, FILE *out);

/*
 * A stream to stdout, writing to which ends by a signal even while nobody reads; the
 * caller closes it. NULL after saying why there is none.
 */
FILE *interval_stdout(void);

#endif
