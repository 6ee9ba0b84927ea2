// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/* Puts events that at_exit.c has made up into the ring buffer of a tap, with the time. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "at_exit.h"

/* That of the tap takes its place. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} ring SEC(".maps");

SEC("syscall")
int put(struct record *made_up)
{
	struct record record = *made_up;

	record.event.ts_ns = bpf_ktime_get_tai_ns();
	return (int)bpf_ringbuf_output(&ring, &record, sizeof(record), 0);
}

char _license[] SEC("license") = "Dual MIT/GPL";
