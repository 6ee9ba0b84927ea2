/* SPDX-License-Identifier: BSD-2-Clause */
/* The counters, rings and reader of a tap at one moment, and rates between two samples. */
#ifndef XDPTAP_READER_STATS_SAMPLE_H
#define XDPTAP_READER_STATS_SAMPLE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpf/abi.h"
#include "pin/in_force.h"
#include "pin/tap_state.h"
#include "pin/reason.h"
#include "pin/tap_name.h"
#include "reader/stats/verdict_sample.h"

struct sample {
	char ifname[IF_NAMESIZE];
	struct tap_meta meta;
	struct in_force in_force;  /* owned by this struct */
	enum tap_state state;      /* TAP_STATE_ATTACHED until the caller sets it */
	uint64_t taken_ns;         /* CLOCK_MONOTONIC */
	uint64_t runtime_ns;       /* since it was attached, by the wall clock; 0 if set back */
	struct packet_stats total; /* sums over all CPUs */
	struct packet_stats *cpus; /* n_cpus possible CPUs; owned by this struct */
	int n_cpus;
	struct verdict_sample *verdicts; /* owned by this struct; NULL: they are not counted */
	uint64_t ring_bytes;             /* size of all rings together */
	bool ring_known;                 /* false: no permission to read and write the rings */
	uint64_t ring_used; /* if known: bytes not read yet, with the rings' own headers */
	bool reader_known;  /* false: not visible from this PID namespace, see lock_held() */
	bool reader;        /* if known: whether a reader is attached */
	pid_t reader_pid;   /* of the reader; 0 if there is none, or if it is not known */
};

/*
 * Takes a sample of the tap `name`. It only reads: it takes no lock and writes nothing.
 * Write permission is needed for ring_used alone, because the kernel requires it to map a
 * ring, even for reading. *s must be all 0 or closed. Returns 0, or the error of tap_open() or
 * of reading a map. On failure *s is untouched, and `reason` says in words what was wrong.
 */
int sample_take(struct sample *s, const struct tap_name *name, struct reason *reason);

/* Frees what *s owns. May be called again, or with a sample that is all 0. */
void sample_close(struct sample *s);

/* Returns whether the tap was detached and attached again between the two samples. */
bool sample_restarted(const struct sample *before, const struct sample *now);

/* Returns the seconds between two samples of the same tap, always more than 0. */
double sample_seconds(const struct sample *before, const struct sample *now);

/*
 * Returns by how much a counter grew per second. `before` and `now` are its values in two
 * samples that are `seconds` apart. Returns 0 if it did not grow, never less.
 */
double sample_rate(uint64_t before, uint64_t now, double seconds);

/* Writes who reads the tap: "pid 4711", "attached", "none" or "not known". Returns buf. */
#define SAMPLE_READER_MAX 24
const char *sample_reader_text(char buf[SAMPLE_READER_MAX], const struct sample *s);

#endif
