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
#include "reader/ip.h"

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

static void get_class(struct details *d, unsigned int traffic_class)
{
	if (traffic_class >> 2)
		d->dscp = traffic_class >> 2;
	if (traffic_class & 3)
		d->ecn = traffic_class & 3;
}

static void get_ip(const struct ip *ip, struct details *d)
{
	const uint8_t *p = ip->bytes;

	d->frag_id = ip->frag_id;
	d->frag_offset = ip->frag_offset;
	if (ip->v6) {
		get_class(d, (p[0] & 0x0fu) << 4 | p[1] >> 4);
	} else {
		get_class(d, p[1]);
		if (p[6] & 0x40)
			d->df = 1;
	}
}

static void get_tcp(const struct packet *packet, const struct ip *ip, struct details *d)
{
	const uint8_t *tcp = ip_bytes(ip, ip->layer4, 20);
	uint32_t header_len, bytes;

	if (!tcp)
		return;
	d->tcp_seq = headers_be32(tcp + 4);
	if (packet->event->tcp_flags & 0x10)
		d->tcp_ack = headers_be32(tcp + 8);
	d->tcp_window = headers_be16(tcp + 14);
	header_len = 4u * (tcp[12] >> 4);
	bytes = ip->layer4 + header_len;
	if (header_len >= 20 && ip->end >= bytes && !(packet->event->flags & XDPTAP_EV_FRAG))
		d->tcp_payload = ip->end - bytes;
}

static bool has_ports(uint8_t proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE ||
	       proto == IPPROTO_SCTP || proto == IPPROTO_DCCP;
}

/*
 * Where the packet that an error quotes ends, at the latest. RFC 4884: other objects may follow
 * it, after 128 bytes or more, in words of 8 bytes. IPv4 has no header that long.
 */
static uint32_t quote_end(const struct ip *ip, uint8_t type, uint8_t words, uint32_t at)
{
	uint32_t end = ip->end && ip->end < ip->size ? ip->end : ip->size;

	if (ip->v6 && (type == 1 || type == 3) && words && at + 8u * words < end)
		end = at + 8u * words;
	return end;
}

/* The beginning of a packet follows the 8 bytes of an error. */
static void get_quoted(const struct ip *ip, uint8_t type, struct packet_event *quoted)
{
	uint32_t at = ip->layer4 + 8, end = quote_end(ip, type, ip->bytes[ip->layer4 + 4], at);
	const uint8_t *ports = NULL;
	struct ip q;

	if (!ip_parse(&q, ip->bytes + at, end - at, ip->v6))
		return;
	*quoted = (struct packet_event){
		.eth_type = q.v6 ? ETH_P_IPV6 : ETH_P_IP,
		.proto = q.proto,
		.flags = XDPTAP_EV_IP,
	};
	if (q.v6) {
		memcpy(quoted->src, q.bytes + 8, 16);
		memcpy(quoted->dst, q.bytes + 24, 16);
	} else {
		memcpy(quoted->src, q.bytes + 12, 4);
		memcpy(quoted->dst, q.bytes + 16, 4);
	}
	if (q.layer4 && has_ports(q.proto))
		ports = ip_bytes(&q, q.layer4, 4);
	if (ports) {
		quoted->flags |= XDPTAP_EV_PORTS;
		quoted->sport = headers_be16(ports);
		quoted->dport = headers_be16(ports + 2);
	}
}

static bool is_error(bool v6, uint8_t type)
{
	if (v6)
		return type >= 1 && type <= 4;
	return (type >= 3 && type <= 5) || type == 11 || type == 12;
}

static void get_icmp(const struct packet *packet, const struct ip *ip, struct details *d)
{
	const uint8_t *icmp = ip_bytes(ip, ip->layer4, 8);
	uint8_t type = packet->event->icmp_type;

	if (!icmp)
		return;
	if (ip->v6 ? type == 128 || type == 129 : !type || type == 8) {
		d->icmp_id = headers_be16(icmp + 4);
		d->icmp_seq = headers_be16(icmp + 6);
	} else if (ip->v6 && type == 2) {
		d->icmp_mtu = headers_be32(icmp + 4);
	} else if (!ip->v6 && type == 3 && packet->event->icmp_code == 4) {
		d->icmp_mtu = headers_be16(icmp + 6);
	}
	if (is_error(ip->v6, type))
		get_quoted(ip, type, &d->quoted);
}

void details_get(const struct packet *packet, struct details *d)
{
	const struct packet_event *ev = packet->event;
	uint32_t at = headers_layer3(packet);
	struct ip ip;

	for (size_t i = 0; i < DETAILS_FIELDS; i++)
		memset((char *)d + details_fields[i].offset, 0xff, sizeof(int64_t));
	d->quoted.flags = 0;
	if (!(ev->flags & XDPTAP_EV_IP) || packet->caplen < at ||
	    !ip_parse(&ip, packet_bytes(packet) + at, packet->caplen - at,
		      ev->eth_type == ETH_P_IPV6))
		return;
	get_ip(&ip, d);
	if (!ip.layer4 || ip.proto != ev->proto)
		return;
	if (ev->flags & XDPTAP_EV_TCP_FLAGS)
		get_tcp(packet, &ip, d);
	else if (ev->flags & XDPTAP_EV_ICMP)
		get_icmp(packet, &ip, d);
}
