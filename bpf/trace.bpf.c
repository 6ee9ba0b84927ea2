// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * A program at the entry of an XDP program that is attached already, of whomever (fentry): it sees
 * each frame that this one gets, captures it as capture.h says, and changes nothing.
 */
#define XDPTAP_TRACE

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "capture.h"
#include "traced.h"

/* Of the kernel's structs (net/xdp.h, linux/netdevice.h, net/net_namespace.h) what is read here;
 * libbpf finds out where that is in the running kernel. */
#define KERNEL_STRUCT __attribute__((preserve_access_index))

struct ns_common {
	unsigned int inum;
} KERNEL_STRUCT;

struct net {
	struct ns_common ns;
} KERNEL_STRUCT;

typedef struct {
	struct net *net;
} KERNEL_STRUCT possible_net_t;

struct net_device {
	int ifindex;
	possible_net_t nd_net;
} KERNEL_STRUCT;

struct xdp_rxq_info {
	struct net_device *dev;
} KERNEL_STRUCT;

struct xdp_buff {
	void *data;
	void *data_end;
	struct xdp_rxq_info *rxq;
} KERNEL_STRUCT;

/* The tap's interface: the traced program may be on several. */
const volatile __u32 ifindex = 0;
const volatile __u32 netns_ino = 0;

static __always_inline int is_ours(const struct xdp_buff *xdp)
{
	const struct net_device *dev = xdp->rxq->dev;

	return (__u32)dev->ifindex == ifindex && dev->nd_net.net->ns.inum == netns_ino;
}

/* `args` are those of the traced program: its context. */
SEC("fentry")
int trace_packet_data(__u64 *args)
{
	struct xdp_buff *xdp = (void *)(long)args[0];
	struct traced_frame *frame;
	__u64 data;

	if (!is_ours(xdp))
		return 0;
	data = (__u64)(long)xdp->data;
	frame = traced_gather(data, (__u32)((__u64)(long)xdp->data_end - data),
			      (__u32)bpf_xdp_get_buff_len((struct xdp_md *)xdp));
	if (frame)
		capture_frame(frame);
	return 0;
}

char _license[] SEC("license") = "Dual MIT/GPL";
