// SPDX-License-Identifier: BSD-2-Clause
/* Builds the frames of mix.h; used by traffic.c. The expressions of filter_live.c know them. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "tests/bench/mix.h"
#include "tests/bpf/frames.h"

enum { ETH = 14, TAG = 4, IPV4 = 20, IPV6 = 40, UDP = 8, HOST = 0x0a000001 /* 10.0.0.1 */ };

static void build_tcp(struct frame *f, __u32 from, __u16 port, __u8 flags)
{
	struct iphdr *ip = start_ipv4(f, IPPROTO_TCP);

	if (from)
		ip->saddr = htonl(from);
	add_tcp(f, flags)->dest = htons(port);
}

static void build(struct frame *f, int kind)
{
	switch (kind) {
	case 0:
		build_tcp(f, 0, 443, TCP_ACK);
		break;
	case 1:
		build_tcp(f, 0, 443, TCP_SYN);
		break;
	case 2:
		build_tcp(f, HOST, 443, TCP_ACK);
		break;
	case 3:
		build_tcp(f, 0, 22, TCP_ACK);
		break;
	case 4:
		start_ipv4(f, IPPROTO_UDP);
		add_udp(f, MIX_BYTES - ETH - IPV4 - UDP)->dest = htons(53);
		break;
	case 5:
		start_ipv4(f, IPPROTO_ICMP);
		add_icmp(f, 8, 0);
		break;
	case 6:
		start_ipv6(f, IPPROTO_UDP);
		add_udp(f, MIX_BYTES - ETH - IPV6 - UDP)->dest = htons(53);
		break;
	default:
		/* tcpdump sees it without its tag: so only `vlan` and what all have may match it.
		 */
		add_eth(f, ETH_P_8021Q);
		add_vlan(f, 100, ETH_P_IP);
		add_ipv4(f, IPPROTO_UDP)->saddr = htonl(0x0a010001); /* 10.1.0.1 */
		add_udp(f, MIX_BYTES - ETH - TAG - IPV4 - UDP)->dest = htons(9);
	}
}

void mix_build(__u8 frames[MIX_KINDS][MIX_BYTES])
{
	static struct frame f;

	for (int kind = 0; kind < MIX_KINDS; kind++) {
		build(&f, kind);
		add_padding(&f, MIX_BYTES - f.len);
		memcpy(frames[kind], f.data, MIX_BYTES);
	}
}
