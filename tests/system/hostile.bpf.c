// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/* Writes what hostile.c wants into a ring buffer of a tap. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum { RECORD_MAX = 1 << 16, EVENT_BYTES = 56 };

struct order {
	__u64 from;  /* address of the bytes of an event; 0: those of `bytes` are a record */
	__u32 len;   /* of that record */
	__u32 count; /* how many such records */
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096); /* the tap's takes its place */
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, char[RECORD_MAX]);
} bytes SEC(".maps");

/* The record is busy until the bytes can be read. */
static int copy(const struct order *o)
{
	void *event = bpf_ringbuf_reserve(&ring, EVENT_BYTES, 0);
	long err;

	if (!event)
		return 1;
	err = bpf_copy_from_user(event, EVENT_BYTES, (const void *)o->from);
	if (err)
		bpf_ringbuf_discard(event, 0);
	else
		bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("syscall")
int produce(struct order *o)
{
	__u32 zero = 0, len = o->len, count = o->count;
	char *from = bpf_map_lookup_elem(&bytes, &zero);

	if (o->from)
		return copy(o);
	if (!from || len > RECORD_MAX)
		return 1;
	for (__u32 i = 0; i < 1024 && i < count; i++)
		if (bpf_ringbuf_output(&ring, from, len, 0))
			return 1;
	return 0;
}

char _license[] SEC("license") = "Dual MIT/GPL";
