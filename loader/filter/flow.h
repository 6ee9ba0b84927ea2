/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known before each instruction of a classic program: whether it is reached, and which
 * bytes of the frame were checked before. Used by translate.c, which leaves out what is certain.
 *
 * The translated program consists of two copies. The fast one reads bytes in place, from the
 * frame's first buffer. A load of bytes that are not there goes on in the slow copy, which
 * calls a helper function for each load, and does not come back. So in the fast copy each check
 * that was passed stays true.
 */
#ifndef XDPTAP_LOADER_FILTER_FLOW_H
#define XDPTAP_LOADER_FILTER_FLOW_H

#include "loader/filter/classic.h"
#include "loader/filter/target.h"

/*
 * The fast copy reads up to this offset. In an XDP program that is what the 16 bits of an eBPF
 * instruction can say; and the offset of the first byte, X, and what is added to it remain below
 * 0xffff, as the verifier demands. In a trace program the two together remain within what was
 * copied.
 */
static inline __u32 flow_in_place_max(enum filter_target target)
{
	return target == FILTER_TRACE ? 128 : 0x7fff;
}

/* The largest offset that bpf_xdp_load_bytes() accepts. */
#define FLOW_LOAD_MAX 0xffff

/* Where an instruction leads: to another one, or to one of these. */
enum { FLOW_NO_MATCH = -1, FLOW_MATCH = -2 };

struct flow_fact {
	bool reached;    /* by some way through the classic program */
	bool fast;       /* it is in the fast copy */
	bool slow;       /* it is in the slow copy */
	bool loop;       /* jumped to from an instruction after it */
	__u16 stored;    /* words of M[] that were certainly stored before, as bits */
	__u32 checked;   /* fast: so many first bytes of the frame are certainly in place */
	__u32 checked_x; /* fast: so many bytes from offset X on; 0: not even their address is known
			  */
	__u32 a_max;     /* fast: what A is at most, as far as the verifier knows it, too */
	__u32 x_max;     /* fast: the same of X */
};

/* What a load does in the fast copy. */
enum flow_load {
	FLOW_LOAD_CHECKED, /* all its bytes are certainly in place */
	FLOW_LOAD_CHECK,   /* they have to be checked, and may be for the slow copy to read */
	FLOW_LOAD_SLOW,    /* it is always for the slow copy */
	FLOW_LOAD_BEYOND,  /* no frame that can be read has these bytes: no match */
};

/* Fills facts[0] to facts[n - 1] for a program that classic_check() has passed. */
void flow_analyze(const struct sock_filter *program, size_t n, enum filter_target target,
		  struct flow_fact *facts);

/* Where a jump to `pc` leads: to FLOW_MATCH or FLOW_NO_MATCH if there is a verdict. */
long flow_target(const struct sock_filter *program, size_t pc);

enum flow_load flow_load(const struct sock_filter *insn, const struct flow_fact *fact,
			 enum filter_target target);

#endif
