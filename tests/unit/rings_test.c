// SPDX-License-Identifier: BSD-2-Clause
/* The rings of a tap: how the loader splits their size, and how their pins are named. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "loader/rings.h"
#include "pin/tap.h"

#define K (1u << 10)
#define M (1u << 20)

static const __u32 cpu_counts[] = { 1, 2, 3, 4, 6, 7, 8, 64, 65, 96, 128, 255, 256, 300, 8192 };

#define N_CPU_COUNTS (sizeof(cpu_counts) / sizeof(cpu_counts[0]))

#define FULL XDPTAP_SNAPLEN_MAX

static const __u32 snaplens[] = {
	0, 1, 7, 8, 64, 1500, 4024, 4032, 65536, 131069, XDPTAP_CAPLEN_MAX, FULL
};

#define N_SNAPLENS (sizeof(snaplens) / sizeof(snaplens[0]))

/* Not a power of two of pages everywhere: 4K here, 64K elsewhere. */
static __u32 page_bytes(void)
{
	return (__u32)sysconf(_SC_PAGESIZE);
}

static void assert_split(__u32 total, __u32 n, __u32 cpus, __u32 want_rings, __u32 want_each)
{
	__u32 rings = 0, each = 0;

	assert_int_equal(rings_split(total, n, cpus, 0, &rings, &each), 0);
	assert_int_equal(rings, want_rings);
	assert_int_equal(each, want_each);
}

static void a_ring_a_cpu(void **state)
{
	(void)state;
	assert_split(16 * M, RINGS_AUTO, 1, 1, 16 * M);
	assert_split(16 * M, RINGS_AUTO, 2, 2, 8 * M);
	assert_split(16 * M, RINGS_AUTO, 3, 3, 4 * M);
	assert_split(16 * M, RINGS_AUTO, 6, 6, 2 * M);
	assert_split(16 * M, RINGS_AUTO, 8, 8, 2 * M);
	assert_split(2048 * M, RINGS_AUTO, 300, 300, 4 * M);
}

static void as_far_as_each_has_enough(void **state)
{
	(void)state;
	assert_split(16 * M, RINGS_AUTO, 64, 64, 256 * K);
	assert_split(16 * M, RINGS_AUTO, 96, 64, 256 * K);
	assert_split(16 * M, RINGS_AUTO, 300, 64, 256 * K);
	assert_split(512 * K, RINGS_AUTO, 300, 2, 256 * K);
	assert_split(256 * K, RINGS_AUTO, 300, 1, 256 * K);
	assert_split(64 * K, RINGS_AUTO, 300, 1, 64 * K);
}

/* Whatever that leaves of the total. */
static void as_many_as_were_asked_for(void **state)
{
	(void)state;
	assert_split(16 * M, 1, 96, 1, 16 * M);
	assert_split(16 * M, 3, 96, 3, 4 * M);
	assert_split(16 * M, 96, 96, 96, 128 * K);
	assert_split(16 * M, 5, 2, 5, 2 * M);
	assert_split(2 * page_bytes(), 2, 2, 2, page_bytes());
	assert_split(4 * page_bytes(), 3, 3, 3, page_bytes());
}

static void never_less_than_a_page(void **state)
{
	__u32 rings = 77, each = 88;

	(void)state;
	assert_int_equal(rings_split(page_bytes(), 2, 2, 0, &rings, &each), -EINVAL);
	assert_int_equal(rings_split(2 * page_bytes(), 3, 3, 0, &rings, &each), -EINVAL);
	assert_int_equal(rings_split(page_bytes(), 8192, 8192, 0, &rings, &each), -EINVAL);
	assert_int_equal(rings_split(page_bytes(), UINT32_MAX, 1, 0, &rings, &each), -EINVAL);
	assert_int_equal(rings_split(page_bytes() / 2, RINGS_AUTO, 1, 0, &rings, &each), -EINVAL);
	assert_int_equal(rings, 77);
	assert_int_equal(each, 88);
}

/* All sizes, all numbers of rings up to the CPUs': what the header promises. */
static void always_powers_of_two_within_the_total(void **state)
{
	__u32 rings, each;

	(void)state;
	for (__u32 total = page_bytes(); total; total *= 2) {
		for (size_t i = 0; i < N_CPU_COUNTS; i++) {
			for (__u32 n = RINGS_AUTO; n <= cpu_counts[i]; n++) {
				if (rings_split(total, n, cpu_counts[i], 0, &rings, &each)) {
					assert_true(n > 1);
					assert_true((__u64)n * page_bytes() > total);
					continue;
				}
				if (n == RINGS_AUTO)
					assert_in_range(rings, 1, cpu_counts[i]);
				else
					assert_int_equal(rings, n);
				assert_int_equal(each & (each - 1), 0);
				assert_true(each >= page_bytes());
				assert_true((__u64)rings * each <= total);
				assert_true((__u64)rings * each * 2 > total);
			}
		}
	}
}

static void assert_split_snaplen(__u32 total, __u32 n, __u32 cpus, __u32 snaplen, __u32 want_rings,
				 __u32 want_each)
{
	__u32 rings = 0, each = 0;

	assert_int_equal(rings_split(total, n, cpus, snaplen, &rings, &each), 0);
	assert_int_equal(rings, want_rings);
	assert_int_equal(each, want_each);
}

/* Of 64 bytes and the snaplen, rounded up to 8; but no XDP program reads more than 131,070. */
static void auto_leaves_room_for_two_records(void **state)
{
	(void)state;
	assert_split_snaplen(16 * M, RINGS_AUTO, 300, 1500, 64, 256 * K);
	assert_split_snaplen(16 * M, RINGS_AUTO, 300, 131000, 64, 256 * K);
	assert_split_snaplen(16 * M, RINGS_AUTO, 300, 131008, 64, 256 * K);
	assert_split_snaplen(16 * M, RINGS_AUTO, 300, 131009, 32, 512 * K);
	assert_split_snaplen(16 * M, RINGS_AUTO, 300, FULL, 32, 512 * K);
	assert_split_snaplen(16 * M, RINGS_AUTO, 2, FULL, 2, 8 * M);
	assert_split_snaplen(512 * K, RINGS_AUTO, 300, FULL, 1, 512 * K);
	assert_split_snaplen(256 * K, RINGS_AUTO, 300, FULL, 1, 256 * K);
	assert_split_snaplen(16 * M, 64, 64, FULL, 64, 256 * K);
}

/* The kernel keeps a byte free: a record as large as its ring has no room. */
static void least_that_holds_a_record(void **state)
{
	const __u32 page = page_bytes();

	(void)state;
	assert_int_equal(rings_min_bytes(RINGS_AUTO, 0), page);
	assert_int_equal(rings_min_bytes(1, page - 64 - 8), page);
	assert_int_equal(rings_min_bytes(1, page - 64 - 7), 2 * page);
	assert_int_equal(rings_min_bytes(1, page - 64), 2 * page);
	assert_int_equal(rings_min_bytes(3, page - 64), 8 * page);
	assert_int_equal(rings_min_bytes(RINGS_AUTO, FULL), 256 * K);
	assert_int_equal(rings_min_bytes(4, FULL), 1 * M);
	assert_int_equal(rings_min_bytes(8192, FULL), 2048ull * M);
}

static void with_that_it_can_be_split_and_with_less_not(void **state)
{
	__u32 rings, each;
	__u64 least;

	(void)state;
	for (size_t s = 0; s < N_SNAPLENS; s++) {
		for (__u32 n = RINGS_AUTO; n <= 300; n++) {
			least = rings_min_bytes(n, snaplens[s]);
			assert_int_equal(
				rings_split((__u32)least, n, 300, snaplens[s], &rings, &each), 0);
			assert_int_equal(rings_min_bytes(1, snaplens[s]), each);
			assert_int_equal(
				rings_split((__u32)least / 2, n, 300, snaplens[s], &rings, &each),
				-EINVAL);
			assert_int_equal(rings_split(2048 * M, n, 300, snaplens[s], &rings, &each),
					 0);
			assert_true(each >= rings_min_bytes(1, snaplens[s]));
		}
	}
}

static void names_of_their_pins(void **state)
{
	char buf[TAP_NAME_RING_MAX];

	(void)state;
	assert_string_equal(tap_name_ring(buf, 0), "packet_ringbuf");
	assert_string_equal(tap_name_ring(buf, 1), "packet_ringbuf_1");
	assert_string_equal(tap_name_ring(buf, 10), "packet_ringbuf_10");
	assert_string_equal(tap_name_ring(buf, 8191), "packet_ringbuf_8191");
	assert_string_equal(tap_name_ring(buf, UINT32_MAX), "packet_ringbuf_4294967295");
}

/* Looked at so often that a ring can't go from below half to full in between. */
static void look_every(void **state)
{
	(void)state;
	assert_int_equal(rings_look_every(2, 8 << 20, 2, 0), XDPTAP_WAKEUP_LOOK_MAX);
	assert_int_equal(rings_look_every(1, 16 << 20, 256, 0), XDPTAP_WAKEUP_LOOK_MAX);
	assert_int_equal(rings_look_every(1, 4096, 1, 0), 16);
	assert_int_equal(rings_look_every(1, 4096, 2, 0), 8);
	assert_int_equal(rings_look_every(1, 4096, 3, 0), 4);
	assert_int_equal(rings_look_every(1, 4096, 8192, 0), 1);
	assert_int_equal(rings_look_every(3, 8192, 4, 0), 16);
	assert_int_equal(rings_look_every(2, 8 << 20, 2, 1500), XDPTAP_WAKEUP_LOOK_MAX);
	assert_int_equal(rings_look_every(2, 8 << 20, 2, FULL), 8);
	assert_int_equal(rings_look_every(1, 4096, 1, 64), 8);
	assert_int_equal(rings_look_every(1, 4096, 1, 65), 4);
	assert_int_equal(rings_look_every(1, 256 << 10, 1, FULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ring_a_cpu),
		cmocka_unit_test(as_far_as_each_has_enough),
		cmocka_unit_test(as_many_as_were_asked_for),
		cmocka_unit_test(never_less_than_a_page),
		cmocka_unit_test(always_powers_of_two_within_the_total),
		cmocka_unit_test(auto_leaves_room_for_two_records),
		cmocka_unit_test(least_that_holds_a_record),
		cmocka_unit_test(with_that_it_can_be_split_and_with_less_not),
		cmocka_unit_test(names_of_their_pins),
		cmocka_unit_test(look_every),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
