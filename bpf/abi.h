/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The contract between the XDP program and user space: map names, the event, the counters and
 * the meta record. It is the only header that both sides include. Other programs that read the
 * pinned maps may copy it; docs/maps.md describes its fields for them.
 *
 * Any change to a struct here raises XDPTAP_ABI_VERSION. User space refuses maps of another
 * version instead of misreading them.
 */
#ifndef XDPTAP_ABI_H
#define XDPTAP_ABI_H

#include <linux/types.h>

#define XDPTAP_ABI_VERSION 8

/* Names of the pins. The kernel truncates map names to 15 characters, and calls wakeup
 * ".data.wakeup", control ".data.control". */
#define XDPTAP_PROG_NAME    "capture_packet_data"
#define XDPTAP_TRACE_NAME   "trace_packet_data" /* the program of a trace tap */
#define XDPTAP_EXIT_NAME    "trace_exit"        /* the same, if its events are made at exit */
#define XDPTAP_VERDICT_NAME "count_verdict"     /* counts the verdicts of a program */
#define XDPTAP_MAP_RING     "packet_ringbuf"
#define XDPTAP_MAP_STATS    "stats_map"
#define XDPTAP_MAP_DOORBELL "doorbell"
#define XDPTAP_MAP_WAKEUP   "wakeup"
#define XDPTAP_MAP_META     "meta"
#define XDPTAP_MAP_CONTROL  "control"
#define XDPTAP_MAP_SETTINGS "settings"
#define XDPTAP_MAP_DECIDED  "decided"
#define XDPTAP_MAP_FLOWS    "flow_map"
#define XDPTAP_MAP_FLUSHED  "flow_flushed"
#define XDPTAP_MAP_MEMBERS  "members"
#define XDPTAP_MAP_VERDICTS "verdict_map"
#define XDPTAP_MAP_LATEST   "latest_verdict"
#define XDPTAP_MAP_ERRORS   "xdp_errors"

/* The pins of the second and later ring buffers: this and 1, 2, ... */
#define XDPTAP_MAP_RING_PREFIX "packet_ringbuf_"

/* The pin of a trace tap's bpf_link: of the program of an even generation, or of an odd one. */
#define XDPTAP_LINK_EVEN "trace_link_0"
#define XDPTAP_LINK_ODD  "trace_link_1"

/* With events made at exit, each program that is traced has one: this, "_", and its index in
 * XDPTAP_MAP_MEMBERS. So have the programs that count verdicts: this and the index. */
#define XDPTAP_LINK_VERDICT_PREFIX "verdict_link_"

/* Of the programs that count errors. */
#define XDPTAP_LINK_EXCEPTION "error_link_exception"
#define XDPTAP_LINK_REDIRECT  "error_link_redirect"

/* Run priority in a libxdp dispatcher: before xdp-filter, which has 10. */
#define XDPTAP_DEFAULT_PRIO 5

/* Bytes of all ring buffers together. */
#define XDPTAP_DEFAULT_RING_BYTES (16u << 20)

/* Maximum of tap_settings.snaplen, in bytes; "full" means this, as in libpcap. */
#define XDPTAP_SNAPLEN_MAX 262144u

/* An XDP program can read at most this many bytes from the beginning of a frame. */
#define XDPTAP_CAPLEN_MAX 131070u

/* Maximum of tap_meta.flows. The kernel allocates all entries at once: see docs/maps.md. */
#define XDPTAP_FLOWS_MAX 4194304u

/* A TTL or hop limit below this sets XDPTAP_EV_LOW_TTL. */
#define XDPTAP_LOW_TTL 10

/* At most this many tags are walked; what follows them is reported as the EtherType. */
#define XDPTAP_MAX_VLAN_TAGS 4

/* packet_event.flags: what the frame has ... */
#define XDPTAP_EV_FRAG      0x0001 /* a fragment, the first or a later one */
#define XDPTAP_EV_LOW_TTL   0x0002 /* TTL or hop limit < XDPTAP_LOW_TTL */
#define XDPTAP_EV_LATER     0x0004 /* with FRAG: a later fragment, whose offset is not 0 */
#define XDPTAP_EV_SYN       0x0010 /* also in tcp_flags */
#define XDPTAP_EV_FIN       0x0020 /* also in tcp_flags */
#define XDPTAP_EV_RST       0x0040 /* also in tcp_flags */
#define XDPTAP_EV_AE        0x0080 /* TCP's ninth flag (RFC 9768), which tcp_flags has no room for */
#define XDPTAP_EV_VLAN      0x0100 /* at least one VLAN tag: see XDPTAP_IS_VLAN_TAG() */
#define XDPTAP_EV_MALFORMED 0x0200 /* a header is truncated or contradicts itself */
/* ... and which fields of the event are filled. */
#define XDPTAP_EV_IP        0x0400 /* src, dst, proto; else src, dst are MACs */
#define XDPTAP_EV_PORTS     0x0800 /* sport, dport */
#define XDPTAP_EV_ICMP      0x1000 /* icmp_type, icmp_code */
#define XDPTAP_EV_TCP_FLAGS 0x2000 /* tcp_flags */
#define XDPTAP_EV_ARP       0x4000 /* arp_op; src, dst as struct arp_address */

/* packet_event.vlan: tag depth and outermost VLAN ID. */
#define XDPTAP_VLAN_ID(vlan)    (0x0fff & (vlan))
#define XDPTAP_VLAN_DEPTH(vlan) ((vlan) >> 12)

/* Whether an EtherType is that of a VLAN tag: IEEE 802.1Q and 802.1ad, and those used before. */
#define XDPTAP_IS_VLAN_TAG(eth_type)                                             \
	((eth_type) == 0x8100 || (eth_type) == 0x88a8 || (eth_type) == 0x9100 || \
	 (eth_type) == 0x9200 || (eth_type) == 0x9300)

/*
 * One frame, as the ring buffer carries it. Together with the 8-byte header of its record it
 * fills one cache line of 64 bytes. Integers are in host byte order, addresses in network byte
 * order. The bytes after the event, up to the end of the record, are the beginning of the frame:
 * len of them, but at most tap_settings.snaplen, XDPTAP_CAPLEN_MAX, and in a trace tap what the
 * first buffer has.
 */
struct packet_event {
	__u64 ts_ns; /* CLOCK_TAI at the XDP hook; tap_meta.clock names it */
	/* IPv6 uses 16 bytes, IPv4 the first 4, a MAC address (no IP) the first 6; the rest is 0,
	 * but for struct arp_address. */
	__u8 src[16];
	__u8 dst[16];
	__u32 len : 24; /* bytes of the whole frame, all buffers, without FCS */
	/* With tap_meta.at_exit: what became of the frame, and the index in XDPTAP_MAP_MEMBERS of
	 * the program that said so. Else 0. */
	__u32 action : 3; /* enum xdptap_action */
	__u32 member : 5;
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
		struct {
			__u16 arp_op;   /* IANA, arp-parameters: 1 is a request, 2 a reply */
			__u16 arp_zero; /* always 0 */
		};
	};
	__u16 eth_type; /* after the tags; below 0x0600 it is an 802.3 length */
	__u16 vlan;     /* XDPTAP_VLAN_DEPTH, XDPTAP_VLAN_ID; 0: untagged */
	__u8 proto;     /* IP protocol, after IPv6 extension headers */
	__u8 tcp_flags; /* byte 13 of the TCP header: FIN is bit 0, CWR bit 7 */
	__u16 flags;    /* XDPTAP_EV_* */
};

/*
 * What packet_event.src and dst hold with XDPTAP_EV_ARP: Ethernet's source and ARP's sender,
 * Ethernet's destination and ARP's target. All in network byte order.
 */
struct arp_address {
	__u8 frame_mac[6]; /* of the Ethernet header */
	__u8 ipv4[4];      /* protocol address */
	__u8 mac[6];       /* hardware address */
};

_Static_assert(sizeof(struct arp_address) == 16, "as large as packet_event.src");
_Static_assert(sizeof(struct packet_event) == 56, "event and ring header fill one cache line");

/*
 * Counters of one CPU. While no packet is being processed:
 *   packets = tcp + udp + other = ipv4 + ipv6 + non_ip
 *           = events + dropped + filtered + sampled_out + paused_out
 */
struct packet_stats {
	__u64 packets;     /* frames that reached the program */
	__u64 bytes;       /* their whole lengths */
	__u64 tcp;         /* IP protocol 6, including fragments */
	__u64 udp;         /* IP protocol 17, including fragments */
	__u64 other;       /* any other frame */
	__u64 events;      /* written to a ring buffer */
	__u64 dropped;     /* not written: the ring buffer was full */
	__u64 ipv4;        /* with a readable IPv4 header */
	__u64 ipv6;        /* with a readable IPv6 header */
	__u64 non_ip;      /* any other frame */
	__u64 icmp;        /* IP protocol 1 under IPv4, 58 under IPv6 */
	__u64 vlan;        /* with at least one VLAN tag */
	__u64 fragments;   /* IP fragments, first and later */
	__u64 malformed;   /* XDPTAP_EV_MALFORMED */
	__u64 flows;       /* entries created in XDPTAP_MAP_FLOWS */
	__u64 flow_lost;   /* IP packets in no entry, since none could be created */
	__u64 truncated;   /* events with fewer bytes of a frame than snaplen allows: it could not
			      be read further */
	__u64 filtered;    /* not written: the filter does not match */
	__u64 sampled_out; /* not written: the filter matches, but only one in `sample` is written
			    */
	__u64 paused_out;  /* not written: the filter matches, but the tap is paused */
};

_Static_assert(sizeof(struct packet_stats) == 20 * sizeof(__u64), "counters only, no padding");

/*
 * A flow: all IP packets with these addresses, ports and protocol, in one direction. It is the
 * key of XDPTAP_MAP_FLOWS, a per-CPU LRU hash that exists if tap_meta.flows is not 0. Ports are 0
 * where packet_event has none, so all later fragments between two hosts are one flow. The byte
 * order is that of packet_event.
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

/* What one CPU counted of a flow; all 0 if it saw no packet of it. */
struct flow_stats {
	__u64 packets;
	__u64 bytes;    /* of whole frames, as packet_stats.bytes */
	__u64 first_ns; /* CLOCK_TAI */
	__u64 last_ns;  /* CLOCK_TAI */
	__u64 syns;     /* packets with TCP's SYN */
	__u8 tcp_flags; /* the union of all packets' flags */
	__u8 zero[7];   /* always 0 */
};

_Static_assert(sizeof(struct flow_stats) == 48, "no padding");

/*
 * The value in the map XDPTAP_MAP_WAKEUP: when the reader of the ring buffers wants to be woken.
 * The reader sets it through mmap. The program resets it to NEVER when it wakes the reader, so
 * that one event wakes it and not every later one. To wake the reader, the program writes a
 * discarded record to XDPTAP_MAP_DOORBELL, a ring buffer that carries nothing else.
 */
enum xdptap_wakeup {
	XDPTAP_WAKEUP_PLAIN = 0, /* no doorbell: the ring buffers notify as BPF ring buffers do */
	XDPTAP_WAKEUP_NEVER = 1, /* the reader is awake */
	XDPTAP_WAKEUP_HALF =
		2, /* when a ring buffer is half full: the reader sleeps for a fixed time */
	XDPTAP_WAKEUP_NEXT = 3, /* at the next event: the reader sleeps without limit */
};

/* For XDPTAP_WAKEUP_HALF the program checks the fill level at every 64th event, or more often. */
#define XDPTAP_WAKEUP_LOOK_MAX 64

/* tap_meta.mode; the values are libxdp's enum xdp_attach_mode. */
enum xdptap_mode {
	XDPTAP_MODE_AUTO = 0, /* only requested, never recorded */
	XDPTAP_MODE_NATIVE = 1,
	XDPTAP_MODE_GENERIC = 2,
	XDPTAP_MODE_OFFLOAD = 3,
};

/*
 * The value in the map XDPTAP_MAP_CONTROL: what the program does with the frames. While a tap gets
 * new settings, a program with the old ones and one with the new ones may both be attached. Each
 * has a generation, and one write of `generation` hands over from one to the other.
 */
struct tap_control {
	__u32 generation; /* whose program captures; index of its settings: generation % 2 */
	__u16 turn;       /* enum xdptap_turn */
	__u16 paused;     /* 1: no events are written; frames are counted */
};

_Static_assert(sizeof(struct tap_control) == sizeof(__u64), "read as one word");

/* Which program decides for a frame whose turn it is. */
enum xdptap_turn {
	XDPTAP_TURN_SETTLED = 0, /* each by itself: `generation` does not change now */
	/*
	 * `generation` may change between the two programs of one frame. The program of an even (or
	 * odd) generation runs first: it reads `generation`, and leaves it in XDPTAP_MAP_DECIDED, a
	 * per-CPU array of one entry, for the other one.
	 */
	XDPTAP_TURN_EVEN_FIRST = 1,
	XDPTAP_TURN_ODD_FIRST = 2,
	/* It is always the turn of the program that is attached: the other one takes its place. */
	XDPTAP_TURN_ANY = 3,
};

/* Size of tap_settings.filter, with its NUL. */
#define XDPTAP_FILTER_MAX 32768u

/* Size of tap_settings.traced_name, with its NUL. A function with a longer name is not traced. */
#define XDPTAP_TRACED_NAME_MAX 128u

/*
 * What a tap captures; two of them are in the map XDPTAP_MAP_SETTINGS. Those in force are at index
 * tap_control.generation % 2; the others are former ones, or still to come.
 */
struct tap_settings {
	__u32 generation; /* of the program that follows them */
	__u32 prog_id;    /* of that program; 0: it is not loaded yet */
	__u32 snaplen;    /* captured bytes of a frame, at most; 0: none */
	__u32 sample;     /* one in so many frames that match becomes an event; 1: each */
	__u64 since_ns;   /* CLOCK_REALTIME, since the epoch: when they were made */
	/* The XDP program that is traced; all 0: it is no trace tap. With tap_meta.at_exit it is
	 * the last of those in XDPTAP_MAP_MEMBERS that are traced. */
	__u32 traced_id;
	__u32 traced_mode;       /* enum xdptap_mode; instead of tap_meta.mode */
	__u32 traced_dispatcher; /* instead of tap_meta.dispatcher */
	__u32 traced_all; /* 1: all programs of the interface are traced, and by the next `set`
			     those that join */
	__u32 actions; /* bit 1 << enum xdptap_action: what becomes an event at exit; 0: not at exit
			*/
	__u32 zero;    /* always 0 */
	char traced_name[XDPTAP_TRACED_NAME_MAX]; /* its function, NUL-terminated */
	char filter[XDPTAP_FILTER_MAX]; /* expression of pcap-filter(7); "": all frames match */
};

/* What the loader did. It is pinned last: without it, there is no tap yet. */
struct tap_meta {
	__u32 abi_version; /* XDPTAP_ABI_VERSION */
	__u32 event_bytes; /* sizeof(struct packet_event) */
	__u32 ifindex;     /* in the network namespace netns_ino */
	__u32 netns_ino;   /* inode of the namespace, as in /proc/self/ns/net */
	char ifname[16];   /* at attach time, NUL-terminated */
	__u32 mode;        /* enum xdptap_mode; of a trace tap when it was attached, as the next */
	/* 1: our program, or that which is traced, is in a libxdp dispatcher; 0: it is the only one
	 */
	__u32 dispatcher;
	__u32 prio;          /* run priority in the dispatcher; 0 in a trace tap */
	__u32 chain_actions; /* bit 1 << XDP_*: the chain continues after that action */
	__u32 clock;         /* clockid_t of packet_event.ts_ns */
	__u32 rings;         /* packet_ringbuf, packet_ringbuf_1, ... */
	__u32 ring_bytes;    /* size of each */
	__u32 flows;         /* entries of XDPTAP_MAP_FLOWS; 0: there is no such map */
	__u32 promisc;       /* 1: attach turns promiscuous mode on, and detach off again */
	__u32 trace; /* 1: our program is at the entry of another one, tap_settings.traced_id */
	__u64 attached_ns; /* CLOCK_REALTIME, since the epoch */
	__u32 verdicts;    /* 1: what other programs return is counted in XDPTAP_MAP_VERDICTS */
	__u32 at_exit;     /* 1: events are made when programs return; trace, verdicts are 1 */
	__u32 errors;      /* 1: there is XDPTAP_MAP_ERRORS */
	__u32 zero;        /* always 0 */
};

_Static_assert(sizeof(struct tap_meta) == 96, "no padding");

/* What an XDP program returns; the first ones are the kernel's enum xdp_action. */
enum xdptap_action {
	XDPTAP_ABORTED = 0,
	XDPTAP_DROP = 1,
	XDPTAP_PASS = 2,
	XDPTAP_TX = 3,
	XDPTAP_REDIRECT = 4,
	XDPTAP_OTHER = 5, /* any other number, which the kernel takes for ABORTED */
};
#define XDPTAP_ACTIONS 6

/* Entries of XDPTAP_MAP_MEMBERS and XDPTAP_MAP_VERDICTS. A dispatcher has ten programs at most; the
 * others have left. */
#define XDPTAP_MEMBERS_MAX 32u

/*
 * An XDP program on the interface of a tap with tap_meta.verdicts, and not the tap's own:
 * a member of a dispatcher, or the only one. One that has left keeps its entry, unless one of the
 * same name comes, which gets it, with its counters.
 */
struct tap_member {
	__u32 prog_id; /* 0: the entry is free */
	__u32 place;   /* of two members, the one with the lower number runs first */
	/* Bit 1 << enum xdptap_action: after that action the chain continues, to a member that is
	 * traced; 0 in the last of them. */
	__u32 chain_actions;
	__u32 traced; /* 1: it was on the interface when the loader looked, and is traced */
	char name[XDPTAP_TRACED_NAME_MAX]; /* its function, NUL-terminated */
};

_Static_assert(sizeof(struct tap_member) == 144, "no padding");

/* What one CPU counted of a member; at the same index. Indexed by enum xdptap_action. */
struct verdict_stats {
	__u64 returned[XDPTAP_ACTIONS]; /* by the program */
	/* What became of the frame: no later member that is traced had a say in it. */
	__u64 final[XDPTAP_ACTIONS];
};

_Static_assert(sizeof(struct verdict_stats) == 96, "no padding");

/*
 * What one CPU counted of the interface's frames with whose verdict something was wrong: calls of
 * the kernel's tracepoints xdp_exception and xdp_redirect_err (include/trace/events/xdp.h).
 */
struct xdp_errors {
	__u64 exceptions; /* ABORTED, an unknown action, or TX that failed: the frame is dropped */
	__u64 redirect;   /* REDIRECT that failed: the frame is dropped */
};

_Static_assert(sizeof(struct xdp_errors) == 16, "counters only, no padding");

/*
 * The verdict on a frame that a later member may still change; in XDPTAP_MAP_LATEST, a per-CPU
 * array of one entry that only the programs use.
 */
struct latest_verdict {
	__u32 pending; /* 0: there is none */
	__u32 member;  /* index in XDPTAP_MAP_MEMBERS; the same for the next two */
	__u32 place;
	__u32 action; /* enum xdptap_action */
};

#endif /* XDPTAP_ABI_H */
