// SPDX-License-Identifier: BSD-2-Clause
/*
 * Makes a frame from an event, for capture files of taps that record no bytes; used by format.c.
 * It is the inverse of bpf/headers.h, with one function per layer, as there.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include <linux/if_ether.h>

#include "reader/synth.h"

#define EV(name) XDPTAP_EV_##name

/* As many as parse.h walks: IPV6_MAX_EXT there. */
#define EXTENSIONS_MAX 8

#define USUAL_TTL 64

/* netinet/in.h lacks some. */
enum { HEADER_HIP = 139, HEADER_SHIM6 = 140 };

static uint8_t *put_be16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
	return p + 2;
}

static uint8_t *put_zeros(uint8_t *p, size_t bytes)
{
	memset(p, 0, bytes);
	return p + bytes;
}

/* Returns the bytes of the frame from `p` on. */
static uint32_t rest(const uint8_t *frame, const uint8_t *p, const struct packet_event *ev)
{
	uint32_t off = (uint32_t)(p - frame);

	return off < ev->len ? ev->len - off : 0;
}

/* For the checksum of RFC 1071: adds up 16-bit words; `bytes` is even. */
static uint32_t add_words(uint32_t sum, const uint8_t *p, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* RFC 9293 section 3.1, RFC 8200 section 8.1. The unused bytes of IPv4 addresses are 0. */
static uint32_t pseudo_header(const struct packet_event *ev, uint32_t l4_bytes)
{
	uint32_t sum = ev->proto + (l4_bytes >> 16) + (l4_bytes & 0xffff);
	size_t bytes = ev->eth_type == ETH_P_IPV6 ? 16 : 4;

	return add_words(add_words(sum, ev->src, bytes), ev->dst, bytes);
}

static uint8_t *put_ethernet(uint8_t *p, const struct packet_event *ev)
{
	uint32_t depth = XDPTAP_VLAN_DEPTH(ev->vlan);

	if (ev->flags & EV(IP)) {
		p = put_zeros(p, 2 * ETH_ALEN);
	} else {
		memcpy(p, ev->dst, ETH_ALEN);
		memcpy(p + ETH_ALEN, ev->src, ETH_ALEN);
		p += 2 * ETH_ALEN;
	}
	if (depth > XDPTAP_MAX_VLAN_TAGS)
		depth = XDPTAP_MAX_VLAN_TAGS;
	/* IEEE 802.1ad: the outer one of two tags is the provider's. */
	for (uint32_t i = 0; i < depth; i++) {
		p = put_be16(p, i == 0 && depth > 1 ? ETH_P_8021AD : ETH_P_8021Q);
		p = put_be16(p, i == 0 ? XDPTAP_VLAN_ID(ev->vlan) : 0);
	}
	return put_be16(p, ev->eth_type);
}

static uint8_t ttl(const struct packet_event *ev)
{
	return ev->flags & EV(LOW_TTL) ? XDPTAP_LOW_TTL - 1 : USUAL_TTL;
}

/*
 * In units of 8 bytes. More fragments follow in any case: with a last one, Wireshark would
 * reassemble fragments that do not belong together.
 */
static uint16_t fragment_offset(const struct packet_event *ev)
{
	return ev->flags & EV(LATER) ? 1 : 0;
}

/* RFC 791. `bytes` is the length from here to the end of the frame. */
static uint8_t *put_ipv4(uint8_t *p, const struct packet_event *ev, uint32_t bytes)
{
	uint8_t *start = p;

	p = put_be16(p, 0x4500);
	p = put_be16(p, bytes > UINT16_MAX ? 0 : bytes); /* 0, as segmentation offload leaves it */
	p = put_be16(p, 0);
	p = put_be16(p, ev->flags & EV(FRAG) ? 0x2000u | fragment_offset(ev) : 0);
	*p++ = ttl(ev);
	*p++ = ev->proto;
	p = put_be16(p, 0);
	memcpy(p, ev->src, 4);
	memcpy(p + 4, ev->dst, 4);
	put_be16(start + 10, fold(add_words(0, start, 20)));
	return p + 8;
}

static bool is_extension(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_AH:
	case IPPROTO_DSTOPTS:
	case IPPROTO_MH:
	case HEADER_HIP:
	case HEADER_SHIM6:
		return true;
	}
	return false;
}

/*
 * Chooses the extension headers: that of RFC 2675 for a length that is too large, unless the
 * packet is a fragment, which can't have it; the fragment header; and, if proto is an extension
 * header itself, as many as parse.h walks, since it would go on otherwise.
 */
static size_t choose_extensions(uint8_t chain[EXTENSIONS_MAX], const struct packet_event *ev,
				uint32_t payload)
{
	size_t n = 0;

	if (ev->flags & EV(FRAG))
		chain[n++] = IPPROTO_FRAGMENT;
	else if (payload > UINT16_MAX)
		chain[n++] = IPPROTO_HOPOPTS;
	if (ev->flags & EV(LATER))
		return n; /* parse.h stops there */
	while (is_extension(ev->proto) && n < EXTENSIONS_MAX)
		chain[n++] = IPPROTO_DSTOPTS;
	return n;
}

static uint8_t *put_extension(uint8_t *p, uint8_t kind, uint8_t next, const struct packet_event *ev,
			      uint32_t payload)
{
	p = put_be16(p, (uint32_t)next << 8); /* and its length: 8 bytes; or reserved */
	if (kind == IPPROTO_FRAGMENT) {
		p = put_be16(p, fragment_offset(ev) << 3 | 1u);
		return put_zeros(p, 4);
	}
	if (kind == IPPROTO_HOPOPTS) {
		p = put_be16(p, 0xc204); /* jumbo payload, RFC 2675 section 2 */
		return put_be16(put_be16(p, payload >> 16), payload);
	}
	p = put_be16(p, 0x0104); /* PadN */
	return put_zeros(p, 4);
}

/* RFC 8200. `bytes` is the length from here to the end of the frame. */
static uint8_t *put_ipv6(uint8_t *p, const struct packet_event *ev, uint32_t bytes)
{
	uint32_t payload = bytes > 40 ? bytes - 40 : 0, claimed = payload;
	uint8_t chain[EXTENSIONS_MAX + 1];
	size_t n = choose_extensions(chain, ev, payload);

	chain[n] = ev->proto;
	if (payload > UINT16_MAX)
		claimed = ev->flags & EV(FRAG) ? UINT16_MAX : 0;
	p = put_be16(put_be16(p, 0x6000), 0);
	p = put_be16(p, claimed);
	*p++ = chain[0];
	*p++ = ttl(ev);
	memcpy(p, ev->src, 16);
	memcpy(p + 16, ev->dst, 16);
	p += 32;
	for (size_t i = 0; i < n; i++)
		p = put_extension(p, chain[i], chain[i + 1], ev, payload);
	return p;
}

/* RFC 792, RFC 4443. */
static uint8_t *put_icmp(uint8_t *p, const struct packet_event *ev, uint32_t bytes)
{
	uint32_t sum = ev->eth_type == ETH_P_IPV6 ? pseudo_header(ev, bytes) : 0;

	p[0] = ev->icmp_type;
	p[1] = ev->icmp_code;
	put_be16(p + 2, fold(add_words(sum, p, 2)));
	return put_zeros(p + 4, 4);
}

/* RFC 9293; after the ports. */
static uint8_t *put_tcp(uint8_t *p, const struct packet_event *ev, uint32_t bytes)
{
	uint8_t *start = p - 4;

	if (!(ev->flags & EV(TCP_FLAGS)))
		return p;
	p = put_zeros(p, 8);
	*p++ = ev->flags & EV(AE) ? 0x51 : 0x50;
	*p++ = ev->tcp_flags;
	p = put_be16(p, UINT16_MAX); /* 0 would mean that the receiver is full */
	p = put_zeros(p, 4);
	put_be16(start + 16, fold(add_words(pseudo_header(ev, bytes), start, 20)));
	return p;
}

/* RFC 768 and RFC 3828: a checksum of 0 means that there is none. */
static uint8_t *put_udp_checksum(uint8_t *p, uint32_t pseudo)
{
	uint16_t sum = fold(add_words(pseudo, p - 6, 6));

	return put_be16(p, sum ? sum : UINT16_MAX);
}

/*
 * After the ports. The length of more than 65535 bytes is 0, as the IP header's is then: RFC 2675
 * section 4. A fragment has that of the whole datagram.
 */
static uint8_t *put_udp(uint8_t *p, const struct packet_event *ev, uint32_t bytes)
{
	uint32_t length = bytes;

	if (bytes > UINT16_MAX)
		length = ev->flags & EV(FRAG) ? UINT16_MAX : 0;
	p = put_be16(p, length);
	return put_udp_checksum(p, pseudo_header(ev, length ? length : bytes));
}

/* RFC 3828, after the ports. The checksum covers the 8 bytes that are known. */
static uint8_t *put_udp_lite(uint8_t *p, const struct packet_event *ev, uint32_t bytes)
{
	p = put_be16(p, 8);
	return put_udp_checksum(p, pseudo_header(ev, bytes));
}

/* `bytes` is the length from here to the end of the frame. */
static uint8_t *put_layer4(uint8_t *p, const struct packet_event *ev, uint32_t bytes)
{
	if (ev->flags & EV(ICMP))
		return put_icmp(p, ev, bytes);
	if (!(ev->flags & EV(PORTS)))
		return p;
	p = put_be16(put_be16(p, ev->sport), ev->dport);
	switch (ev->proto) {
	case IPPROTO_TCP:
		return put_tcp(p, ev, bytes);
	case IPPROTO_UDP:
		return put_udp(p, ev, bytes);
	case IPPROTO_UDPLITE:
		return put_udp_lite(p, ev, bytes);
	case IPPROTO_SCTP:
		return put_zeros(p, 8); /* RFC 9260; tshark prints no ports of shorter ones */
	}
	return p;
}

/* RFC 826: the addresses of IPv4 on Ethernet. */
static uint8_t *put_arp(uint8_t *p, const struct packet_event *ev)
{
	struct arp_address sender, target;

	memcpy(&sender, ev->src, sizeof(sender));
	memcpy(&target, ev->dst, sizeof(target));
	p = put_be16(put_be16(p, 1), ETH_P_IP);
	*p++ = ETH_ALEN;
	*p++ = sizeof(sender.ipv4);
	p = put_be16(p, ev->arp_op);
	p = mempcpy(p, sender.mac, ETH_ALEN);
	p = mempcpy(p, sender.ipv4, sizeof(sender.ipv4));
	p = mempcpy(p, target.mac, ETH_ALEN);
	return mempcpy(p, target.ipv4, sizeof(target.ipv4));
}

uint32_t synth_frame(uint8_t frame[SYNTH_MAX], const struct packet_event *ev)
{
	uint8_t *p = put_ethernet(frame, ev);
	uint32_t bytes;

	if (ev->flags & EV(IP) && (ev->eth_type == ETH_P_IP || ev->eth_type == ETH_P_IPV6)) {
		p = ev->eth_type == ETH_P_IP ? put_ipv4(p, ev, rest(frame, p, ev))
					     : put_ipv6(p, ev, rest(frame, p, ev));
		p = put_layer4(p, ev, rest(frame, p, ev));
	} else if (ev->flags & EV(ARP)) {
		p = put_arp(p, ev);
	}
	bytes = (uint32_t)(p - frame);
	return bytes < ev->len ? bytes : ev->len;
}

#define MARK "Synthesized from metadata, no bytes were captured. "
#define IP_KNOWN \
	"Invented: MACs, TTL, IP ID, sequence numbers; checksums as if the payload were zeros."
#define MAC_KNOWN "Known: MACs, outermost VLAN ID, EtherType, length."
#define ARP_KNOWN "Known: MACs, outermost VLAN ID, EtherType, addresses of ARP, length."
#define MALFORMED " The frame was malformed."

const char *synth_comment(const struct packet_event *ev)
{
	bool malformed = ev->flags & EV(MALFORMED);

	if (ev->flags & EV(IP))
		return malformed ? MARK IP_KNOWN MALFORMED : MARK IP_KNOWN;
	if (ev->flags & EV(ARP))
		return malformed ? MARK ARP_KNOWN MALFORMED : MARK ARP_KNOWN;
	return malformed ? MARK MAC_KNOWN MALFORMED : MARK MAC_KNOWN;
}
