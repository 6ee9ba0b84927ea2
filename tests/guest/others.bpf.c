// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/* Somebody else's XDP programs, which trace.bats and verdicts.bats trace. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

SEC("xdp.frags")
int others_program_that_passes(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("xdp.frags")
int others_drop(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

/* The UDP source port, by which `flood` numbers what it sends; 0 if there is none. */
static __always_inline __u32 number_of(const struct xdp_md *ctx)
{
	const void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	const struct udphdr *udp = data + ETH_HLEN + sizeof(struct iphdr);

	return (const void *)(udp + 1) > end ? 0 : bpf_ntohs(udp->source);
}

/* ABORTED, DROP, PASS, TX, REDIRECT (which fails: to no interface), and a number that is none of
 * them. */
SEC("xdp.frags")
int others_each(struct xdp_md *ctx)
{
	__u32 action = number_of(ctx) % 6;

	return action == 5 ? 77 : action;
}

/* Drops one in four. */
SEC("xdp.frags")
int others_drop_some(struct xdp_md *ctx)
{
	return number_of(ctx) % 4 ? XDP_PASS : XDP_DROP;
}

/* Takes four bytes from the front, and drops the frame. */
SEC("xdp.frags")
int others_shorten(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_head(ctx, 4) ? XDP_ABORTED : XDP_DROP;
}

/* What its BTF says of the argument keeps the kernel from tracing it. */
SEC("xdp.frags")
int others_void(void *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

/* With one character more than libxdp has room for. */
#define LONG_NAME \
	others_with_a_very_a_very_a_very_a_very_a_very_a_very_a_very_a_very_a_very_a_very_a_very_long_namex
SEC("xdp.frags")
int LONG_NAME(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual MIT/GPL";
