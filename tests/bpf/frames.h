/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames put together from named headers; used by all tests of the XDP program. */
#ifndef XDPTAP_TEST_FRAMES_H
#define XDPTAP_TEST_FRAMES_H

#include <stddef.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

/* BPF_PROG_TEST_RUN takes about 73,000 bytes. */
#define FRAME_MAX 72000

/* Who sends to whom, in every frame that is built here; as initializers. */
#define FRAME_SRC_MAC  0x02, 0, 0, 0, 0, 0x01
#define FRAME_DST_MAC  0x02, 0, 0, 0, 0, 0x02
#define FRAME_SRC_IPV4 192, 0, 2, 1
#define FRAME_DST_IPV4 198, 51, 100, 2
#define FRAME_SRC_IPV6 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01
#define FRAME_DST_IPV6 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02
#define FRAME_SPORT    40000
#define FRAME_DPORT    443

/* What no parser may take for a header: payload, and what follows the IP datagram. */
#define FRAME_PAYLOAD 0xee
#define FRAME_PADDING 0xdd

/* Byte 13 of the TCP header. */
#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

struct frame {
	__u32 len;
	__u32 ip; /* offset of the header whose length field grows; 0: none */
	__u8 ip_version;
	__u8 align;
	__u8 data[FRAME_MAX]; /* at 2 modulo 4, so that the headers are aligned */
};

_Static_assert(offsetof(struct frame, data) % 4 == 2, "IP headers lie at 14 + 4 n");

/*
 * Each add_ function appends one header and returns it, for the test to alter;
 * a type or protocol says what follows. The length of the IP header grows with
 * everything but padding.
 */
struct ethhdr *add_eth(struct frame *f, __u16 eth_type); /* empties the frame first */
void add_vlan(struct frame *f, __u16 id, __u16 eth_type);
struct iphdr *add_ipv4(struct frame *f, __u8 proto);
struct ipv6hdr *add_ipv6(struct frame *f, __u8 next);
struct tcphdr *add_tcp(struct frame *f, __u8 tcp_flags);
struct udphdr *add_udp(struct frame *f, __u16 payload_bytes); /* and the payload */
__u8 *add_icmp(struct frame *f, __u8 type, __u8 code);        /* 8 bytes, as ICMPv6 too */
__u8 *add_sctp(struct frame *f);                              /* 12 bytes */
__u8 *add_dccp(struct frame *f);                              /* 12 bytes */
__u8 *add_payload(struct frame *f, __u32 bytes);
void add_padding(struct frame *f, __u32 bytes);

/* To the IPv4 header just added; a multiple of 4, at most 40. */
void add_ipv4_options(struct frame *f, __u32 bytes);

/* IPv6 extension headers. `bytes` is a multiple of 8 from 8 to 2048. */
__u8 *add_ext(struct frame *f, __u8 next, __u32 bytes);
void add_ipv6_frag(struct frame *f, __u8 next, __u16 offset_bytes, int more);
/* `bytes` in all, a multiple of 4 from 8 to 1028; in IPv4 as well. */
void add_ah(struct frame *f, __u8 next, __u32 bytes);

/* The usual beginnings: Ethernet and IP. */
struct iphdr *start_ipv4(struct frame *f, __u8 proto);
struct ipv6hdr *start_ipv6(struct frame *f, __u8 next);

/* IPv4's fragment field. */
void set_ipv4_frag(struct iphdr *ip, __u16 offset_bytes, int more);

#endif /* XDPTAP_TEST_FRAMES_H */
