/* SPDX-License-Identifier: BSD-2-Clause */
/* What article.bpf.c puts into its ring and counts; for article.c and the benchmark. */
#ifndef XDPTAP_BENCH_ARTICLE_H
#define XDPTAP_BENCH_ARTICLE_H

#include <linux/types.h>

/* Host byte order. */
struct article_event {
	__u32 src, dst;
	__u16 sport, dport;
	__u32 proto;
	__u32 len;
	__u32 unused;
	__u64 ktime_ns;
	__u32 flags; /* ARTICLE_FRAG to ARTICLE_RST */
	__u32 unused_too;
};

_Static_assert(sizeof(struct article_event) == 40, "as the tutorial's");

#define ARTICLE_FRAG    0x01
#define ARTICLE_LOW_TTL 0x02
#define ARTICLE_SYN     0x10
#define ARTICLE_FIN     0x20
#define ARTICLE_RST     0x40

/* Keys of article_stats. */
enum article_counter {
	ARTICLE_TOTAL,
	ARTICLE_TCP,
	ARTICLE_UDP,
	ARTICLE_OTHER,
	ARTICLE_LOST, /* found the ring full */
	ARTICLE_COUNTERS
};

#endif
