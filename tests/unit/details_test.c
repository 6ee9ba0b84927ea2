// SPDX-License-Identifier: BSD-2-Clause
/* What -v adds, from frames in hex and the events that the program makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <linux/if_ether.h>

#include "reader/details.h"

#define MACS "020000000002020000000001"
#define SRC4 "0a090001"
#define DST4 "0a090002"
#define ADR6 "20010db8000000000000000000000001"

/* An event and room for bytes after it, as in a ring buffer. */
struct record {
	struct packet_event event;
	uint8_t bytes[256];
};

static struct details details_of(const char *hex, size_t caplen, struct packet_event event)
{
	struct record r = { .event = event };
	struct details d;
	size_t len = strlen(hex) / 2;

	assert_true(len <= sizeof(r.bytes));
	memset(r.bytes, 0xee, sizeof(r.bytes)); /* what was not captured */
	for (size_t i = 0; i < len; i++)
		assert_int_equal(sscanf(hex + 2 * i, "%2hhx", &r.bytes[i]), 1);
	r.event.len = (uint32_t)len;
	details_get(&(struct packet){ &r.event, (uint32_t)(caplen ? caplen : len), 0 }, &d);
	return d;
}

/* Which fields are set, by their keys. */
static void assert_keys(const struct details *d, const char *keys)
{
	char found[256] = "";

	for (size_t i = 0; i < DETAILS_FIELDS; i++) {
		if (details_value(d, &details_fields[i]) < 0)
			continue;
		if (*found)
			strcat(found, " ");
		strcat(found, details_fields[i].key);
	}
	assert_string_equal(found, keys);
}

#define TCP4                             \
	MACS "0800"                      \
	     "46ba0030123440004006"      \
	     "0000" SRC4 DST4 "01010101" \
	     "00010002"                  \
	     "01020304"                  \
	     "a0b0c0d0"                  \
	     "5010faf0"                  \
	     "00000000"                  \
	     "6162636465660000"
#define TCP_EVENT                                                             \
	(struct packet_event)                                                 \
	{                                                                     \
		.eth_type = ETH_P_IP, .proto = 6, .tcp_flags = 0x10,          \
		.flags = XDPTAP_EV_IP | XDPTAP_EV_PORTS | XDPTAP_EV_TCP_FLAGS \
	}

static void tcp_over_ipv4_with_options(void **state)
{
	struct details d = details_of(TCP4, 0, TCP_EVENT);

	(void)state;
	assert_keys(&d, "df dscp ecn tcp_seq tcp_ack tcp_window tcp_payload");
	assert_int_equal(d.dscp, 46);
	assert_int_equal(d.ecn, 2);
	assert_int_equal(d.tcp_seq, 0x01020304);
	assert_int_equal(d.tcp_ack, 0xa0b0c0d0);
	assert_int_equal(d.tcp_window, 64240);
	assert_int_equal(d.tcp_payload, 4); /* by the IP header: the rest is padding */
}

static void no_ack_without_its_flag(void **state)
{
	struct packet_event syn = TCP_EVENT;
	struct details d;

	(void)state;
	syn.tcp_flags = 0x02;
	d = details_of(TCP4, 0, syn);
	assert_keys(&d, "df dscp ecn tcp_seq tcp_window tcp_payload");
}

static void what_was_not_captured(void **state)
{
	struct details d = details_of(TCP4, 33, TCP_EVENT);

	(void)state;
	assert_keys(&d, "");
	d = details_of(TCP4, 34, TCP_EVENT);
	assert_keys(&d, "df dscp ecn");
	d = details_of(TCP4, 57, TCP_EVENT);
	assert_keys(&d, "df dscp ecn");
	d = details_of(TCP4, 58, TCP_EVENT);
	assert_keys(&d, "df dscp ecn tcp_seq tcp_ack tcp_window tcp_payload");
}

/* What follows the IP packet pads the frame. */
static void nothing_of_padding(void **state)
{
	const struct packet_event echo = {
		.eth_type = ETH_P_IP,
		.proto = 1,
		.icmp_type = 8,
		.flags = XDPTAP_EV_IP | XDPTAP_EV_ICMP | XDPTAP_EV_MALFORMED,
	};
	struct packet_event ev = TCP_EVENT;
	char frame[] = TCP4;
	struct details d;

	(void)state;
	ev.flags |= XDPTAP_EV_MALFORMED;
	memcpy(frame + 2 * (14 + 2), "002b", 4); /* 24 bytes of IP, 19 of TCP */
	d = details_of(frame, 0, ev);
	assert_keys(&d, "df dscp ecn");
	memcpy(frame + 2 * (14 + 2), "002c", 4);
	d = details_of(frame, 0, ev);
	assert_keys(&d, "df dscp ecn tcp_seq tcp_ack tcp_window tcp_payload");
	assert_int_equal(d.tcp_payload, 0);
	memcpy(frame + 2 * (14 + 2), "0000", 4); /* segmentation offload: there is no length */
	d = details_of(frame, 0, ev);
	assert_keys(&d, "df dscp ecn tcp_seq tcp_ack tcp_window");

	d = details_of(MACS "0800"
			    "4500001a123400004001"
			    "0000" SRC4 DST4 "08000000"
			    "0102"
			    "0304",
		       0, echo);
	assert_keys(&d, "");
}

static void no_payload_after_too_short_a_header(void **state)
{
	struct packet_event ev = TCP_EVENT;
	char frame[] = TCP4;
	struct details d;

	(void)state;
	ev.flags |= XDPTAP_EV_MALFORMED;
	memcpy(frame + 2 * (14 + 24 + 12), "40", 2);
	d = details_of(frame, 0, ev);
	assert_keys(&d, "df dscp ecn tcp_seq tcp_ack tcp_window");
}

static void fragments_of_ipv4(void **state)
{
	const struct packet_event later = {
		.eth_type = ETH_P_IP,
		.proto = 17,
		.flags = XDPTAP_EV_IP | XDPTAP_EV_FRAG | XDPTAP_EV_LATER,
	};
	struct details d = details_of(MACS "0800"
					   "4500001c123400b94011"
					   "0000" SRC4 DST4 "0001000200080000",
				      0, later);

	(void)state;
	assert_keys(&d, "frag_offset");
	assert_int_equal(d.frag_offset, 1480);
}

static void icmp(void **state)
{
	const struct packet_event echo = {
		.eth_type = ETH_P_IP,
		.proto = 1,
		.icmp_type = 8,
		.flags = XDPTAP_EV_IP | XDPTAP_EV_ICMP,
	};
	struct packet_event error = echo;
	struct details d = details_of(MACS "0800"
					   "4500001c123400004001"
					   "0000" SRC4 DST4 "08000000"
					   "0102"
					   "0304",
				      0, echo);

	(void)state;
	assert_keys(&d, "icmp_id icmp_seq");
	assert_int_equal(d.icmp_id, 0x0102);
	assert_int_equal(d.icmp_seq, 0x0304);

	error.icmp_type = 3;
	error.icmp_code = 4;
	d = details_of(MACS "0800"
			    "4500001c123400004001"
			    "0000" SRC4 DST4 "03040000"
			    "0000"
			    "0578",
		       0, error);
	assert_keys(&d, "icmp_mtu");
	assert_int_equal(d.icmp_mtu, 1400);
	error.icmp_code = 3;
	d = details_of(MACS "0800"
			    "4500001c123400004001"
			    "0000" SRC4 DST4 "03030000"
			    "0000"
			    "0578",
		       0, error);
	assert_keys(&d, "");
}

/* What an error of ICMP in IPv4 or IPv6 says of the packet that it quotes. */
static struct packet_event quoted_in(const char *hex, size_t caplen, bool v6, uint8_t type)
{
	const struct packet_event error = {
		.eth_type = v6 ? ETH_P_IPV6 : ETH_P_IP,
		.proto = v6 ? 58 : 1,
		.icmp_type = type,
		.flags = XDPTAP_EV_IP | XDPTAP_EV_ICMP,
	};

	struct details d = details_of(hex, caplen, error);

	return d.quoted.flags ? d.quoted : (struct packet_event){};
}

static void assert_quoted(struct packet_event got, struct packet_event want)
{
	assert_memory_equal(&got, &want, sizeof(want));
}

#define EV_IP    XDPTAP_EV_IP
#define EV_PORTS (XDPTAP_EV_IP | XDPTAP_EV_PORTS)

/* 28 bytes of a quote, in an error of 56. */
#define ERROR4(type)                    \
	MACS "0800"                     \
	     "45000038123400004001"     \
	     "0000" SRC4 DST4 type "03" \
	     "0000"                     \
	     "00000000"
#define QUOTE4(fragment, proto)                            \
	"4500"                                             \
	"05dc"                                             \
	"0001" fragment "01" proto "0000" DST4 SRC4 "9c40" \
	"829a"                                             \
	"05c8"                                             \
	"0000"
#define FROM_QUOTE4 .eth_type = ETH_P_IP, .src = { 10, 9, 0, 2 }, .dst = { 10, 9, 0, 1 }

static void quoted_ipv4(void **state)
{
	static const uint8_t with_ports[] = { 6, 17, 33, 132, 136 };
	char frame[] = ERROR4("03") QUOTE4("4000", "11"), proto[3];
	struct packet_event want = { FROM_QUOTE4, .proto = 17, .flags = EV_IP };

	(void)state;
	/* As much as is certain. */
	for (size_t caplen = 42; caplen <= 70; caplen++) {
		if (caplen >= 66) {
			want.flags = EV_PORTS;
			want.sport = 40000;
			want.dport = 33434;
		}
		assert_quoted(quoted_in(frame, caplen, false, 3),
			      caplen < 62 ? (struct packet_event){} : want);
	}
	for (size_t i = 0; i < sizeof(with_ports); i++) {
		snprintf(proto, sizeof(proto), "%02x", with_ports[i]);
		memcpy(frame + 2 * (42 + 9), proto, 2);
		want.proto = with_ports[i];
		assert_quoted(quoted_in(frame, 0, false, 3), want);
	}
	assert_quoted(quoted_in(ERROR4("03") QUOTE4("4000", "01"), 0, false, 3),
		      (struct packet_event){ FROM_QUOTE4, .proto = 1, .flags = EV_IP });
}

static void quoted_ipv4_fragments(void **state)
{
	(void)state;
	assert_quoted(quoted_in(ERROR4("03") QUOTE4("2000", "11"), 0, false, 3),
		      (struct packet_event){ FROM_QUOTE4, .proto = 17, .flags = EV_PORTS,
					     .sport = 40000, .dport = 33434 });
	assert_quoted(quoted_in(ERROR4("03") QUOTE4("00b9", "11"), 0, false, 3),
		      (struct packet_event){ FROM_QUOTE4, .proto = 17, .flags = EV_IP });
}

/* Of these types only, and nothing that is no IPv4 header. */
static void what_quotes(void **state)
{
	char frame[] = ERROR4("03") QUOTE4("4000", "11");

	(void)state;
	for (int type = 0; type < 256; type++)
		assert_int_equal(quoted_in(frame, 0, false, (uint8_t)type).flags != 0,
				 type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
	memcpy(frame + 2 * 42, "44", 2);
	assert_quoted(quoted_in(frame, 0, false, 3), (struct packet_event){});
	memcpy(frame + 2 * 42, "65", 2);
	assert_quoted(quoted_in(frame, 0, false, 3), (struct packet_event){});
	/* Options: the ports come later, and are not there. */
	memcpy(frame + 2 * 42, "47", 2);
	assert_quoted(quoted_in(frame, 0, false, 3),
		      (struct packet_event){ FROM_QUOTE4, .proto = 17, .flags = EV_IP });
}

/* Neither what pads the frame nor what pads the quote. */
static void no_quote_of_padding(void **state)
{
	const struct packet_event want = { FROM_QUOTE4, .proto = 17, .flags = EV_IP };
	char frame[] = ERROR4("03") QUOTE4("4000", "11");

	(void)state;
	memcpy(frame + 2 * 16, "0033", 4); /* 23 bytes of the quote */
	assert_quoted(quoted_in(frame, 0, false, 3), want);
	memcpy(frame + 2 * 16, "002f", 4); /* 19 */
	assert_quoted(quoted_in(frame, 0, false, 3), (struct packet_event){});
	memcpy(frame + 2 * 16, "001c", 4);
	assert_quoted(quoted_in(frame, 0, false, 3), (struct packet_event){});
	memcpy(frame + 2 * 16, "0038", 4);
	memcpy(frame + 2 * 44, "0017", 4); /* the quoted packet itself has 3 bytes of data */
	assert_quoted(quoted_in(frame, 0, false, 3), want);
}

#define ERROR6(length)                                 \
	MACS "86dd"                                    \
	     "60000000" length "3a40" ADR6 ADR6 "0104" \
	     "0000"
#define QUOTE6(next) \
	"60000000"   \
	"05b4" next "01" ADR6 ADR6
#define FROM_QUOTE6                                                      \
	.eth_type = ETH_P_IPV6, .src = { 0x20, 1, 0xd, 0xb8, [15] = 1 }, \
	.dst = { 0x20, 1, 0xd, 0xb8, [15] = 1 }

static void quoted_ipv6(void **state)
{
	/* Hop-by-hop options and a fragment header come before TCP. */
	char frame[] = ERROR6("0044") "00000000" QUOTE6("00") "2c00"
							      "010400000000"
							      "06000001"
							      "12345678"
							      "0016"
							      "9c40";
	struct packet_event want = { FROM_QUOTE6, .flags = EV_IP };

	(void)state;
	for (size_t caplen = 62; caplen <= 122; caplen++) {
		want.proto = caplen < 104 ? 0 : caplen < 118 ? 44 : 6;
		if (caplen == 122) {
			want.flags = EV_PORTS;
			want.sport = 22;
			want.dport = 40000;
		}
		assert_quoted(quoted_in(frame, caplen, true, 1),
			      caplen < 102 ? (struct packet_event){} : want);
	}
	for (int type = 0; type < 256; type++)
		assert_int_equal(quoted_in(frame, 0, true, (uint8_t)type).flags != 0,
				 type >= 1 && type <= 4);
	memcpy(frame + 2 * 112, "05a9", 4); /* a later fragment */
	want = (struct packet_event){ FROM_QUOTE6, .proto = 6, .flags = EV_IP };
	assert_quoted(quoted_in(frame, 0, true, 3), want);
}

/* RFC 4884: 8 words of 8 bytes are the quote, and what follows is no part of it. */
static void quoted_ipv6_before_an_extension(void **state)
{
	const char *frame = ERROR6("0054") "08000000" QUOTE6("3c") "1102010400000000"
								   "0000000000000000"
								   "0000000000000000"
								   "2000000000080101"
								   "00010002";

	(void)state;
	assert_quoted(quoted_in(frame, 0, true, 1),
		      (struct packet_event){ FROM_QUOTE6, .proto = 17, .flags = EV_IP });
	/* Elsewhere that byte is part of a number. */
	assert_quoted(quoted_in(frame, 0, true, 2),
		      (struct packet_event){ FROM_QUOTE6, .proto = 17, .flags = EV_PORTS,
					     .sport = 0x2000 });
}

/* Hop-by-hop options, then a fragment header, then UDP or ICMPv6. */
static void ipv6_with_extension_headers(void **state)
{
	struct packet_event ev = {
		.eth_type = ETH_P_IPV6,
		.proto = 58,
		.icmp_type = 2,
		.flags = XDPTAP_EV_IP | XDPTAP_EV_ICMP | XDPTAP_EV_FRAG,
	};
	struct details d = details_of(MACS "86dd"
					   "6b900000"
					   "0018"
					   "0040" ADR6 ADR6 "2c00010400000000"
					   "3a00000112345678"
					   "02000000"
					   "00000500",
				      0, ev);

	(void)state;
	assert_keys(&d, "dscp ecn frag_id frag_offset icmp_mtu");
	assert_int_equal(d.dscp, 46);
	assert_int_equal(d.ecn, 1);
	assert_int_equal(d.frag_id, 0x12345678);
	assert_int_equal(d.frag_offset, 0);
	assert_int_equal(d.icmp_mtu, 1280);
	/* A chain that does not end. */
	ev.proto = 17;
	d = details_of(MACS "86dd"
			    "6b900000"
			    "0018"
			    "0040" ADR6 ADR6 "0000010400000000"
			    "0000010400000000"
			    "0000010400000000",
		       0, ev);
	assert_keys(&d, "dscp ecn");
}

/* Destination options before and after the fragment header. */
static void ipv6_fragment_of_what_came_before_it(void **state)
{
	const struct packet_event later = {
		.eth_type = ETH_P_IPV6,
		.proto = 60,
		.flags = XDPTAP_EV_IP | XDPTAP_EV_FRAG | XDPTAP_EV_LATER,
	};
	struct details d = details_of(MACS "86dd"
					   "60000000"
					   "0018"
					   "3c40" ADR6 ADR6 "2c00010400000000"
					   "3c0005a812345678"
					   "0000000000000000",
				      0, later);

	(void)state;
	assert_keys(&d, "frag_id frag_offset");
	assert_int_equal(d.frag_id, 0x12345678);
	assert_int_equal(d.frag_offset, 1448);
}

static void nothing_without_ip(void **state)
{
	struct details d = details_of(MACS "0806"
					   "0001080006040001",
				      0, (struct packet_event){ .eth_type = ETH_P_ARP });

	(void)state;
	assert_keys(&d, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_over_ipv4_with_options),
		cmocka_unit_test(no_ack_without_its_flag),
		cmocka_unit_test(what_was_not_captured),
		cmocka_unit_test(nothing_of_padding),
		cmocka_unit_test(no_payload_after_too_short_a_header),
		cmocka_unit_test(fragments_of_ipv4),
		cmocka_unit_test(icmp),
		cmocka_unit_test(quoted_ipv4),
		cmocka_unit_test(quoted_ipv4_fragments),
		cmocka_unit_test(what_quotes),
		cmocka_unit_test(no_quote_of_padding),
		cmocka_unit_test(quoted_ipv6),
		cmocka_unit_test(quoted_ipv6_before_an_extension),
		cmocka_unit_test(ipv6_with_extension_headers),
		cmocka_unit_test(ipv6_fragment_of_what_came_before_it),
		cmocka_unit_test(nothing_without_ip),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
