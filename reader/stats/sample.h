/* SPDX-License-Identifier: BSD-2-Clause */
/* A look at a tap: its counters and rings at one moment, and rates between two. */
#ifndef XDPTAP_READER_STATS_SAMPLE_H
#define XDPTAP_READER_STATS_SAMPLE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpf/abi.h"
#include "pin/liveness.h"

struct sample {
	char ifname[IF_NAMESIZE];
	struct tap_meta meta;
	enum liveness liveness; /* as far as it was asked for, by liveness_check() */
	uint64_t taken_ns;      /* CLOCK_MONOTONIC */
	uint64_t runtime_ns; /* since it was attached, by the wall clock; 0 if that was set back */
	struct packet_stats total; /* over all CPUs */
	struct packet_stats *cpus; /* of each possible CPU; ours */
	int n_cpus;
	uint64_t ring_bytes; /* of all rings */
	bool ring_known;     /* false: no permission to read and write them */
	uint64_t ring_used;  /* if known: bytes that wait in them, with the rings' own headers */
	bool reader_known;   /* false: can't be told from in here, see lock_held() */
	bool reader;         /* if known: one is attached */
	pid_t reader_pid;    /* of that one; else 0 */
};

/*
 * Takes one of the tap on `ifname`, by reading alone: it takes no lock and writes
 * nothing. Permission to write is needed for ring_used alone: the kernel wants it
 * before it maps a ring, even to be read. `s` is fresh or was closed. Returns what
 * tap_open() does, with the reason in words; *s is untouched on failure.
 */
int sample_take(struct sample *s, const char *bpffs, const char *ifname, char *reason, size_t size);

/* May be called again, or with one that is all 0. */
void sample_close(struct sample *s);

/* Whether `now` is of another tap than `before`: it was detached and attached again. */
bool sample_restarted(const struct sample *before, const struct sample *now);

/* From `before` to `now` of the same tap: seconds that have elapsed, more than 0. */
double sample_seconds(const struct sample *before, const struct sample *now);

/*
 * How much a counter grew from one to the other, a second: `before` and `now` are
 * the total of both samples, or the same CPU's. Never negative: 0 if it did not grow.
 */
double sample_rate(uint64_t before, uint64_t now, double seconds);

/* "pid 4711", "attached", "none" or "not known": the tap's reader. Writes at buf, returns it. */
#define SAMPLE_READER_MAX 24
const char *sample_reader_text(char buf[SAMPLE_READER_MAX], const struct sample *s);

#endif
