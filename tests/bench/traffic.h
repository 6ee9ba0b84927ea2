/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets for the benchmark: a veth pair, and a generator that puts frames into
 * its one end so that they reach the XDP program on the other, TRAFFIC_DEV, as
 * from a driver. Generator, NAPI and that program share PRODUCER_CPU.
 */
#ifndef XDPTAP_BENCH_TRAFFIC_H
#define XDPTAP_BENCH_TRAFFIC_H

/* The receiving end. It passes what it gets to a stack that has no use for it. */
#define TRAFFIC_DEV "rx0"

/* Bytes of a frame without FCS: Ethernet, IPv4, UDP, a payload of zeros. */
enum { TRAFFIC_BYTES_MIN = 60, TRAFFIC_BYTES_MAX = 1514 };

/* What a run came to. */
struct traffic_run {
	long long packets; /* that reached TRAFFIC_DEV */
	long long wanted;  /* that were due; 0: as many as go */
	long long ns;      /* what it took */
};

/* Makes the pair and the generator. Returns 0 or -errno, after bench_fail(), as all here do. */
int traffic_open(void);

/* The same with frames of the kinds of mix.c in turn, whose length is MIX_BYTES. */
int traffic_open_mixed(void);

/* Nothing of it stays; also when it was not opened. */
void traffic_close(void);

/*
 * No capture: a program on TRAFFIC_DEV that only passes, so that a frame takes
 * the same way as with one that captures. On when it is on already is nothing.
 */
int traffic_pass_on(void);
void traffic_pass_off(void);

/*
 * Frames of `bytes` for `ns`, as fast as they go, from PRODUCER_CPU, where the
 * calling thread stays. For a process that has no other thread.
 */
int traffic_flood(int bytes, long long ns, struct traffic_run *run);

/*
 * Frames of `bytes` at `pps` a second for `ns`, from PRODUCER_CPU: each
 * `period_ns` those that are due, in between it sleeps. A burst that comes late
 * does not move the next; what is not sent when the time is up is not sent.
 */
int traffic_pace(int bytes, long long pps, long long period_ns, long long ns,
		 struct traffic_run *run);

/*
 * The program on TRAFFIC_DEV by itself, on frames of 64 bytes, at `pps` a second or,
 * if that is 0, all the time, for `ns`: more packets than any interface brings.
 */
int traffic_test_run(long long pps, long long period_ns, long long ns, struct traffic_run *run);

#endif
