// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * A program at the entry (fentry) or exit (fexit) of an XDP program that is attached already, of
 * whomever: it sees each frame that this one gets or has had, captures it as capture.h says, and
 * changes nothing.
 */
#define XDPTAP_TRACE

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "capture.h"
#include "traced.h"
#include "xdp_buff.h"

/* At exit: the traced program's index in XDPTAP_MAP_MEMBERS; after which of its actions the chain
 * continues, as tap_member.chain_actions, 0 if it is the last one; and tap_settings.actions. */
const volatile __u32 member = 0;
const volatile __u32 passes_on = 0;
const volatile __u32 actions = 0;

static __always_inline struct traced_frame *gather(struct xdp_buff *xdp)
{
	__u64 data = (__u64)(long)xdp->data;

	return traced_gather(data, (__u32)((__u64)(long)xdp->data_end - data),
			     (__u32)bpf_xdp_get_buff_len((struct xdp_md *)xdp));
}

/* `args` are those of the traced program: its context. */
SEC("fentry")
int trace_packet_data(__u64 *args)
{
	struct xdp_buff *xdp = (void *)(long)args[0];
	struct traced_frame *frame;

	if (!xdp_buff_is_ours(xdp))
		return 0;
	frame = gather(xdp);
	if (frame)
		capture_frame(frame);
	return 0;
}

/* After its arguments there is what it returned. A frame is captured once: where its way through
 * the chain ends. */
SEC("fexit")
int trace_exit(__u64 *args)
{
	struct xdp_buff *xdp = (void *)(long)args[0];
	__u32 action = xdp_buff_action(args);
	struct traced_frame *frame;

	if (!xdp_buff_is_ours(xdp))
		return 0;
	if (passes_on >> action & 1) {
		/* Whose turn it is on this frame, when it comes to the next member. */
		if (decides)
			control_verdict();
		return 0;
	}
	frame = gather(xdp);
	if (!frame)
		return 0;
	frame->action = action;
	frame->member = member;
	frame->unwanted = !(actions >> action & 1);
	capture_frame(frame);
	return 0;
}

char _license[] SEC("license") = "Dual MIT/GPL";
