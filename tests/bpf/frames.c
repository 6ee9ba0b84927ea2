// SPDX-License-Identifier: BSD-2-Clause
/* Frames put together from named headers; used by all tests of the XDP program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "tests/bpf/frames.h"

static void update_ip_length(struct frame *f)
{
	__u32 bytes = f->len - f->ip;
	struct ipv6hdr *ip6;
	struct iphdr *ip;

	if (f->ip_version == 4) {
		ip = (void *)(f->data + f->ip);
		ip->tot_len = htons(bytes > 0xffff ? 0 : (__u16)bytes);
	} else if (f->ip_version == 6) {
		bytes -= sizeof(*ip6);
		ip6 = (void *)(f->data + f->ip);
		ip6->payload_len = htons(bytes > 0xffff ? 0 : (__u16)bytes);
	}
}

static void *append(struct frame *f, __u32 bytes, __u8 fill)
{
	void *p = f->data + f->len;

	if (bytes > FRAME_MAX - f->len) {
		fprintf(stderr, "a test builds a frame of more than %d bytes\n", FRAME_MAX);
		abort();
	}
	memset(p, fill, bytes);
	f->len += bytes;
	return p;
}

static void *append_header(struct frame *f, __u32 bytes)
{
	void *p = append(f, bytes, 0);

	update_ip_length(f);
	return p;
}

struct ethhdr *add_eth(struct frame *f, __u16 eth_type)
{
	struct ethhdr *eth;

	f->len = 0;
	f->ip = 0;
	f->ip_version = 0;
	f->align = 0;
	eth = append_header(f, sizeof(*eth));
	*eth = (struct ethhdr){
		.h_dest = { FRAME_DST_MAC },
		.h_source = { FRAME_SRC_MAC },
		.h_proto = htons(eth_type),
	};
	return eth;
}

void add_vlan(struct frame *f, __u16 id, __u16 eth_type)
{
	__u16 *tag = append_header(f, 4);

	tag[0] = htons(0xb000 | id); /* priority 5 and DEI, not part of the ID */
	tag[1] = htons(eth_type);
}

struct iphdr *add_ipv4(struct frame *f, __u8 proto)
{
	struct iphdr *ip = append(f, sizeof(*ip), 0);

	f->ip = f->len - (__u32)sizeof(*ip);
	f->ip_version = 4;
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = proto;
	memcpy(&ip->saddr, (__u8[]){ FRAME_SRC_IPV4 }, 4);
	memcpy(&ip->daddr, (__u8[]){ FRAME_DST_IPV4 }, 4);
	update_ip_length(f);
	return ip;
}

void add_ipv4_options(struct frame *f, __u32 bytes)
{
	struct iphdr *ip = (void *)(f->data + f->ip);

	append_header(f, bytes);
	memset((__u8 *)ip + sizeof(*ip), 1 /* no operation */, bytes);
	ip->ihl = (5 + bytes / 4) & 0xf;
}

void set_ipv4_frag(struct iphdr *ip, __u16 offset_bytes, int more)
{
	ip->frag_off = htons((__u16)(offset_bytes / 8 | (more ? 0x2000 : 0)));
}

struct ipv6hdr *add_ipv6(struct frame *f, __u8 next)
{
	struct ipv6hdr *ip = append(f, sizeof(*ip), 0);

	f->ip = f->len - (__u32)sizeof(*ip);
	f->ip_version = 6;
	ip->version = 6;
	ip->nexthdr = next;
	ip->hop_limit = 64;
	memcpy(&ip->saddr, (__u8[]){ FRAME_SRC_IPV6 }, 16);
	memcpy(&ip->daddr, (__u8[]){ FRAME_DST_IPV6 }, 16);
	update_ip_length(f);
	return ip;
}

__u8 *add_ext(struct frame *f, __u8 next, __u32 bytes)
{
	__u8 *ext = append_header(f, bytes);

	memset(ext + 2, FRAME_PAYLOAD, bytes - 2);
	ext[0] = next;
	ext[1] = (__u8)(bytes / 8 - 1);
	return ext;
}

void add_ipv6_frag(struct frame *f, __u8 next, __u16 offset_bytes, int more)
{
	__u8 *ext = add_ext(f, next, 8);

	ext[1] = FRAME_PAYLOAD; /* reserved, not a length */
	ext[2] = (__u8)(offset_bytes >> 8);
	/* The two bits between are reserved. */
	ext[3] = (__u8)((offset_bytes & 0xf8) | 0x06 | (more ? 1 : 0));
}

void add_ah(struct frame *f, __u8 next, __u32 bytes)
{
	__u8 *ext = append_header(f, bytes);

	memset(ext + 2, FRAME_PAYLOAD, bytes - 2);
	ext[0] = next;
	ext[1] = (__u8)(bytes / 4 - 2);
}

struct tcphdr *add_tcp(struct frame *f, __u8 tcp_flags)
{
	struct tcphdr *tcp = append_header(f, sizeof(*tcp));

	tcp->source = htons(FRAME_SPORT);
	tcp->dest = htons(FRAME_DPORT);
	tcp->doff = 5;
	((__u8 *)tcp)[13] = tcp_flags;
	return tcp;
}

struct udphdr *add_udp(struct frame *f, __u16 payload_bytes)
{
	struct udphdr *udp = append_header(f, sizeof(*udp));

	udp->source = htons(FRAME_SPORT);
	udp->dest = htons(FRAME_DPORT);
	udp->len = htons((__u16)(sizeof(*udp) + payload_bytes));
	add_payload(f, payload_bytes);
	return udp;
}

__u8 *add_icmp(struct frame *f, __u8 type, __u8 code)
{
	__u8 *icmp = add_payload(f, 8);

	icmp[0] = type;
	icmp[1] = code;
	return icmp;
}

static __u8 *add_ports(struct frame *f, __u32 bytes)
{
	__u16 ports[2] = { htons(FRAME_SPORT), htons(FRAME_DPORT) };

	return memcpy(add_payload(f, bytes), ports, sizeof(ports));
}

__u8 *add_sctp(struct frame *f)
{
	return add_ports(f, 12);
}

__u8 *add_dccp(struct frame *f)
{
	return add_ports(f, 12);
}

__u8 *add_payload(struct frame *f, __u32 bytes)
{
	__u8 *p = append_header(f, bytes);

	memset(p, FRAME_PAYLOAD, bytes);
	return p;
}

void add_padding(struct frame *f, __u32 bytes)
{
	append(f, bytes, FRAME_PADDING);
}

struct iphdr *start_ipv4(struct frame *f, __u8 proto)
{
	add_eth(f, ETH_P_IP);
	return add_ipv4(f, proto);
}

struct ipv6hdr *start_ipv6(struct frame *f, __u8 next)
{
	add_eth(f, ETH_P_IPV6);
	return add_ipv6(f, next);
}
