// SPDX-License-Identifier: BSD-2-Clause
/*
 * synth.c: frames byte by byte, and that bpf/parse.h makes of each frame the
 * event that it was made of: over the fixtures, others' captures and random
 * frames. Run by `make test-unit`; tests/pcapng asks tshark.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <netinet/in.h> /* before linux/in.h, which then leaves out what it has */

#include "tests/bpf/captures.h"
#include "tests/bpf/mutate.h"
#include "tests/unit/synth_diff.h"

#define EV(name) XDPTAP_EV_##name

enum { ROUNDS = 1000000 };

static void assert_frame(struct packet_event ev, const char *want)
{
	char got[2 * SYNTH_MAX + 1] = "", text[EVENT_DIFF_MAX];
	uint8_t frame[SYNTH_MAX];
	uint32_t bytes = synth_frame(frame, &ev);

	for (uint32_t i = 0; i < bytes; i++)
		sprintf(got + (size_t)2 * i, "%02x", frame[i]);
	assert_string_equal(got, want);
	if (!(ev.flags & EV(MALFORMED)) && synth_diff(&ev, text))
		fail_msg("%s", text);
}

#define assert_synth(want, ...) assert_frame((struct packet_event){ __VA_ARGS__ }, want)

/* clang-format off */

/* Initializers for events, and the bytes that belong to them. */
#define IPV4(flag) .eth_type = ETH_P_IP, .src = { 192, 0, 2, 1 }, \
		   .dst = { 198, 51, 100, 2 }, .flags = EV(IP) | (flag)
#define IPV6(flag) .eth_type = ETH_P_IPV6, .src = { 0x20, 1, 0xd, 0xb8, [15] = 1 }, \
		   .dst = { 0x20, 1, 0xd, 0xb8, [15] = 2 }, .flags = EV(IP) | (flag)
#define MACS	   .src = { 2, 0, 0, 0, 0, 1 }, .dst = { 2, 0, 0, 0, 0, 2 }
#define PORTS	   .sport = 40000, .dport = 443
#define TCP	   EV(PORTS) | EV(TCP_FLAGS)

#define FROM_MACS "020000000002" "020000000001"
#define NO_MACS	  "000000000000" "000000000000"
#define ADDR4	  "c0000201" "c6336402"
#define ADDR6	  "20010db8000000000000000000000001" "20010db8000000000000000000000002"
#define FROM_TO	  "9c40" "01bb"
#define SEQ_ACK	  "00000000" "00000000"
#define PADN(next) next "00" "0104" "00000000"

static void ethernet(void **state)
{
	(void)state;
	assert_synth(FROM_MACS "0806", MACS, .len = 60, .eth_type = ETH_P_ARP);
	assert_synth(FROM_MACS "0806" "0001" "0800" "0604" "0002" "020000000003" "0a090001"
		     "020000000004" "0a090002",
		     .src = { 2, 0, 0, 0, 0, 1, 10, 9, 0, 1, 2, 0, 0, 0, 0, 3 },
		     .dst = { 2, 0, 0, 0, 0, 2, 10, 9, 0, 2, 2, 0, 0, 0, 0, 4 },
		     .len = 60, .eth_type = ETH_P_ARP, .arp_op = 2, .flags = EV(ARP));
	assert_synth(FROM_MACS "0026", MACS, .len = 60, .eth_type = 0x26);
	assert_synth(FROM_MACS "8100" "0064" "0806",
		     MACS, .len = 60, .eth_type = ETH_P_ARP, .vlan = 0x1064, .flags = EV(VLAN));
	assert_synth(FROM_MACS "88a8" "0064" "8100" "0000" "8100" "0000" "0806",
		     MACS, .len = 60, .eth_type = ETH_P_ARP, .vlan = 0x3064, .flags = EV(VLAN));
	/* A fifth tag is a type like any other. */
	assert_synth(FROM_MACS "88a8" "0fff" "8100" "0000" "8100" "0000" "8100" "0000" "8100",
		     MACS, .len = 60, .eth_type = ETH_P_8021Q, .vlan = 0x4fff, .flags = EV(VLAN));
}

static void ipv4(void **state)
{
	(void)state;
	assert_synth(NO_MACS "0800" "4500" "003c" "0000" "0000" "40" "06" "8e85" ADDR4
		     FROM_TO SEQ_ACK "5002" "ffff" "259c" "0000",
		     IPV4(TCP | EV(SYN)), .len = 74, .proto = IPPROTO_TCP, .tcp_flags = 2, PORTS);
	assert_synth(NO_MACS "0800" "4500" "0020" "0000" "0000" "09" "11" "c596" ADDR4
		     FROM_TO "000c" "75a3",
		     IPV4(EV(PORTS) | EV(LOW_TTL)), .len = 46, .proto = IPPROTO_UDP, PORTS);
	/* Its sum is 0, which would say that there is none. */
	assert_synth(NO_MACS "0800" "4500" "0020" "0000" "0000" "40" "11" "8e96" ADDR4
		     "9c40" "775e" "000c" "ffff",
		     IPV4(EV(PORTS)), .len = 46, .proto = IPPROTO_UDP, .sport = 40000,
		     .dport = 0x775e);
	assert_synth(NO_MACS "0800" "4500" "0054" "0000" "0000" "40" "01" "8e72" ADDR4
		     "0800" "f7ff" "00000000",
		     IPV4(EV(ICMP)), .len = 98, .proto = IPPROTO_ICMP, .icmp_type = 8);
	assert_synth(NO_MACS "0800" "4500" "0028" "0000" "0000" "40" "84" "8e1b" ADDR4
		     FROM_TO "00000000" "00000000",
		     IPV4(EV(PORTS)), .len = 54, .proto = IPPROTO_SCTP, PORTS);
	assert_synth(NO_MACS "0800" "4500" "0028" "0000" "0000" "40" "2f" "8e70" ADDR4,
		     IPV4(0), .len = 54, .proto = IPPROTO_GRE);
}

static void tcp_ae(void **state)
{
	(void)state;
	assert_synth(NO_MACS "0800" "4500" "003c" "0000" "0000" "40" "06" "8e85" ADDR4
		     FROM_TO SEQ_ACK "5102" "ffff" "249c" "0000",
		     IPV4(TCP | EV(SYN) | EV(AE)), .len = 74, .proto = IPPROTO_TCP,
		     .tcp_flags = 2, PORTS);
}

static void ipv4_fragments(void **state)
{
	(void)state;
	assert_synth(NO_MACS "0800" "4500" "0028" "0000" "2000" "40" "88" "6e17" ADDR4
		     FROM_TO "0008" "7528",
		     IPV4(EV(PORTS) | EV(FRAG)), .len = 54, .proto = IPPROTO_UDPLITE, PORTS);
	assert_synth(NO_MACS "0800" "4500" "0028" "0000" "2001" "40" "11" "6e8d" ADDR4,
		     IPV4(EV(FRAG) | EV(LATER)), .len = 54, .proto = IPPROTO_UDP);
}

static void ipv6(void **state)
{
	(void)state;
	assert_synth(NO_MACS "86dd" "60000000" "0008" "3a" "40" ADDR6 "8000" "2448" "00000000",
		     IPV6(EV(ICMP)), .len = 62, .proto = IPPROTO_ICMPV6, .icmp_type = 128);
	/* RFC 4443 asks for four bytes. */
	assert_synth(NO_MACS "86dd" "60000000" "0004" "3a" "09" ADDR6 "8000" "244c",
		     IPV6(EV(ICMP) | EV(LOW_TTL)), .len = 58, .proto = IPPROTO_ICMPV6,
		     .icmp_type = 128);
	assert_synth(NO_MACS "86dd" "60000000" "0000" "3b" "40" ADDR6,
		     IPV6(0), .len = 54, .proto = IPPROTO_NONE);
}

static void ipv6_fragments(void **state)
{
	(void)state;
	assert_synth(NO_MACS "86dd" "60000000" "0010" "2c" "40" ADDR6 "11" "00" "0001" "00000000"
		     FROM_TO "0008" "066e",
		     IPV6(EV(PORTS) | EV(FRAG)), .len = 70, .proto = IPPROTO_UDP, PORTS);
	assert_synth(NO_MACS "86dd" "60000000" "0010" "2c" "40" ADDR6 "11" "00" "0009" "00000000",
		     IPV6(EV(FRAG) | EV(LATER)), .len = 70, .proto = IPPROTO_UDP);
}

/* The ninth extension header, which is not walked. */
static void ipv6_long_chain(void **state)
{
	(void)state;
	assert_synth(NO_MACS "86dd" "60000000" "0048" "3c" "40" ADDR6
		     PADN("3c") PADN("3c") PADN("3c") PADN("3c")
		     PADN("3c") PADN("3c") PADN("3c") PADN("2b"),
		     IPV6(0), .len = 126, .proto = IPPROTO_ROUTING);
}

/* More than the length fields can say. */
static void large(void **state)
{
	(void)state;
	assert_synth(NO_MACS "0800" "4500" "0000" "0000" "0000" "40" "06" "8ec1" ADDR4
		     FROM_TO SEQ_ACK "5010" "ffff" "be76" "0000",
		     IPV4(TCP), .len = 92000, .proto = IPPROTO_TCP, .tcp_flags = 0x10, PORTS);
	assert_synth(NO_MACS "86dd" "60000000" "0000" "00" "40" ADDR6 "11" "00" "c204" "00011170"
		     FROM_TO "0000" "f514",
		     IPV6(EV(PORTS)), .len = 70054, .proto = IPPROTO_UDP, PORTS);
	assert_synth(NO_MACS "86dd" "60000000" "ffff" "2c" "40" ADDR6 "11" "00" "0009" "00000000",
		     IPV6(EV(FRAG) | EV(LATER)), .len = 70054, .proto = IPPROTO_UDP);
}

/* Only what is known, and no more than the frame had. */
static void malformed(void **state)
{
	(void)state;
	assert_synth("", .flags = EV(MALFORMED));
	assert_synth(FROM_MACS "88a8" "0064" "8100" "0000" "8100" "0000" "8100" "0000" "0806",
		     MACS, .len = 60, .eth_type = ETH_P_ARP, .vlan = 0xf064,
		     .flags = EV(VLAN) | EV(MALFORMED));
	assert_synth("0000000000", .len = 5, .flags = EV(MALFORMED));
	assert_synth(NO_MACS "0800" "4500" "0018" "0000" "0000" "40" "06" "8ea9" ADDR4 FROM_TO,
		     IPV4(EV(PORTS) | EV(MALFORMED)), .len = 38, .proto = IPPROTO_TCP, PORTS);
	assert_synth(NO_MACS "0800" "4500" "0004",
		     IPV4(EV(PORTS) | EV(MALFORMED)), .len = 18, .proto = IPPROTO_TCP, PORTS);
}

/* clang-format on */

static uint32_t add(uint32_t sum, const uint8_t *p, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	return sum;
}

/* RFC 1071: with the checksum in it the sum is -0. */
static void assert_sum(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	assert_int_equal(sum, 0xffff);
}

/* What the padded frame has from `l4` on, of `bytes`. */
static void check_l4_checksum(const struct packet_event *ev, const uint8_t *ip, const uint8_t *l4,
			      uint32_t bytes)
{
	bool v6 = ev->eth_type == ETH_P_IPV6;
	uint32_t sum;

	sum = ev->proto + bytes / 0x10000 + bytes % 0x10000;
	if (!v6 && ev->proto == IPPROTO_ICMP)
		sum = 0;
	else
		sum = v6 ? add(sum, ip + 8, 32) : add(sum, ip + 12, 8);
	assert_sum(add(sum, l4, bytes));
}

static void check_checksums(const struct packet_event *ev)
{
	uint32_t header, bytes, off = ETH_HLEN + 4u * XDPTAP_VLAN_DEPTH(ev->vlan);
	uint8_t *frame = synth_padded(ev, &bytes);

	if (ev->eth_type == ETH_P_IP)
		assert_sum(add(0, frame + off, 20));
	header = ev->flags & EV(TCP_FLAGS) ? 20 : 8;
	if (header > bytes)
		header = bytes;
	/* RFC 4443 has shorter messages: then it ends the frame. */
	if (ev->proto == IPPROTO_ICMPV6 && bytes == ev->len && ev->len < off + 40 + 8)
		header = ev->len - off - 40;
	if (!(ev->flags & EV(FRAG)) && ev->flags & (EV(ICMP) | EV(PORTS)) &&
	    ev->proto != IPPROTO_SCTP && ev->proto != IPPROTO_DCCP)
		check_l4_checksum(ev, frame + off, frame + bytes - header,
				  ev->len - (bytes - header));
	free(frame);
}

static uint64_t checked;

static void check(const uint8_t *data, uint32_t len)
{
	frame_t frame = { .data = data, .len = len };
	struct packet_event ev = {};
	char text[EVENT_DIFF_MAX];
	uint8_t made[SYNTH_MAX];

	parse_frame(&frame, len, &ev);
	assert_in_range(synth_frame(made, &ev), 0, len);
	if (ev.flags & EV(MALFORMED))
		return;
	if (synth_diff(&ev, text))
		fail_msg("%s", text);
	check_checksums(&ev);
	checked++;
}

/* Followed by so many zeros that the length fields can't tell. */
static void check_large(const uint8_t *data, uint32_t len, uint32_t zeros)
{
	static uint8_t large[2 * FRAME_MAX];

	memcpy(large, data, len);
	check(large, len + zeros);
	memset(large, 0, len);
}

static void captured_frames(void **state)
{
	const struct captured_frame *frames;
	size_t n = captures_load(&frames);

	(void)state;
	checked = 0;
	for (size_t i = 0; i < n; i++)
		check(frames[i].data, frames[i].len);
	print_message("# %zu frames, %llu of them well-formed\n", n, (unsigned long long)checked);
	assert_in_range(checked, n / 2, n);
}

static void random_frames(void **state)
{
	struct rng rng = rng_seeded(1);
	static struct frame f, other;

	(void)state;
	checked = 0;
	for (int i = 0; i < ROUNDS; i++) {
		if (rng_below(&rng, 16))
			random_build(&rng, &f);
		else
			random_noise(&rng, &f);
		if (!rng_below(&rng, 4)) {
			random_build(&rng, &other);
			mutate(&rng, &f, &other);
		}
		if (rng_below(&rng, 64))
			check(f.data, f.len);
		else
			check_large(f.data, f.len, rng_below(&rng, FRAME_MAX));
	}
	print_message("# %d frames, %llu of them well-formed\n", ROUNDS,
		      (unsigned long long)checked);
	assert_in_range(checked, ROUNDS / 2, ROUNDS);
}

/* No event can be relied on. */
static void random_events(void **state)
{
	struct rng rng = rng_seeded(2);
	struct packet_event ev;
	uint8_t *frame = malloc(SYNTH_MAX);

	(void)state;
	assert_non_null(frame);
	for (int i = 0; i < ROUNDS; i++) {
		rng_fill(&rng, &ev, sizeof(ev));
		if (rng_below(&rng, 4))
			ev.len %= 200;
		if (rng_below(&rng, 4))
			ev.eth_type = rng_below(&rng, 2) ? ETH_P_IP : ETH_P_IPV6;
		assert_in_range(synth_frame(frame, &ev), 0, ev.len);
	}
	free(frame);
}

static void comments(void **state)
{
	static const uint16_t flags[] = { 0, EV(IP), EV(MALFORMED), EV(IP) | EV(MALFORMED) };

	(void)state;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		const char *text = synth_comment(&(struct packet_event){ .flags = flags[i] });

		assert_non_null(strstr(text, "ynthesized from metadata"));
		assert_int_equal(strstr(text, "malformed") != NULL,
				 (flags[i] & EV(MALFORMED)) != 0);
		for (; *text; text++)
			assert_true(isprint((unsigned char)*text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ethernet),
		cmocka_unit_test(ipv4),
		cmocka_unit_test(tcp_ae),
		cmocka_unit_test(ipv4_fragments),
		cmocka_unit_test(ipv6),
		cmocka_unit_test(ipv6_fragments),
		cmocka_unit_test(ipv6_long_chain),
		cmocka_unit_test(large),
		cmocka_unit_test(malformed),
		cmocka_unit_test(captured_frames),
		cmocka_unit_test(random_frames),
		cmocka_unit_test(random_events),
		cmocka_unit_test(comments),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
