// SPDX-License-Identifier: BSD-2-Clause
/*
 * The parser of the XDP program, compiled for user space: a frame in hex and
 * its event for each thing that it can decide. Needs no privilege; SAN=1 shows
 * reads beyond a frame. Run by `make test-unit`; tests/bpf asks the same and
 * much more of the program in the kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/parse.h"
#include "tests/bpf/event_diff.h"
#include "tests/bpf/plain_diff.h"

/* clang-format off */

/* Headers in hex; a number that matters is an argument. */
#define ETH(type)		     "020000000002" "020000000001" type
#define TAG(id, type)		     "a" id type
#define IPV4(len, frag, ttl, proto)  "4500" len "0000" frag ttl proto "0000" "c0000201" "c6336402"
#define IPV6(len, next, hops)	     "60000000" len next hops SRC6 DST6
#define SRC6			     "20010db8000000000000000000000001"
#define DST6			     "20010db8000000000000000000000002"
#define EXT(next)		     next "00" "eeeeeeeeeeee"
#define FRAGMENT(next, offset)	     next "ee" offset "eeeeeeee"
#define AH(next)		     next "01" "eeeeeeeeeeeeeeeeeeee"
#define PORTS			     "9c4001bb"
#define TCP(offset, flags)	     PORTS "0000000000000000" offset flags "000000000000"
#define UDP(len)		     PORTS len "0000"
#define ICMP			     "0807000000000000"
#define PAD12			     "000000000000000000000000"

/* The same in events. */
#define EV(name)   XDPTAP_EV_##name
#define FROM_MAC   .src = { 2, 0, 0, 0, 0, 1 }, .dst = { 2, 0, 0, 0, 0, 2 }
#define FROM_IPV4  .src = { 192, 0, 2, 1 }, .dst = { 198, 51, 100, 2 }, .eth_type = ETH_P_IP
#define FROM_IPV6  .src = { 0x20, 1, 0xd, 0xb8, [15] = 1 }, \
		   .dst = { 0x20, 1, 0xd, 0xb8, [15] = 2 }, .eth_type = ETH_P_IPV6
#define WITH_PORTS .sport = 40000, .dport = 443
#define FROM_SYN   WITH_PORTS, .proto = IPPROTO_TCP, .tcp_flags = 0x02
#define EV_SYN	   (EV(IP) | EV(PORTS) | EV(TCP_FLAGS) | EV(SYN))
#define BAD	   EV(MALFORMED)

#define SYN4 IPV4("0028", "0000", "40", "06") TCP("50", "02")
#define SYN6 TCP("50", "02")
#define ARP(hardware, protocol, sizes, op) hardware protocol sizes op \
	"020000000003" "0a090001" "020000000004" "0a090002"

static const struct {
	const char *name, *hex;
	struct packet_event want; /* but for the length */
} cases[] = {
	/* Ethernet and tags */
	{ "shorter than Ethernet", "020000000002" "020000000001" "08", { .flags = BAD } },
	{ "ARP", ETH("0806") ARP("0001", "0800", "0604", "0001"),
	  { .src = { 2, 0, 0, 0, 0, 1, 10, 9, 0, 1, 2, 0, 0, 0, 0, 3 },
	    .dst = { 2, 0, 0, 0, 0, 2, 10, 9, 0, 2, 2, 0, 0, 0, 0, 4 },
	    .eth_type = ETH_P_ARP, .arp_op = 1, .flags = EV(ARP) } },
	{ "RARP reply, VLAN 7", ETH("8100") TAG("007", "8035") ARP("0001", "0800", "0604", "0004"),
	  { .src = { 2, 0, 0, 0, 0, 1, 10, 9, 0, 1, 2, 0, 0, 0, 0, 3 },
	    .dst = { 2, 0, 0, 0, 0, 2, 10, 9, 0, 2, 2, 0, 0, 0, 0, 4 },
	    .eth_type = ETH_P_RARP, .vlan = 0x1007, .arp_op = 4, .flags = EV(ARP) | EV(VLAN) } },
	{ "ARP of another hardware", ETH("0806") ARP("0006", "0800", "0604", "0001"),
	  { FROM_MAC, .eth_type = ETH_P_ARP } },
	{ "ARP of another protocol", ETH("0806") ARP("0001", "86dd", "0604", "0001"),
	  { FROM_MAC, .eth_type = ETH_P_ARP } },
	{ "ARP with other sizes", ETH("0806") ARP("0001", "0800", "0406", "0001"),
	  { FROM_MAC, .eth_type = ETH_P_ARP } },
	{ "ARP cut in the header", ETH("0806") "00010800060400",
	  { FROM_MAC, .eth_type = ETH_P_ARP, .flags = BAD } },
	{ "ARP cut in the last address", ETH("0806") "0001080006040001" "020000000003" "0a090001"
	  "020000000004" "0a0900",
	  { FROM_MAC, .eth_type = ETH_P_ARP, .flags = BAD } },
	{ "802.3 length", ETH("0003") "424203", { FROM_MAC, .eth_type = 3 } },
	{ "802.3 length beyond the frame", ETH("0004") "424203",
	  { FROM_MAC, .eth_type = 4, .flags = BAD } },
	{ "802.3 length beyond the frame, tagged", ETH("8100") TAG("064", "0004") "424203",
	  { FROM_MAC, .eth_type = 4, .vlan = 0x1064, .flags = BAD | EV(VLAN) } },
	{ "tag", ETH("8100") TAG("064", "0800") SYN4,
	  { FROM_IPV4, FROM_SYN, .vlan = 0x1064, .flags = EV_SYN | EV(VLAN) } },
	{ "802.1ad and 802.1Q tag", ETH("88a8") TAG("0c8", "8100") TAG("064", "0800") SYN4,
	  { FROM_IPV4, FROM_SYN, .vlan = 0x20c8, .flags = EV_SYN | EV(VLAN) } },
	{ "five tags",
	  ETH("8100") TAG("005", "8100") TAG("004", "8100") TAG("003", "8100") TAG("002", "8100")
	  TAG("001", "0800") SYN4,
	  { FROM_MAC, .eth_type = ETH_P_8021Q, .vlan = 0x4005, .flags = EV(VLAN) } },
	{ "tag cut in its VLAN ID", ETH("8100") "a0",
	  { FROM_MAC, .eth_type = ETH_P_8021Q, .flags = BAD } },
	{ "tag cut after its VLAN ID", ETH("8100") "a064",
	  { FROM_MAC, .eth_type = ETH_P_8021Q, .vlan = 0x1064, .flags = BAD | EV(VLAN) } },
	{ "0x9100", ETH("9100") TAG("064", "0800") SYN4,
	  { FROM_IPV4, FROM_SYN, .vlan = 0x1064, .flags = EV_SYN | EV(VLAN) } },
	{ "0x9200 and 0x9300", ETH("9200") TAG("0c8", "9300") TAG("064", "0800") SYN4,
	  { FROM_IPV4, FROM_SYN, .vlan = 0x20c8, .flags = EV_SYN | EV(VLAN) } },
	{ "0x9400 is no tag", ETH("9400") TAG("064", "0800") SYN4,
	  { FROM_MAC, .eth_type = 0x9400 } },

	/* IPv4 */
	{ "SYN", ETH("0800") SYN4, { FROM_IPV4, FROM_SYN, .flags = EV_SYN } },
	{ "cut IPv4", ETH("0800") "4500",
	  { FROM_MAC, .eth_type = ETH_P_IP, .flags = BAD } },
	{ "IPv4 of another version", ETH("0800") "55" "00002800000000400600000000000000000000",
	  { FROM_MAC, .eth_type = ETH_P_IP, .flags = BAD } },
	{ "IPv4 header of 16 bytes", ETH("0800") "44" "00002800000000400600000000000000000000",
	  { FROM_MAC, .eth_type = ETH_P_IP, .flags = BAD } },
	{ "IPv4 options",
	  ETH("0800") "4600002c0000000040060000" "c0000201" "c6336402" "01010101" TCP("50", "02"),
	  { FROM_IPV4, FROM_SYN, .flags = EV_SYN } },
	{ "IPv4 options cut", ETH("0800") "4600002c0000000040060000" "c0000201" "c6336402" "010101",
	  { FROM_IPV4, .proto = IPPROTO_TCP, .flags = EV(IP) | BAD } },
	{ "TTL 9", ETH("0800") IPV4("0028", "0000", "09", "06") TCP("50", "02"),
	  { FROM_IPV4, FROM_SYN, .flags = EV_SYN | EV(LOW_TTL) } },
	{ "TTL 10", ETH("0800") IPV4("0028", "0000", "0a", "06") TCP("50", "02"),
	  { FROM_IPV4, FROM_SYN, .flags = EV_SYN } },
	{ "don't fragment", ETH("0800") IPV4("0028", "4000", "40", "06") TCP("50", "02"),
	  { FROM_IPV4, FROM_SYN, .flags = EV_SYN } },
	{ "first fragment", ETH("0800") IPV4("0028", "2000", "40", "06") TCP("50", "02"),
	  { FROM_IPV4, FROM_SYN, .flags = EV_SYN | EV(FRAG) } },
	{ "later fragment", ETH("0800") IPV4("0028", "20b9", "40", "06") TCP("50", "02"),
	  { FROM_IPV4, .proto = IPPROTO_TCP, .flags = EV(IP) | EV(FRAG) | EV(LATER) } },
	{ "last fragment", ETH("0800") IPV4("0028", "1fff", "40", "06") TCP("50", "02"),
	  { FROM_IPV4, .proto = IPPROTO_TCP, .flags = EV(IP) | EV(FRAG) | EV(LATER) } },
	{ "total length beyond the frame", ETH("0800") IPV4("0029", "0000", "40", "06") SYN6,
	  { FROM_IPV4, FROM_SYN, .flags = EV_SYN | BAD } },
	{ "total length ends in the TCP header",
	  ETH("0800") IPV4("001c", "0000", "40", "06") TCP("50", "02"),
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_TCP, .flags = EV(IP) | EV(PORTS) | BAD } },
	{ "total length below the header", ETH("0800") IPV4("0013", "0000", "40", "06") SYN6,
	  { FROM_IPV4, .proto = IPPROTO_TCP, .flags = EV(IP) | BAD } },
	{ "total length below the header of GRE",
	  ETH("0800") IPV4("0013", "0000", "40", "2f") SYN6,
	  { FROM_IPV4, .proto = IPPROTO_GRE, .flags = EV(IP) | BAD } },
	{ "total length 0", ETH("0800") IPV4("0000", "0000", "40", "06") TCP("50", "02"),
	  { FROM_IPV4, FROM_SYN, .flags = EV_SYN } },
	{ "AH ends the way in IPv4", ETH("0800") IPV4("0034", "0000", "40", "33") AH("06") SYN6,
	  { FROM_IPV4, .proto = IPPROTO_AH, .flags = EV(IP) } },

	/* IPv6 */
	{ "SYN over IPv6", ETH("86dd") IPV6("0014", "06", "40") SYN6,
	  { FROM_IPV6, FROM_SYN, .flags = EV_SYN } },
	{ "cut IPv6", ETH("86dd") "60000000" "0014" "06" "40" SRC6 "20010db8",
	  { FROM_MAC, .eth_type = ETH_P_IPV6, .flags = BAD } },
	{ "IPv6 of another version", ETH("86dd") "40000000" "0014" "06" "40" SRC6 DST6 SYN6,
	  { FROM_MAC, .eth_type = ETH_P_IPV6, .flags = BAD } },
	{ "hop limit 9", ETH("86dd") IPV6("0014", "06", "09") SYN6,
	  { FROM_IPV6, FROM_SYN, .flags = EV_SYN | EV(LOW_TTL) } },
	{ "hop limit 10", ETH("86dd") IPV6("0014", "06", "0a") SYN6,
	  { FROM_IPV6, FROM_SYN, .flags = EV_SYN } },
	{ "payload length 0", ETH("86dd") IPV6("0000", "06", "40") SYN6,
	  { FROM_IPV6, FROM_SYN, .flags = EV_SYN } },
	{ "payload length beyond the frame", ETH("86dd") IPV6("0015", "06", "40") SYN6,
	  { FROM_IPV6, FROM_SYN, .flags = EV_SYN | BAD } },
	{ "extension headers of each kind",
	  ETH("86dd") IPV6("0058", "00", "40") EXT("2b") EXT("3c") EXT("87") EXT("8b") EXT("8c")
	  EXT("2c") FRAGMENT("33", "0000") AH("06") SYN6,
	  { FROM_IPV6, FROM_SYN, .flags = EV_SYN } },
	{ "nine extension headers",
	  ETH("86dd") IPV6("005c", "3c", "40") EXT("3c") EXT("3c") EXT("3c") EXT("3c") EXT("3c")
	  EXT("3c") EXT("3c") EXT("00") EXT("06") SYN6,
	  { FROM_IPV6, .proto = IPPROTO_HOPOPTS, .flags = EV(IP) } },
	{ "first IPv6 fragment", ETH("86dd") IPV6("001c", "2c", "40") FRAGMENT("06", "0001") SYN6,
	  { FROM_IPV6, FROM_SYN, .flags = EV_SYN | EV(FRAG) } },
	{ "later IPv6 fragment", ETH("86dd") IPV6("001c", "2c", "40") FRAGMENT("06", "05a8") SYN6,
	  { FROM_IPV6, .proto = IPPROTO_TCP, .flags = EV(IP) | EV(FRAG) | EV(LATER) } },
	{ "atomic fragment", ETH("86dd") IPV6("001c", "2c", "40") FRAGMENT("06", "0006") SYN6,
	  { FROM_IPV6, FROM_SYN, .flags = EV_SYN } },
	{ "extension header cut after its type", ETH("86dd") IPV6("0001", "3c", "40") "06",
	  { FROM_IPV6, .proto = IPPROTO_DSTOPTS, .flags = EV(IP) | BAD } },
	{ "extension header cut further on", ETH("86dd") IPV6("0004", "3c", "40") "06000102",
	  { FROM_IPV6, .proto = IPPROTO_TCP, .flags = EV(IP) | BAD } },
	{ "fragment header cut", ETH("86dd") IPV6("0004", "2c", "40") "06000001",
	  { FROM_IPV6, .proto = IPPROTO_FRAGMENT, .flags = EV(IP) | BAD } },
	{ "extension header claims too much",
	  ETH("86dd") IPV6("001c", "3c", "40") "0603eeeeeeeeeeee" SYN6,
	  { FROM_IPV6, .proto = IPPROTO_TCP, .flags = EV(IP) | BAD } },

	/* Layer 4 */
	{ "FIN, RST, ACK", ETH("0800") IPV4("0028", "0000", "40", "06") TCP("50", "15"),
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_TCP, .tcp_flags = 0x15,
	    .flags = EV(IP) | EV(PORTS) | EV(TCP_FLAGS) | EV(FIN) | EV(RST) } },
	{ "AE", ETH("0800") IPV4("0028", "0000", "40", "06") TCP("51", "02"),
	  { FROM_IPV4, FROM_SYN, .flags = EV_SYN | EV(AE) } },
	{ "TCP's reserved bits are not AE", ETH("0800") IPV4("0028", "0000", "40", "06") TCP("5e", "02"),
	  { FROM_IPV4, FROM_SYN, .flags = EV_SYN } },
	{ "TCP header of 16 bytes", ETH("0800") IPV4("0028", "0000", "40", "06") TCP("40", "02"),
	  { FROM_IPV4, FROM_SYN, .flags = EV_SYN | BAD } },
	{ "TCP options cut", ETH("0800") IPV4("0028", "0000", "40", "06") TCP("60", "02"),
	  { FROM_IPV4, FROM_SYN, .flags = EV_SYN | BAD } },
	{ "ports cut", ETH("0800") IPV4("0017", "0000", "40", "06") "9c4001",
	  { FROM_IPV4, .proto = IPPROTO_TCP, .flags = EV(IP) | BAD } },
	{ "UDP", ETH("0800") IPV4("001c", "0000", "40", "11") UDP("0008"),
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) } },
	{ "UDP cut", ETH("0800") IPV4("001b", "0000", "40", "11") PORTS "000800",
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) | BAD } },
	{ "UDP length 7", ETH("0800") IPV4("001c", "0000", "40", "11") UDP("0007"),
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) | BAD } },
	{ "UDP length 9 of 8", ETH("0800") IPV4("001c", "0000", "40", "11") UDP("0009"),
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) | BAD } },
	{ "UDP length 9 of 8 in a fragment",
	  ETH("0800") IPV4("001c", "2000", "40", "11") UDP("0009"),
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) | EV(FRAG) } },
	{ "UDP length 0 over IPv4", ETH("0800") IPV4("001c", "0000", "40", "11") UDP("0000"),
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) | BAD } },
	{ "UDP length 0, IPv4 total length 0",
	  ETH("0800") IPV4("0000", "0000", "40", "11") UDP("0000"),
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) } },
	{ "UDP length 0 over IPv6", ETH("86dd") IPV6("0008", "11", "40") UDP("0000"),
	  { FROM_IPV6, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) | BAD } },
	{ "UDP length 0, IPv6 payload length 0",
	  ETH("86dd") IPV6("0000", "11", "40") UDP("0000"),
	  { FROM_IPV6, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) } },
	{ "UDP, long enough for the way by fixed offsets",
	  ETH("0800") IPV4("0028", "0000", "40", "11") UDP("0014") PAD12,
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) } },
	{ "UDP length 7 there", ETH("0800") IPV4("0028", "0000", "40", "11") UDP("0007") PAD12,
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) | BAD } },
	{ "UDP length 21 of 20 there", ETH("0800") IPV4("0028", "0000", "40", "11") UDP("0015") PAD12,
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS) | BAD } },
	{ "UDP-Lite coverage 0", ETH("0800") IPV4("001c", "0000", "40", "88") UDP("0000"),
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDPLITE, .flags = EV(IP) | EV(PORTS) } },
	{ "SCTP", ETH("0800") IPV4("0020", "0000", "40", "84") PORTS "0000000000000000",
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_SCTP, .flags = EV(IP) | EV(PORTS) } },
	{ "DCCP cut", ETH("0800") IPV4("001f", "0000", "40", "21") PORTS "00000000000000",
	  { FROM_IPV4, WITH_PORTS, .proto = IPPROTO_DCCP, .flags = EV(IP) | EV(PORTS) | BAD } },
	{ "ICMP", ETH("0800") IPV4("001c", "0000", "40", "01") ICMP,
	  { FROM_IPV4, .proto = IPPROTO_ICMP, .icmp_type = 8, .icmp_code = 7,
	    .flags = EV(IP) | EV(ICMP) } },
	{ "ICMP cut", ETH("0800") IPV4("001a", "0000", "40", "01") "080700000000",
	  { FROM_IPV4, .proto = IPPROTO_ICMP, .icmp_type = 8, .icmp_code = 7,
	    .flags = EV(IP) | EV(ICMP) | BAD } },
	{ "ICMP without a code", ETH("0800") IPV4("0015", "0000", "40", "01") "08",
	  { FROM_IPV4, .proto = IPPROTO_ICMP, .flags = EV(IP) | BAD } },
	{ "ICMPv6", ETH("86dd") IPV6("0004", "3a", "40") "08070000",
	  { FROM_IPV6, .proto = IPPROTO_ICMPV6, .icmp_type = 8, .icmp_code = 7,
	    .flags = EV(IP) | EV(ICMP) } },
	{ "ICMPv6 over IPv4", ETH("0800") IPV4("001c", "0000", "40", "3a") ICMP,
	  { FROM_IPV4, .proto = IPPROTO_ICMPV6, .flags = EV(IP) } },
	{ "ICMP over IPv6", ETH("86dd") IPV6("0008", "01", "40") ICMP,
	  { FROM_IPV6, .proto = IPPROTO_ICMP, .flags = EV(IP) } },
	{ "GRE", ETH("0800") IPV4("0028", "0000", "40", "2f") SYN6,
	  { FROM_IPV4, .proto = IPPROTO_GRE, .flags = EV(IP) } },
};

/* clang-format on */

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

/* The first `len` bytes of `hex`, in memory of exactly that size. */
static struct packet_event parse_hex(const char *hex, __u32 len)
{
	struct packet_event ev = {};
	__u8 *data = malloc(len ? len : 1);
	frame_t frame = { .data = data, .len = len };
	char text[EVENT_DIFF_MAX];

	assert_non_null(data);
	for (__u32 i = 0; i < len; i++) {
		char byte[] = { hex[2 * i], hex[2 * i + 1], 0 }, *end;

		data[i] = (__u8)strtoul(byte, &end, 16);
		assert_ptr_equal(end, byte + 2);
	}
	parse_frame(&frame, len, &ev);
	plain_diff(&frame, text);
	if (*text)
		_assert_true(0, text, __FILE__, __LINE__);
	free(data);
	return ev;
}

static void one_case(void **state)
{
	size_t i = (size_t)*state;
	__u32 len = (__u32)strlen(cases[i].hex) / 2;
	struct packet_event want = cases[i].want, got;
	char text[EVENT_DIFF_MAX];

	want.len = len;
	got = parse_hex(cases[i].hex, len);
	if (event_diff(&want, &got, text))
		_assert_true(0, text, __FILE__, __LINE__);
}

/* What is in the event was in the bytes that are left; a sanitizer watches. */
static void each_case_cut_at_each_byte(void **state)
{
	struct packet_event ev;

	(void)state;
	for (size_t i = 0; i < N_CASES; i++)
		for (__u32 len = 0; len < strlen(cases[i].hex) / 2; len++) {
			ev = parse_hex(cases[i].hex, len);
			assert_int_equal(ev.len, len);
			if (len < ETH_HLEN)
				assert_int_equal(ev.flags, BAD);
			if (ev.flags & EV(IP))
				assert_true(len >= ETH_HLEN + 20);
			if (ev.flags & (EV(PORTS) | EV(TCP_FLAGS) | EV(ICMP)))
				assert_true(ev.flags & EV(IP));
		}
}

int main(void)
{
	struct CMUnitTest tests[N_CASES + 1];

	for (size_t i = 0; i < N_CASES; i++)
		tests[i] = (struct CMUnitTest){ .name = cases[i].name,
						.test_func = one_case,
						.initial_state = (void *)i };
	tests[N_CASES] = (struct CMUnitTest)cmocka_unit_test(each_case_cut_at_each_byte);

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
