// SPDX-License-Identifier: BSD-2-Clause
/* reader/text/address.c and digits.h, against inet_ntop() and printf(). */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "reader/text/address.h"
#include "reader/text/digits.h"

enum { ROUNDS = 1000000 };

/* xorshift64: the same numbers in each run. */
static uint64_t random_state = 88172645463325252u;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static void check_ipv6(const uint8_t ip[16])
{
	char got[ADDRESS_IPV6_MAX + 1], want[INET6_ADDRSTRLEN];

	*address_put_ipv6(got, ip) = '\0';
	assert_non_null(inet_ntop(AF_INET6, ip, want, sizeof(want)));
	if (strcmp(got, want))
		fail_msg("%s instead of %s", got, want);
}

/* Each field is 0, small or random, so that runs of zeros of all shapes occur. */
static void ipv6_random(void **state)
{
	uint8_t ip[16];

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t shape = next_random();

		for (int word = 0; word < 8; word++, shape >>= 2) {
			uint64_t value = next_random();

			if (shape % 4 < 2)
				value = 0;
			else if (shape % 4 == 2)
				value = 1ull << value % 16;
			ip[2 * word] = (uint8_t)(value >> 8);
			ip[2 * word + 1] = (uint8_t)value;
		}
		check_ipv6(ip);
	}
}

/* Every way in which fields can be zero, with ffff and with 1 in the others. */
static void ipv6_zero_runs(void **state)
{
	uint8_t ip[16];

	(void)state;
	for (int set = 0; set < 256; set++) {
		memset(ip, 0, sizeof(ip));
		for (int word = 0; word < 8; word++)
			if (set & 1 << word)
				ip[2 * word] = ip[2 * word + 1] = 0xff;
		check_ipv6(ip);
		for (int word = 0; word < 8; word++)
			ip[2 * word] = 0;
		check_ipv6(ip);
	}
}

static void ipv6_text(const char *text)
{
	char got[ADDRESS_IPV6_MAX + 1];
	uint8_t ip[16];

	assert_int_equal(inet_pton(AF_INET6, text, ip), 1);
	*address_put_ipv6(got, ip) = '\0';
	assert_string_equal(got, text);
}

/* RFC 5952, and its section on the embedded IPv4 addresses of RFC 4291. */
static void ipv6_rfc5952(void **state)
{
	(void)state;
	ipv6_text("::");
	ipv6_text("::1");
	ipv6_text("1::");
	ipv6_text("2001:db8::1");
	ipv6_text("2001:db8:0:1:1:1:1:1");
	ipv6_text("2001:0:0:1::1");
	ipv6_text("2001:db8::1:0:0:1");
	ipv6_text("ff02::1:ff00:2");
	ipv6_text("::ffff:1.2.3.4");
	ipv6_text("::ffff:255.255.255.255");
	ipv6_text("64:ff9b::102:304");
	ipv6_text("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

static void ipv4(void **state)
{
	char got[ADDRESS_IPV4_MAX + 1], want[INET_ADDRSTRLEN];
	uint8_t ip[4];

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t value = (uint32_t)next_random();

		memcpy(ip, &value, 4);
		*address_put_ipv4(got, ip) = '\0';
		inet_ntop(AF_INET, ip, want, sizeof(want));
		assert_string_equal(got, want);
	}
}

static void mac(void **state)
{
	char got[ADDRESS_MAC_BYTES + 1];

	(void)state;
	*address_put_mac(got, (const uint8_t[]){ 0x02, 0, 0xab, 0xCD, 0x0f, 0xf0 }) = '\0';
	assert_string_equal(got, "02:00:ab:cd:0f:f0");
	*address_put_mac(got, (const uint8_t[]){ 255, 255, 255, 255, 255, 255 }) = '\0';
	assert_string_equal(got, "ff:ff:ff:ff:ff:ff");
}

static void decimal(void **state)
{
	char got[16], want[16];
	uint64_t value;

	(void)state;
	for (int bits = 0; bits <= 32; bits++) {
		for (int i = -2; i <= 2; i++) {
			value = ((uint64_t)1 << bits) + (uint64_t)i;
			*digits_put_u32(got, (uint32_t)value) = '\0';
			snprintf(want, sizeof(want), "%u", (uint32_t)value);
			assert_string_equal(got, want);
		}
	}
	for (value = 1; value <= UINT32_MAX; value *= 10) {
		*digits_put_u32(got, (uint32_t)value - 1) = '\0';
		snprintf(want, sizeof(want), "%u", (uint32_t)value - 1);
		assert_string_equal(got, want);
		*digits_put_u32(got, (uint32_t)value) = '\0';
		snprintf(want, sizeof(want), "%u", (uint32_t)value);
		assert_string_equal(got, want);
	}
}

static void hexadecimal(void **state)
{
	char got[8], want[8];

	(void)state;
	for (unsigned int value = 0; value <= UINT16_MAX; value++) {
		*digits_put_hex16(got, (uint16_t)value) = '\0';
		snprintf(want, sizeof(want), "%x", value);
		assert_string_equal(got, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv6_random),  cmocka_unit_test(ipv6_zero_runs),
		cmocka_unit_test(ipv6_rfc5952), cmocka_unit_test(ipv4),
		cmocka_unit_test(mac),          cmocka_unit_test(decimal),
		cmocka_unit_test(hexadecimal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
