/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * What becomes of a frame that is captured: it reserves a record in the ring buffer of this CPU,
 * parses the headers directly into the record, and counts. Used by capture.bpf.c, which gets the
 * frames as XDP programs do, and by trace.bpf.c, which sees what another program gets.
 */
#ifndef XDPTAP_BPF_CAPTURE_H
#define XDPTAP_BPF_CAPTURE_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "control.h"
#include "filter.h"
#include "flows.h"
#include "frame.h"
#include "parse.h"
#include "snap.h"
#include "tai_clock.h"
#include "wakeup.h"

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, XDPTAP_DEFAULT_RING_BYTES);
};

/* The first ring buffer; with `rings 1` the only one. */
struct ring packet_ringbuf SEC(".maps");

/* Indexed by CPU. The loader creates and fills it, and pins the ring buffers in it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct ring);
} cpu_rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct packet_stats);
} stats_map SEC(".maps");

/* Written and pinned by the loader alone; declared here so that it gets BTF. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct tap_meta);
} meta SEC(".maps");

/* The number of ring buffers; if it is 1, cpu_rings is not used. */
const volatile __u32 rings = 1;

/* Whether there is a filter; else the verifier drops the call. */
const volatile __u32 filtered = 0;

/* One in so many frames that match becomes an event. */
const volatile __u32 sample = 1;

/* Returns the ring buffer of this CPU. */
static __always_inline void *ring_here(void)
{
	void *ring = NULL;
	__u32 cpu;

	if (rings > 1) {
		cpu = bpf_get_smp_processor_id();
		ring = bpf_map_lookup_elem(&cpu_rings, &cpu);
	}
	/* A CPU that the loader did not know shares the first one. */
	return ring ?: &packet_ringbuf;
}

/* Returns 1 if a == b, else 0, without a branch; for numbers below 2^63. */
static __always_inline __u64 equal(__u64 a, __u64 b)
{
	return ((a ^ b) - 1) >> 63;
}

/*
 * Sums instead of branches: there is nothing to predict, and nothing that multiplies the paths
 * that the verifier follows. A single branch skips the counters that most frames leave alone.
 */
static __always_inline void count(struct packet_stats *st, const struct packet_event *ev)
{
	__u64 ip = ev->flags / XDPTAP_EV_IP & 1;
	__u64 ipv4 = ip & equal(ev->eth_type, ETH_P_IP);
	__u64 ipv6 = ip ^ ipv4;
	__u64 tcp = ip & equal(ev->proto, IPPROTO_TCP);
	__u64 udp = ip & equal(ev->proto, IPPROTO_UDP);

	st->packets++;
	st->bytes += ev->len;
	st->tcp += tcp;
	st->udp += udp;
	st->other += 1 ^ tcp ^ udp;
	st->ipv4 += ipv4;
	st->ipv6 += ipv6;
	st->non_ip += 1 ^ ip;
	if ((tcp | udp) && !(ev->flags & (XDPTAP_EV_VLAN | XDPTAP_EV_FRAG | XDPTAP_EV_MALFORMED)))
		return;
	st->icmp += (ipv4 & equal(ev->proto, IPPROTO_ICMP)) |
		    (ipv6 & equal(ev->proto, IPPROTO_ICMPV6));
	st->vlan += ev->flags / XDPTAP_EV_VLAN & 1;
	st->fragments += ev->flags / XDPTAP_EV_FRAG & 1;
	st->malformed += ev->flags / XDPTAP_EV_MALFORMED & 1;
}

/* Counts a frame that becomes no event. */
static __always_inline void count_alone(frame_t *frame, __u32 len, struct packet_stats *st,
					int with_flows)
{
	struct packet_event ev = { .len = len };

	if (with_flows)
		ev.ts_ns = tai_clock_now_ns();
	parse_headers(frame, &ev);
	count(st, &ev);
	flow_count(&ev, st, with_flows);
}

/* Counts a frame whose event does not fit into the ring buffer. */
static __always_inline void count_dropped(frame_t *frame, __u32 len, struct packet_stats *st,
					  int with_flows)
{
	count_alone(frame, len, st, with_flows);
	st->dropped++;
}

/* Returns whether a frame that matches becomes an event: of each CPU's the first, and so on. */
static __always_inline int is_sampled(const struct packet_stats *st)
{
	return sample <= 1 || !((__u32)(st->events + st->dropped + st->sampled_out) % sample);
}

/* Writes the event alone, in place. Returns whether it is in the ring buffer. */
static __always_inline int put_event(frame_t *frame, __u32 len, void *ring, struct packet_stats *st,
				     int with_flows)
{
	struct packet_event *ev = bpf_ringbuf_reserve(ring, sizeof(*ev), 0);

	if (!ev) {
		count_dropped(frame, len, st, with_flows);
		return 0;
	}

	/*
	 * After the reservation: a reader that has seen a ring buffer empty knows that every
	 * later event there is newer than all it saw elsewhere.
	 */
	ev->ts_ns = tai_clock_now_ns();
	parse_frame(frame, len, ev);
	count(st, ev);
	flow_count(ev, st, with_flows);
	bpf_ringbuf_submit(ev, wakeup_submit_flags());
	return 1;
}

/* The same, with captured bytes, for a frame of at least snaplen bytes. */
static __always_inline int put_cut(frame_t *frame, __u32 len, void *ring, struct packet_stats *st,
				   int with_flows)
{
	__u32 size = snaplen;
	struct snap_record *record = bpf_ringbuf_reserve(ring, sizeof(*record) + size, 0);

	if (!record)
		goto dropped;
	record->ev.ts_ns = tai_clock_now_ns();
	if (snap_copy(frame, record->bytes, 0, size)) {
		bpf_ringbuf_discard(record, wakeup_submit_flags());
		goto dropped;
	}
	parse_frame(frame, len, &record->ev);
	count(st, &record->ev);
	flow_count(&record->ev, st, with_flows);
	bpf_ringbuf_submit(record, wakeup_submit_flags());
	return 1;

dropped:
	count_dropped(frame, len, st, with_flows);
	return 0;
}

/* The same for a frame of any length. */
static __always_inline int put_any(frame_t *frame, __u32 len, void *ring, struct packet_stats *st,
				   int with_flows)
{
	__u32 caplen = snap_caplen(frame, len);
	struct bpf_dynptr record;
	struct packet_event *ev;
	__u64 now;

	if (bpf_ringbuf_reserve_dynptr(ring, sizeof(*ev) + caplen, 0, &record))
		goto dropped;
	now = tai_clock_now_ns();
	ev = snap_fill(frame, caplen, &record);
	if (!ev)
		goto dropped;
	ev->ts_ns = now;
	parse_frame(frame, len, ev);
	count(st, ev);
	flow_count(ev, st, with_flows);
	bpf_ringbuf_submit_dynptr(&record, wakeup_submit_flags());
	st->truncated += snap_truncates(frame, len);
	return 1;

dropped:
	/* The verifier demands this even if the reservation failed. */
	bpf_ringbuf_discard_dynptr(&record, wakeup_submit_flags());
	count_dropped(frame, len, st, with_flows);
	return 0;
}

/* Whether the frame is none of those that the tap is to capture. */
static __always_inline int is_filtered(frame_t *frame, __u32 len)
{
	return frame_is_unwanted(frame) || (filtered && !filter_matches(frame, len));
}

/* Counts a frame that does not match. */
static __always_inline void count_filtered(frame_t *frame, __u32 len, struct packet_stats *st)
{
	count_alone(frame, len, st, 0);
	st->filtered++;
}

/* Returns the counters of this CPU; never NULL: an array has the key 0. */
static __always_inline struct packet_stats *stats_here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&stats_map, &zero);
}

/*
 * Handles a frame while the tap is paused. In a function of its own: inline, it costs every packet
 * 1 ns, since the compiler then keeps the verdict in a register to the end.
 */
static __noinline int count_paused(frame_t *frame, int with_flows)
{
	struct packet_stats *st = stats_here();
	__u32 len = frame_len(frame);

	if (!st)
		return 0;
	if (is_filtered(frame, len)) {
		count_filtered(frame, len, st);
		return 0;
	}
	count_alone(frame, len, st, with_flows);
	st->paused_out++;
	return 0;
}

/* `with_flows` is a constant: whether flows are counted. */
static __always_inline void capture(frame_t *frame, int with_flows)
{
	int verdict = control_verdict(), put;
	struct packet_stats *st;
	void *ring;
	__u32 len;

	if (verdict != CONTROL_CAPTURE) {
		if (verdict == CONTROL_COUNT)
			count_paused(frame, with_flows);
		return;
	}
	st = stats_here();
	if (!st)
		return;
	len = frame_len(frame);
	if (is_filtered(frame, len)) {
		count_filtered(frame, len, st);
		return;
	}
	if (!is_sampled(st)) {
		count_alone(frame, len, st, with_flows);
		st->sampled_out++;
		return;
	}
	ring = ring_here();
	if (!snaplen || frame_is_short(frame))
		put = put_event(frame, len, ring, st, with_flows);
	else if (frame_readable(frame, len) >= snaplen && snaplen <= SNAP_LOAD_MAX)
		put = put_cut(frame, len, ring, st, with_flows);
	else
		put = put_any(frame, len, ring, st, with_flows);
	if (put && snaplen && frame_is_short(frame))
		st->truncated++;
	if (put)
		wakeup_reader(ring, st->events++);
}

/*
 * Captures a frame. Two copies, of which the verifier drops one as dead code: in a single copy the
 * compiler reserves registers and stack for flows, 2 ns per packet even without them.
 */
static __always_inline void capture_frame(frame_t *frame)
{
	if (flows)
		capture(frame, 1);
	else
		capture(frame, 0);
}

#endif /* XDPTAP_BPF_CAPTURE_H */
