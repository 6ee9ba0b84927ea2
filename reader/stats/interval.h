/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What `watch` and `top ... watch` share: when to take the next sample, and how to wait for
 * that time when they print to a stream. On a screen they wait in terminal_wait().
 */
#ifndef XDPTAP_READER_STATS_INTERVAL_H
#define XDPTAP_READER_STATS_INTERVAL_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Parses the seconds between two samples. Returns false after printing what is wrong. */
bool interval_parse(const char *argument, uint64_t *ns);

/*
 * Returns when to take the next sample (CLOCK_MONOTONIC, as all times here): one interval
 * after the previous due time, or one interval from now if that is already past.
 */
uint64_t interval_next_ns(uint64_t due_ns, uint64_t interval_ns);

/* Calls ppoll(2) with a timeout at `until_ns`; does not wait if that is past. */
int interval_poll(uint64_t until_ns, struct pollfd *fds, nfds_t n, const sigset_t *signals);

/*
 * Waits until `until_ns`. Returns 0; -EINTR once stop_requested(); -EPIPE if `out` is a pipe
 * that nobody reads any more.
 */
int interval_wait(uint64_t until_ns, FILE *out);

/*
 * Returns a stream to stdout; a signal ends a write to it even while nobody reads. The caller
 * closes it. Returns NULL after printing why there is none.
 */
FILE *interval_stdout(void);

#endif
