// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/* Numbers the frames that live.c makes, and sends them out of its interface. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	__u64 number;
} __attribute__((packed));

const volatile __u32 to_ifindex;

/* Of the next frame; they come from one CPU. */
__u64 next;

SEC("xdp")
int number(struct xdp_md *ctx)
{
	struct frame *f = (void *)(long)ctx->data;

	if ((void *)(f + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	f->number = next;
	f->udp.dest = bpf_htons(next % 2 ? 10 : 9);
	next++;
	return (int)bpf_redirect(to_ifindex, 0);
}

char _license[] SEC("license") = "Dual MIT/GPL";
