/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The contract between the XDP program and everything in user space: map
 * names, the event, the counters, the meta record. The only header that both
 * sides include. Other programs that read the pinned maps may copy it; its
 * fields are described for them in docs/maps.md.
 *
 * Any change to a struct here raises XDPTAP_ABI_VERSION: user space refuses
 * maps of another version instead of misreading them.
 */
#ifndef XDPTAP_ABI_H
#define XDPTAP_ABI_H

#include <linux/types.h>

#define XDPTAP_ABI_VERSION 3

/* Names of the pins; the kernel cuts a map's own at 15, and has ".data.wakeup". */
#define XDPTAP_PROG_NAME    "capture_packet_data"
#define XDPTAP_MAP_RING     "packet_ringbuf"
#define XDPTAP_MAP_STATS    "stats_map"
#define XDPTAP_MAP_DOORBELL "doorbell"
#define XDPTAP_MAP_WAKEUP   "wakeup"
#define XDPTAP_MAP_META     "meta"
#define XDPTAP_MAP_FLOWS    "flow_map"
#define XDPTAP_MAP_FLUSHED  "flow_flushed"

/* The pins of the second ring and of those behind it: this and 1, 2, ... */
#define XDPTAP_MAP_RING_PREFIX "packet_ringbuf_"

/* Run priority in a libxdp dispatcher: before xdp-filter, which has 10. */
#define XDPTAP_DEFAULT_PRIO 5

/* Bytes, of all rings together. */
#define XDPTAP_DEFAULT_RING_BYTES (16u << 20)

/* tap_meta.snaplen, bytes: a larger frame is cut; "full" means this, as in libpcap. */
#define XDPTAP_SNAPLEN_MAX 262144u

/* Bytes of a frame that an XDP program can read, from its beginning. */
#define XDPTAP_CAPLEN_MAX 131070u

/* tap_meta.flows; the kernel makes all of them at once: see docs/maps.md. */
#define XDPTAP_FLOWS_MAX 4194304u

/* A TTL or hop limit below this sets XDPTAP_EV_LOW_TTL. */
#define XDPTAP_LOW_TTL 10

/* Tags that are walked; what follows is reported as it stands. */
#define XDPTAP_MAX_VLAN_TAGS 4

/* packet_event.flags: what was seen ... */
#define XDPTAP_EV_FRAG      0x0001 /* a fragment, the first or a later one */
#define XDPTAP_EV_LOW_TTL   0x0002 /* TTL or hop limit < XDPTAP_LOW_TTL */
#define XDPTAP_EV_SYN       0x0010 /* also in tcp_flags */
#define XDPTAP_EV_FIN       0x0020 /* also in tcp_flags */
#define XDPTAP_EV_RST       0x0040 /* also in tcp_flags */
#define XDPTAP_EV_VLAN      0x0100 /* at least one 802.1Q or 802.1ad tag */
#define XDPTAP_EV_MALFORMED 0x0200 /* a header is cut, or contradicts itself */
/* ... and which fields hold something. */
#define XDPTAP_EV_IP        0x0400 /* src, dst, proto; else src, dst are MACs */
#define XDPTAP_EV_PORTS     0x0800 /* sport, dport */
#define XDPTAP_EV_ICMP      0x1000 /* icmp_type, icmp_code */
#define XDPTAP_EV_TCP_FLAGS 0x2000 /* tcp_flags */

/* packet_event.vlan: tag depth and outermost VLAN ID. */
#define XDPTAP_VLAN_ID(vlan)    (0x0fff & (vlan))
#define XDPTAP_VLAN_DEPTH(vlan) ((vlan) >> 12)

/*
 * One frame, as the ring carries it: with the ring's own 8-byte record header
 * exactly one cache line of 64 bytes. Integers are in host byte order,
 * addresses are bytes in wire order. What the record is longer than this are
 * the first bytes of the frame: len of them, but no more than tap_meta.snaplen
 * and XDPTAP_CAPLEN_MAX.
 */
struct packet_event {
	__u64 ts_ns; /* CLOCK_TAI at the XDP hook; tap_meta.clock names it */
	/* IPv6: 16 bytes. IPv4: the first 4. No IP: MAC, the first 6. Rest 0. */
	__u8 src[16];
	__u8 dst[16];
	__u32 len; /* bytes of the whole frame, all fragments, without FCS */
	union {
		struct {
			__u16 sport;
			__u16 dport;
		};
		struct {
			__u8 icmp_type;
			__u8 icmp_code;
			__u16 icmp_zero; /* always 0 */
		};
	};
	__u16 eth_type; /* after the tags; below 0x0600 an 802.3 length */
	__u16 vlan;     /* XDPTAP_VLAN_DEPTH, XDPTAP_VLAN_ID; 0: untagged */
	__u8 proto;     /* IP protocol, behind IPv6 extension headers */
	__u8 tcp_flags; /* byte 13 of the TCP header: FIN is bit 0, CWR bit 7 */
	__u16 flags;    /* XDPTAP_EV_* */
};

_Static_assert(sizeof(struct packet_event) == 56, "event and ring header fill one cache line");

/*
 * Counters of one CPU. Always, once no packet is in flight:
 *   packets = tcp + udp + other = ipv4 + ipv6 + non_ip = events + dropped
 */
struct packet_stats {
	__u64 packets;   /* frames that reached the program */
	__u64 bytes;     /* their whole lengths */
	__u64 tcp;       /* IP protocol 6, fragments of it included */
	__u64 udp;       /* IP protocol 17, fragments of it included */
	__u64 other;     /* neither, or not IP */
	__u64 events;    /* put into the ring */
	__u64 dropped;   /* not put into the ring: it was full */
	__u64 ipv4;      /* with a readable IPv4 header */
	__u64 ipv6;      /* with a readable IPv6 header */
	__u64 non_ip;    /* any other frame */
	__u64 icmp;      /* IP protocol 1 under IPv4, 58 under IPv6 */
	__u64 vlan;      /* with at least one VLAN tag */
	__u64 fragments; /* IP fragments, first and later */
	__u64 malformed; /* XDPTAP_EV_MALFORMED */
	__u64 flows;     /* entries that were made in XDPTAP_MAP_FLOWS */
	__u64 flow_lost; /* IP packets that are in none of them: it could not be made */
};

_Static_assert(sizeof(struct packet_stats) == 16 * sizeof(__u64), "counters only, no padding");

/*
 * A flow, the key of XDPTAP_MAP_FLOWS, a per-CPU LRU hash that is there if
 * tap_meta.flows is not 0: all packets with these addresses, ports and protocol, in
 * one direction. IP only. Ports are 0 where packet_event has none, so all later
 * fragments between two hosts are one flow. Byte order as in packet_event.
 */
struct flow_key {
	__u8 src[16];
	__u8 dst[16];
	__u16 sport;
	__u16 dport;
	__u16 eth_type; /* ETH_P_IP or ETH_P_IPV6 */
	__u8 proto;
	__u8 zero; /* always 0 */
};

_Static_assert(sizeof(struct flow_key) == 40, "no padding");

/* What one CPU saw of a flow; all 0: nothing. */
struct flow_stats {
	__u64 packets;
	__u64 bytes;    /* of whole frames, as packet_stats.bytes */
	__u64 first_ns; /* CLOCK_TAI */
	__u64 last_ns;  /* CLOCK_TAI */
	__u64 syns;     /* packets with TCP's SYN */
	__u8 tcp_flags; /* all that were set in any of them */
	__u8 zero[7];   /* always 0 */
};

_Static_assert(sizeof(struct flow_stats) == 48, "no padding");

/*
 * The word in the map XDPTAP_MAP_WAKEUP: when the rings' reader wants to be
 * woken. A reader sets it, through mmap; the program sets it back to NEVER as
 * it rings, so that one event rings and not all that follow. To ring is to put
 * a discarded record into XDPTAP_MAP_DOORBELL, a ring buffer for nothing else.
 */
enum xdptap_wakeup {
	XDPTAP_WAKEUP_PLAIN = 0, /* no doorbell; the rings notify as BPF rings do */
	XDPTAP_WAKEUP_NEVER = 1, /* the reader is awake */
	XDPTAP_WAKEUP_HALF = 2,  /* once a ring is half full: the reader naps */
	XDPTAP_WAKEUP_NEXT = 3,  /* at the next event: the reader sleeps */
};

/* For XDPTAP_WAKEUP_HALF it is looked how full a ring is at each 64th event, or more often. */
#define XDPTAP_WAKEUP_LOOK_MAX 64

/* tap_meta.mode; the values are libxdp's enum xdp_attach_mode. */
enum xdptap_mode {
	XDPTAP_MODE_AUTO = 0, /* asked for only, never recorded */
	XDPTAP_MODE_NATIVE = 1,
	XDPTAP_MODE_GENERIC = 2,
	XDPTAP_MODE_OFFLOAD = 3,
};

/* What the loader did. Pinned last: a tap without it is not there yet. */
struct tap_meta {
	__u32 abi_version;   /* XDPTAP_ABI_VERSION */
	__u32 event_bytes;   /* sizeof(struct packet_event) */
	__u32 ifindex;       /* in the network namespace netns_ino */
	__u32 netns_ino;     /* inode of the namespace, as in /proc/self/ns/net */
	char ifname[16];     /* at attach time, NUL-terminated */
	__u32 prog_id;       /* of capture_packet_data */
	__u32 mode;          /* enum xdptap_mode */
	__u32 dispatcher;    /* 1: in a libxdp dispatcher; 0: the only program */
	__u32 prio;          /* run priority in the dispatcher */
	__u32 chain_actions; /* bit 1 << XDP_*: the chain goes on after it */
	__u32 clock;         /* clockid_t of packet_event.ts_ns */
	__u32 rings;         /* packet_ringbuf, packet_ringbuf_1, ... */
	__u32 ring_bytes;    /* size of each */
	__u32 snaplen;       /* bytes of a frame behind its event, at most; 0: none */
	__u32 flows;         /* entries of XDPTAP_MAP_FLOWS; 0: there is none */
	__u64 attached_ns;   /* CLOCK_REALTIME, since the epoch */
};

_Static_assert(sizeof(struct tap_meta) == 80, "no padding");

#endif /* XDPTAP_ABI_H */
