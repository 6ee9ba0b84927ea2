// SPDX-License-Identifier: BSD-2-Clause
/* RFC 791 and 8200 (IP), 4302 (AH). Used by details.c; malformed.c shares the kinds of headers. */
#include <netinet/in.h>

#include "reader/headers.h"
#include "reader/ip.h"

/* The headers above lack these. */
enum { HEADER_MH = 135, HEADER_HIP = 139, HEADER_SHIM6 = 140 };

bool ip_is_extension(uint8_t proto)
{
	switch (proto) {
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

const uint8_t *ip_bytes(const struct ip *ip, uint32_t off, uint32_t size)
{
	if (off + size > ip->size || (ip->end && off + size > ip->end))
		return NULL;
	return ip->bytes + off;
}

static bool parse_ipv4(struct ip *ip)
{
	const uint8_t *p = ip->bytes;
	uint16_t fragment;

	if (ip->size < 20 || p[0] >> 4 != 4 || (p[0] & 0x0f) < 5)
		return false;
	ip->proto = p[9];
	ip->end = headers_be16(p + 2);
	fragment = headers_be16(p + 6);
	if (fragment & 0x3fff) /* more fragments, offset */
		ip->frag_offset = (fragment & 0x1fff) * 8;
	if (!(fragment & 0x1fff))
		ip->layer4 = 4u * (p[0] & 0x0f);
	return true;
}

/* What a later fragment begins with is no header. */
static bool parse_ipv6(struct ip *ip)
{
	const uint8_t *p = ip->bytes;
	uint32_t at = 40, payload;
	uint8_t header;

	if (ip->size < 40 || p[0] >> 4 != 6)
		return false;
	ip->proto = p[6];
	payload = headers_be16(p + 4);
	if (payload)
		ip->end = at + payload;
	for (int i = 0; i < IP_EXTENSIONS_MAX && ip_is_extension(ip->proto); i++) {
		header = ip->proto;
		p = ip_bytes(ip, at, header == IPPROTO_FRAGMENT ? 8 : 2);
		if (!p)
			return true;
		ip->proto = p[0];
		if (header == IPPROTO_FRAGMENT) {
			ip->frag_id = headers_be32(p + 4);
			ip->frag_offset = headers_be16(p + 2) & 0xfff8;
			if (ip->frag_offset)
				return true;
			at += 8;
		} else {
			at += header == IPPROTO_AH ? 4u * (p[1] + 2u) : 8u * (p[1] + 1u);
		}
	}
	ip->layer4 = at;
	return true;
}

bool ip_parse(struct ip *ip, const uint8_t *bytes, uint32_t size, bool v6)
{
	*ip = (struct ip){
		.bytes = bytes, .size = size, .v6 = v6, .frag_id = -1, .frag_offset = -1
	};
	return v6 ? parse_ipv6(ip) : parse_ipv4(ip);
}
