/* SPDX-License-Identifier: BSD-2-Clause */
/* What naive.bpf.c puts into its ring and counts; for naive.c and the benchmark. */
#ifndef XDPTAP_BENCH_NAIVE_H
#define XDPTAP_BENCH_NAIVE_H

#include <linux/types.h>

/* Host byte order. */
struct naive_event {
	__u32 src, dst;
	__u16 sport, dport;
	__u32 proto;
	__u32 len;
	__u32 unused;
	__u64 ktime_ns;
	__u32 flags; /* NAIVE_FRAG to NAIVE_RST */
	__u32 unused_too;
};

_Static_assert(sizeof(struct naive_event) == 40, "as the tutorial's");

#define NAIVE_FRAG    0x01
#define NAIVE_LOW_TTL 0x02
#define NAIVE_SYN     0x10
#define NAIVE_FIN     0x20
#define NAIVE_RST     0x40

/* Keys of naive_stats. */
enum naive_counter {
	NAIVE_TOTAL,
	NAIVE_TCP,
	NAIVE_UDP,
	NAIVE_OTHER,
	NAIVE_LOST, /* found the ring full */
	NAIVE_COUNTERS
};

#endif
