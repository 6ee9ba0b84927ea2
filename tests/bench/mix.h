/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of frames that the generator sends in turn, for filters to choose from. */
#ifndef XDPTAP_BENCH_MIX_H
#define XDPTAP_BENCH_MIX_H

enum {
	MIX_KINDS = 8, /* a power of two */
	MIX_BYTES = 64,
};

#ifndef __bpf__
#include <linux/types.h>

void mix_build(__u8 frames[MIX_KINDS][MIX_BYTES]);
#endif

#endif
