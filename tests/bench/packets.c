// SPDX-License-Identifier: BSD-2-Clause
/* Frames of some kinds and sizes; used by test_run.c. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "tests/bench/packets.h"
#include "tests/bpf/frames.h"

enum { LONGEST = 9000 };

static const struct {
	const char *name;
	__u32 len;
} packets[PACKETS] = {
	[UDP_64] = { "UDP, 64 bytes", 64 },
	[UDP_512] = { "UDP, 512 bytes", 512 },
	[UDP_1500] = { "UDP, 1500 bytes", 1500 },
	[UDP_9000] = { "UDP, 9000 bytes", LONGEST },
	[TCP_SYN_64] = { "TCP SYN, 64 bytes", 64 },
	[UDP_IPV6] = { "UDP/IPv6, 66 bytes", 66 },
	[UDP_VLAN] = { "UDP in VLAN, 68 bytes", 68 },
	[TCP_443] = { "TCP to port 443, 64 bytes", 64 },
	[TCP_80] = { "TCP to port 80, 64 bytes", 64 },
};

static void build(struct frame *f, enum packet which)
{
	enum { ETH = 14, TAG = 4, IPV4 = 20, IPV6 = 40, UDP = 8 };
	__u32 len = packets[which].len;

	switch (which) {
	case TCP_SYN_64:
		start_ipv4(f, IPPROTO_TCP);
		add_tcp(f, TCP_SYN);
		add_padding(f, len - f->len);
		break;
	case TCP_443:
	case TCP_80:
		start_ipv4(f, IPPROTO_TCP);
		add_tcp(f, TCP_ACK)->dest = htons(which == TCP_443 ? 443 : 80);
		add_padding(f, len - f->len);
		break;
	case UDP_IPV6:
		start_ipv6(f, IPPROTO_UDP);
		add_udp(f, (__u16)(len - ETH - IPV6 - UDP));
		break;
	case UDP_VLAN:
		add_eth(f, ETH_P_8021Q);
		add_vlan(f, 100, ETH_P_IP);
		add_ipv4(f, IPPROTO_UDP);
		add_udp(f, (__u16)(len - ETH - TAG - IPV4 - UDP));
		break;
	default:
		start_ipv4(f, IPPROTO_UDP);
		add_udp(f, (__u16)(len - ETH - IPV4 - UDP));
	}
}

const void *packet_data(enum packet which, __u32 *len)
{
	static __u8 built[PACKETS][LONGEST];
	static struct frame f;

	if (!built[which][0]) { /* MAC addresses begin with 02 */
		build(&f, which);
		memcpy(built[which], f.data, packets[which].len);
	}
	*len = packets[which].len;
	return built[which];
}

const char *packet_name(enum packet which)
{
	return packets[which].name;
}
