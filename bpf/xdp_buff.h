/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * What a program at the entry or exit of an XDP program gets: the context of that one, as the
 * kernel has it. Used by trace.bpf.c, verdict.bpf.c and errors.bpf.c.
 */
#ifndef XDPTAP_BPF_XDP_BUFF_H
#define XDPTAP_BPF_XDP_BUFF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

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

static __always_inline int net_device_is_ours(const struct net_device *dev)
{
	return (__u32)dev->ifindex == ifindex && dev->nd_net.net->ns.inum == netns_ino;
}

static __always_inline int xdp_buff_is_ours(const struct xdp_buff *xdp)
{
	return net_device_is_ours(xdp->rxq->dev);
}

/* Returns what the traced program, which has one argument, returned: an enum xdptap_action. */
static __always_inline __u32 xdp_buff_action(const __u64 *args)
{
	__u32 action = (__u32)args[1];

	return action < XDPTAP_OTHER ? action : XDPTAP_OTHER;
}

#endif /* XDPTAP_BPF_XDP_BUFF_H */
