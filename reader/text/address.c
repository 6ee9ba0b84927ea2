// SPDX-License-Identifier: BSD-2-Clause
/*
 * IPv4, IPv6 and MAC addresses, for the text and JSON of packets and flows. inet_ntop() goes
 * through sprintf(): it alone would take longer than a whole line takes here.
 */
#include <string.h>

#include "reader/text/address.h"
#include "reader/text/digits.h"

char *address_put_ipv4(char *p, const uint8_t ip[4])
{
	for (int i = 0; i < 4; i++) {
		if (i)
			*p++ = '.';
		p = digits_put_u32(p, ip[i]);
	}
	return p;
}

/* The fields that "::" replaces, from `start` on; length 0: none. */
struct zero_run {
	int start;
	int length;
};

/* RFC 5952 section 4.2: the longest run, the first if there are several, never a single field. */
static struct zero_run longest_zero_run(const uint16_t fields[8])
{
	struct zero_run best = { 8, 1 };
	int length = 0;

	for (int i = 0; i < 8; i++) {
		length = fields[i] ? 0 : length + 1;
		if (length > best.length)
			best = (struct zero_run){ i + 1 - length, length };
	}
	if (best.start == 8)
		best.length = 0;
	return best;
}

/* ::ffff:192.0.2.1, or the deprecated ::192.0.2.1 if exactly the first six fields are 0. */
static int has_ipv4(const uint16_t fields[8], struct zero_run zeros)
{
	return zeros.start == 0 &&
	       (zeros.length == 6 || (zeros.length == 5 && fields[5] == 0xffff));
}

char *address_put_ipv6(char *p, const uint8_t ip[16])
{
	struct zero_run zeros;
	uint16_t fields[8];
	int n = 8;

	for (int i = 0; i < 8; i++)
		fields[i] = (uint16_t)(ip[2 * i] << 8 | ip[2 * i + 1]);
	zeros = longest_zero_run(fields);
	if (has_ipv4(fields, zeros))
		n = 6;

	for (int i = 0; i < n; i++) {
		if (zeros.length && i == zeros.start) {
			*p++ = ':';
			if (i + zeros.length == 8)
				*p++ = ':';
			i += zeros.length - 1;
			continue;
		}
		if (i)
			*p++ = ':';
		p = digits_put_hex16(p, fields[i]);
	}
	if (n == 8)
		return p;
	*p++ = ':';
	return address_put_ipv4(p, ip + 12);
}

char *address_put_mac(char *p, const uint8_t mac[6])
{
	static const char hex[] = "0123456789abcdef";

	for (int i = 0; i < 6; i++) {
		if (i)
			*p++ = ':';
		*p++ = hex[mac[i] >> 4];
		*p++ = hex[mac[i] & 15];
	}
	return p;
}
