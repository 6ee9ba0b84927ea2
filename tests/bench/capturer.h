/* SPDX-License-Identifier: BSD-2-Clause */
/* What captures on TRAFFIC_DEV: xdptap, the naive's design, tcpdump, dumpcap, or nothing. */
#ifndef XDPTAP_BENCH_CAPTURER_H
#define XDPTAP_BENCH_CAPTURER_H

#include <limits.h>
#include <stdbool.h>

#include "tests/bench/output.h"
#include "tests/bench/process.h"

enum capturer {
	CAPTURER_NONE, /* a program that only passes */
	CAPTURER_XDPTAP_QUIET,
	CAPTURER_XDPTAP_TEXT,
	CAPTURER_XDPTAP_IMMEDIATE, /* text; each packet when it comes */
	CAPTURER_NAIVE_QUIET,
	CAPTURER_NAIVE_TEXT,
	CAPTURER_TCPDUMP_FILE,
	CAPTURER_TCPDUMP_TEXT,
	CAPTURER_DUMPCAP,
	CAPTURER_SNAP_QUIET, /* from here on with the first 64 bytes of each packet */
	CAPTURER_SNAP_PCAPNG,
	CAPTURER_SNAP_TCPDUMP,
	CAPTURER_SNAP_DUMPCAP,
	CAPTURERS
};

/* For the report. */
const char *capturer_name(enum capturer what);

/* Whether it is installed; of xdptap's, whether this version has it. */
bool capturer_there(enum capturer what);

/* One that runs. */
struct capture {
	enum capturer what;
	struct process reader; /* on READER_CPU; of CAPTURER_NONE none, pid 0 */
	int said_fd;           /* what it said on stderr, read when it has ended */
	char path[PATH_MAX];   /* of its program, if that is ours */
	struct output output;  /* what -w writes to */
	long long captured;    /* packets, once it is stopped; -1: not known */
};

/*
 * Attaches what it needs to TRAFFIC_DEV, starts its reader, and waits until
 * that sleeps. `filter`: an expression for xdptap's tap or for tcpdump, or NULL.
 * Text goes to `out_fd`, -1: /dev/null; what -w writes to a file of that kind.
 * Returns 0 or -errno, after bench_fail(); then it is stopped.
 */
int capture_start(struct capture *c, enum capturer what, const char *filter, int out_fd,
		  enum output_kind output);

/*
 * Waits until the reader sleeps again after the last packet. *backlog_ns is how
 * long it worked on its backlog. Returns 0 or -errno, after bench_fail().
 */
int capture_drain(const struct capture *c, long long *backlog_ns);

/*
 * Ends the reader, and takes off TRAFFIC_DEV what was put there. *lost: packets
 * that it should have had and counted as lost; if NULL, none are counted. Returns 0 or
 * -errno, after bench_fail().
 */
int capture_stop(struct capture *c, long long *lost);

#endif
