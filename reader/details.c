// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reads RFC 791 and 8200 (IP), 9293 (TCP), 792 and 1191, 4443 (ICMP) from captured bytes. Used by
 * packet_text.c and packet_json.c, with -v only.
 */
#include <netinet/in.h>
#include <string.h>

#include <linux/if_ether.h>

#include "reader/details.h"
#include "reader/headers.h"

#define FIELD(name, word, flag)                                   \
	{                                                         \
		offsetof(struct details, name), word, #name, flag \
	}

const struct details_field details_fields[DETAILS_FIELDS] = {
	FIELD(df, " DF", true),
	FIELD(dscp, " dscp ", false),
	FIELD(ecn, " ecn ", false),
	FIELD(frag_id, " id ", false),
	FIELD(frag_offset, " offset ", false),
	FIELD(tcp_seq, " seq ", false),
	FIELD(tcp_ack, " ack ", false),
	FIELD(tcp_window, " win ", false),
	FIELD(tcp_payload, " length ", false),
	FIELD(icmp_id, " id ", false),
	FIELD(icmp_seq, " seq ", false),
	FIELD(icmp_mtu, " mtu ", false),
};

int64_t details_value(const struct details *d, const struct details_field *field)
{
	int64_t value;

	memcpy(&value, (const char *)d + field->offset, sizeof(value));
	return value;
}

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

static void get_class(struct details *d, unsigned int traffic_class)
{
	if (traffic_class >> 2)
		d->dscp = traffic_class >> 2;
	if (traffic_class & 3)
		d->ecn = traffic_class & 3;
}

/* The headers above lack these. */
enum { HEADER_MH = 135, HEADER_HIP = 139, HEADER_SHIM6 = 140 };

/* As many as parse.h walks: IPV6_MAX_EXT there. */
#define EXTENSIONS_MAX 8

/* Where the header of layer 4 begins in the IP packet, and where the packet ends. */
struct layer4 {
	uint32_t at;  /* 0: unknown, or there is none */
	uint32_t end; /* 0: the IP header does not say */
};

/* As headers_ip(), but not of what pads the frame after the IP packet. */
static const uint8_t *in_packet(const struct packet *packet, const struct layer4 *l, uint32_t off,
				uint32_t size)
{
	return l->end && off + size > l->end ? NULL : headers_ip(packet, off, size);
}

static struct layer4 get_ipv4(const struct packet *packet, struct details *d)
{
	const uint8_t *ip = headers_ip(packet, 0, 20);
	struct layer4 l = { 0 };
	uint16_t fragment;

	if (!ip)
		return l;
	get_class(d, ip[1]);
	fragment = be16(ip + 6);
	if (fragment & 0x4000)
		d->df = 1;
	if (packet->event->flags & XDPTAP_EV_FRAG)
		d->frag_offset = (fragment & 0x1fff) * 8;
	l.end = be16(ip + 2);
	if (!(fragment & 0x1fff))
		l.at = 4u * (ip[0] & 0x0f);
	return l;
}

static bool is_extension(uint8_t header)
{
	switch (header) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_AH:
	case IPPROTO_DSTOPTS:
	case HEADER_MH:
	case HEADER_HIP:
	case HEADER_SHIM6:
		return true;
	default:
		return false;
	}
}

/* RFC 8200 section 4, and RFC 4302 for AH. What a later fragment begins with is no header. */
static struct layer4 get_ipv6(const struct packet *packet, struct details *d)
{
	const uint8_t *ip = headers_ip(packet, 0, 40), *p;
	struct layer4 l = { 0 };
	uint32_t at = 40, payload;
	uint8_t next;

	if (!ip)
		return l;
	get_class(d, (unsigned int)(ip[0] & 0x0f) << 4 | ip[1] >> 4);
	payload = be16(ip + 4);
	if (payload)
		l.end = at + payload;
	next = ip[6];
	for (int i = 0; i < EXTENSIONS_MAX && is_extension(next) && d->frag_offset <= 0; i++) {
		p = in_packet(packet, &l, at, 8);
		if (!p)
			return l;
		if (next == IPPROTO_FRAGMENT) {
			d->frag_id = be32(p + 4);
			d->frag_offset = be16(p + 2) & 0xfff8;
			at += 8;
		} else {
			at += next == IPPROTO_AH ? 4u * (p[1] + 2u) : 8u * (p[1] + 1u);
		}
		next = p[0];
	}
	if (next == packet->event->proto && d->frag_offset <= 0)
		l.at = at;
	return l;
}

static void get_tcp(const struct packet *packet, const struct layer4 *l, struct details *d)
{
	const uint8_t *tcp = in_packet(packet, l, l->at, 20);
	uint32_t header_len, bytes;

	if (!tcp)
		return;
	d->tcp_seq = be32(tcp + 4);
	if (packet->event->tcp_flags & 0x10)
		d->tcp_ack = be32(tcp + 8);
	d->tcp_window = be16(tcp + 14);
	header_len = 4u * (tcp[12] >> 4);
	bytes = l->at + header_len;
	if (header_len >= 20 && l->end >= bytes && !(packet->event->flags & XDPTAP_EV_FRAG))
		d->tcp_payload = l->end - bytes;
}

static void get_icmp(const struct packet *packet, const struct layer4 *l, struct details *d)
{
	const uint8_t *icmp = in_packet(packet, l, l->at, 8);
	bool v6 = packet->event->eth_type == ETH_P_IPV6;
	uint8_t type = packet->event->icmp_type;

	if (!icmp)
		return;
	if (v6 ? type == 128 || type == 129 : !type || type == 8) {
		d->icmp_id = be16(icmp + 4);
		d->icmp_seq = be16(icmp + 6);
	} else if (v6 && type == 2) {
		d->icmp_mtu = be32(icmp + 4);
	} else if (!v6 && type == 3 && packet->event->icmp_code == 4) {
		d->icmp_mtu = be16(icmp + 6);
	}
}

void details_get(const struct packet *packet, struct details *d)
{
	const struct packet_event *ev = packet->event;
	struct layer4 l;

	for (size_t i = 0; i < DETAILS_FIELDS; i++)
		memset((char *)d + details_fields[i].offset, 0xff, sizeof(int64_t));
	if (!(ev->flags & XDPTAP_EV_IP))
		return;
	l = ev->eth_type == ETH_P_IPV6 ? get_ipv6(packet, d) : get_ipv4(packet, d);
	if (!l.at)
		return;
	if (ev->flags & XDPTAP_EV_TCP_FLAGS)
		get_tcp(packet, &l, d);
	else if (ev->flags & XDPTAP_EV_ICMP)
		get_icmp(packet, &l, d);
}
