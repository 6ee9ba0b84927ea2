/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Header fields that only the captured bytes have, not the event. Each function returns -1 or NULL
 * if there is no such field or it was not captured.
 */
#ifndef XDPTAP_READER_HEADERS_H
#define XDPTAP_READER_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/if_ether.h>

#include "reader/packet.h"

/* Numbers in network byte order. */
static inline uint16_t headers_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t headers_be32(const uint8_t *p)
{
	return (uint32_t)headers_be16(p) << 16 | headers_be16(p + 2);
}

/* Where the frame goes on after Ethernet and the tags that are walked, in bytes. */
static inline uint32_t headers_layer3(const struct packet *packet)
{
	return ETH_HLEN + 4u * XDPTAP_VLAN_DEPTH(packet->event->vlan);
}

/* The MAC addresses of any frame: the destination, then the source. */
static inline const uint8_t *headers_macs(const struct packet *packet)
{
	return packet->caplen < 2 * ETH_ALEN ? NULL : packet_bytes(packet);
}

/* `size` bytes at offset `off` of the IP header, which follows the tags. */
static inline const uint8_t *headers_ip(const struct packet *packet, uint32_t off, uint32_t size)
{
	uint32_t at = headers_layer3(packet) + off;

	if (!(packet->event->flags & XDPTAP_EV_IP) || packet->caplen < at + size)
		return NULL;
	return packet_bytes(packet) + at;
}

/* TTL of IPv4, hop limit of IPv6. */
static inline int headers_ttl(const struct packet *packet)
{
	const uint8_t *p = headers_ip(packet, packet->event->eth_type == ETH_P_IPV6 ? 7 : 8, 1);

	return p ? *p : -1;
}

/* Whether more tags follow those that vlan counts. */
static inline bool headers_more_tags(const struct packet_event *ev)
{
	return XDPTAP_VLAN_DEPTH(ev->vlan) == XDPTAP_MAX_VLAN_TAGS &&
	       XDPTAP_IS_VLAN_TAG(ev->eth_type) && !(ev->flags & XDPTAP_EV_MALFORMED);
}

/* The VLAN ID of tag number `i`, counted from 0. */
static inline int headers_vlan_id(const struct packet *packet, int i)
{
	uint32_t at = ETH_HLEN + 4u * (uint32_t)i;
	const uint8_t *p = packet_bytes(packet);

	if (i >= XDPTAP_MAX_VLAN_TAGS || i >= XDPTAP_VLAN_DEPTH(packet->event->vlan) ||
	    packet->caplen < at + 2)
		return -1;
	return (p[at] & 0x0f) << 8 | p[at + 1];
}

/* Identification of IPv4. */
static inline int headers_ip_id(const struct packet *packet)
{
	const uint8_t *p = headers_ip(packet, 4, 2);

	return p && packet->event->eth_type != ETH_P_IPV6 ? p[0] << 8 | p[1] : -1;
}

/* Flow label of IPv6. */
static inline int headers_flow_label(const struct packet *packet)
{
	const uint8_t *p = headers_ip(packet, 0, 4);

	return p && packet->event->eth_type == ETH_P_IPV6 ? (p[1] & 0x0f) << 16 | p[2] << 8 | p[3]
							  : -1;
}

#endif
