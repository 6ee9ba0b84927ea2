// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/* Counts the frames of an interface whose verdict the kernel could not carry out. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "xdp_buff.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xdp_errors);
} xdp_errors SEC(".maps");

/* Returns the counters of this CPU if the frame is on our interface, else NULL. */
static __always_inline struct xdp_errors *errors_of(const struct net_device *dev)
{
	__u32 zero = 0;

	return net_device_is_ours(dev) ? bpf_map_lookup_elem(&xdp_errors, &zero) : NULL;
}

/* `args` are those of the tracepoint: the interface is the first one. */
SEC("tp_btf/xdp_exception")
int count_exception(__u64 *args)
{
	struct xdp_errors *errors = errors_of((void *)(long)args[0]);

	if (errors)
		errors->exceptions++;
	return 0;
}

SEC("tp_btf/xdp_redirect_err")
int count_redirect_error(__u64 *args)
{
	struct xdp_errors *errors = errors_of((void *)(long)args[0]);

	if (errors)
		errors->redirect++;
	return 0;
}

char _license[] SEC("license") = "Dual MIT/GPL";
