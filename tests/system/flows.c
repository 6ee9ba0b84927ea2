// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sends COUNT flows with a heavy tail out of IFACE: IPv4 and IPv6, TCP, UDP and ICMP,
 * both directions between a few servers and many clients. What each flow has is a
 * formula of its number, so that several senders can share the packets, and that the
 * truth can be printed: "table" sends nothing and prints a line a flow, tabs
 * between
 *	src dst proto sport dport packets bytes syns tcp_flags
 *
 * Usage: flows IFACE COUNT [PART PARTS]
 *        flows table COUNT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, MOST = ETH_FRAME_LEN };
enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

/* As many packets as the largest has. */
enum { TAIL = 2000 };

struct spec {
	bool v6;
	unsigned char proto;
	unsigned char src[16], dst[16]; /* IPv4: the first 4 */
	unsigned short sport, dport;
	unsigned long packets;
	size_t bytes; /* of each */
	bool only_syns;
};

static void set_address(struct spec *s, unsigned char *address, int net, unsigned long host)
{
	const unsigned char v4[4] = { 10, (unsigned char)(net + (host >> 16)),
				      (unsigned char)(host >> 8), (unsigned char)host };
	const unsigned char v6[6] = { 0x20, 0x01, 0x0d, 0xb8, 0, (unsigned char)net };

	if (!s->v6) {
		memcpy(address, v4, sizeof(v4));
		return;
	}
	memcpy(address, v6, sizeof(v6));
	for (int i = 0; i < 3; i++)
		address[15 - i] = (unsigned char)(host >> (8 * i));
}

/* The flow of rank i by packets; those of one client, ten of them, are far apart. */
static struct spec flow_spec(unsigned long i, unsigned long count)
{
	static const unsigned short tcp_ports[] = { 443, 80, 22, 53, 8080, 25, 3306 };
	static const unsigned short udp_ports[] = { 53, 443, 123 };
	unsigned long id = i * 1000003 % count, client = id / 10, j = id % 10;
	unsigned long server = (client * 3 + j / 4) % 61;
	struct spec s = { .v6 = id & 1 };
	unsigned short port;

	switch (id / 2 % 4) {
	case 2:
		s.proto = IPPROTO_UDP;
		break;
	case 3:
		s.proto = s.v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
		break;
	default:
		s.proto = IPPROTO_TCP;
	}
	/* In two of four the server sends. */
	set_address(&s, j & 2 ? s.dst : s.src, 64, client);
	set_address(&s, j & 2 ? s.src : s.dst, 8, server);
	port = s.proto == IPPROTO_UDP ? udp_ports[id % 3] : tcp_ports[id % 7];
	if (s.proto == IPPROTO_TCP || s.proto == IPPROTO_UDP) {
		s.sport = j & 2 ? port : (unsigned short)(40000 + j);
		s.dport = j & 2 ? (unsigned short)(40000 + j) : port;
	}
	s.packets = 1 + TAIL / (i + 1);
	s.bytes = 80 + id * 37 % 1400;
	s.only_syns = s.proto == IPPROTO_TCP && id % 97 < 2;
	return s;
}

/* Of the packet number r of a flow. */
static unsigned char flags(const struct spec *s, unsigned long r)
{
	if (s->proto != IPPROTO_TCP)
		return 0;
	if (s->only_syns || r == 0)
		return SYN;
	return r + 1 == s->packets ? FIN | ACK : PSH | ACK;
}

static void *build_ip(const struct spec *s, unsigned char *frame)
{
	struct ethhdr eth = { .h_dest = { 2, 0, 0, 0, 0, 2 }, .h_source = { 2, 0, 0, 0, 0, 1 } };
	struct ipv6hdr v6 = { .version = 6, .hop_limit = 64, .nexthdr = s->proto };
	struct iphdr v4 = { .version = 4, .ihl = 5, .ttl = 64, .protocol = s->proto };

	eth.h_proto = htons(s->v6 ? ETH_P_IPV6 : ETH_P_IP);
	frame = mempcpy(frame, &eth, sizeof(eth));
	if (s->v6) {
		v6.payload_len = htons((unsigned short)(s->bytes - sizeof(eth) - sizeof(v6)));
		memcpy(&v6.saddr, s->src, 16);
		memcpy(&v6.daddr, s->dst, 16);
		return mempcpy(frame, &v6, sizeof(v6));
	}
	v4.tot_len = htons((unsigned short)(s->bytes - sizeof(eth)));
	memcpy(&v4.saddr, s->src, 4);
	memcpy(&v4.daddr, s->dst, 4);
	return mempcpy(frame, &v4, sizeof(v4));
}

static void build(const struct spec *s, unsigned long r, unsigned char *frame)
{
	struct tcphdr tcp = { .source = htons(s->sport), .dest = htons(s->dport), .doff = 5 };
	struct udphdr udp = { .source = htons(s->sport), .dest = htons(s->dport) };
	unsigned char *l4, echo = s->v6 ? 128 : 8;

	memset(frame, 0, s->bytes);
	l4 = build_ip(s, frame);
	switch (s->proto) {
	case IPPROTO_TCP:
		memcpy(l4, &tcp, sizeof(tcp));
		l4[13] = flags(s, r);
		break;
	case IPPROTO_UDP:
		udp.len = htons((unsigned short)(s->bytes - (size_t)(l4 - frame)));
		memcpy(l4, &udp, sizeof(udp));
		break;
	default:
		l4[0] = echo;
	}
}

static void table(unsigned long count)
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];
	unsigned long syns;
	struct spec s;
	int seen;

	for (unsigned long i = 0; i < count; i++) {
		s = flow_spec(i, count);
		syns = 0;
		seen = 0;
		for (unsigned long r = 0; r < s.packets; r++) {
			syns += flags(&s, r) / SYN & 1;
			seen |= flags(&s, r);
		}
		inet_ntop(s.v6 ? AF_INET6 : AF_INET, s.src, src, sizeof(src));
		inet_ntop(s.v6 ? AF_INET6 : AF_INET, s.dst, dst, sizeof(dst));
		printf("%s\t%s\t%u\t%u\t%u\t%lu\t%lu\t%lu\t%u\n", src, dst, s.proto, s.sport,
		       s.dport, s.packets, s.packets * s.bytes, syns, (unsigned int)seen);
	}
}

static unsigned char frames[BATCH][MOST];
static struct mmsghdr messages[BATCH];
static struct iovec iov[BATCH];

static int flush(int fd, unsigned int n)
{
	unsigned int sent = 0;
	int done;

	while (sent < n) {
		done = sendmmsg(fd, messages + sent, n - sent, 0);
		if (done < 0 && errno != ENOBUFS) {
			perror("sendmmsg");
			return 1;
		}
		if (done > 0)
			sent += (unsigned int)done;
	}
	return 0;
}

/* The flows in turns, the first packet of each, then the second of those that have one, ... */
static int send_all(int fd, unsigned long count, unsigned long part, unsigned long parts)
{
	unsigned int n = 0;
	struct spec s;

	for (unsigned long r = 0; r <= TAIL; r++) {
		for (unsigned long i = 0; i < count; i++) {
			s = flow_spec(i, count);
			if (s.packets <= r)
				break; /* and so have all after it */
			if ((r + i) % parts != part)
				continue;
			build(&s, r, frames[n]);
			iov[n] = (struct iovec){ .iov_base = frames[n], .iov_len = s.bytes };
			messages[n].msg_hdr =
				(struct msghdr){ .msg_iov = &iov[n], .msg_iovlen = 1 };
			if (++n == BATCH) {
				if (flush(fd, n))
					return 1;
				n = 0;
			}
		}
	}
	return flush(fd, n);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	unsigned long part = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
	unsigned long parts = argc > 4 ? strtoul(argv[4], NULL, 10) : 1;
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };
	int fd;

	if (!count || part >= parts) {
		fputs("usage: flows IFACE COUNT [PART PARTS] | flows table COUNT\n", stderr);
		return 2;
	}
	if (!strcmp(argv[1], "table")) {
		table(count);
		return 0;
	}
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (!to.sll_ifindex || fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror(argv[1]);
		return 1;
	}
	return send_all(fd, count, part, parts);
}
