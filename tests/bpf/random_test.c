// SPDX-License-Identifier: BSD-2-Clause
/*
 * Random and damaged frames: the program in the kernel must say the same as its
 * parser compiled for user space, and that one the same in both its ways. Run by `make test-bpf`.
 * XDPTAP_SEED=n gives the same frames again, XDPTAP_FRAMES=n says how many.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <netinet/in.h> /* before linux/in.h, which then leaves out what it has */

#include "bpf/parse.h"
#include "tests/bpf/captures.h"
#include "tests/bpf/check.h"
#include "tests/bpf/mutate.h"
#include "tests/bpf/plain_diff.h"

/* About ten seconds. */
#define DEFAULT_FRAMES 1000000

static __u64 seed, frames, current;
static const struct captured_frame *captured;
static size_t n_captured;
static int can_split;

/* What the frames were like: the test is worth something only if many get far. */
static const struct {
	const char *name;
	__u16 flag;
} kinds[] = {
	{ "IP", EV(IP) },           { "ports", EV(PORTS) },         { "TCP flags", EV(TCP_FLAGS) },
	{ "ICMP", EV(ICMP) },       { "fragments", EV(FRAG) },      { "VLAN", EV(VLAN) },
	{ "low TTL", EV(LOW_TTL) }, { "malformed", EV(MALFORMED) },
};
static __u64 seen[sizeof(kinds) / sizeof(kinds[0])];
static __u64 seen_plain; /* that parse_plain() took */

static __u64 from_environment(const char *name, __u64 otherwise)
{
	const char *text = getenv(name);
	char *end;
	__u64 n;

	if (!text || !*text)
		return otherwise;
	n = strtoull(text, &end, 0);
	if (*end) {
		printf("Bail out! %s: not a number: %s\n", name, text);
		exit(1);
	}
	return n;
}

/* In memory of exactly its size, so that a sanitizer sees what is read beyond. */
static struct packet_event parse_in_user_space(const struct frame *f)
{
	struct packet_event ev = {};
	__u8 *exact = malloc(f->len);
	frame_t frame = { .data = exact, .len = f->len };
	char text[EVENT_DIFF_MAX];

	assert_non_null(exact);
	memcpy(exact, f->data, f->len);
	parse_frame(&frame, f->len, &ev);
	seen_plain += (__u64)plain_diff(&frame, text);
	if (*text)
		_assert_true(0, text, __FILE__, __LINE__);
	free(exact);
	return ev;
}

static void compare(struct rng *rng, const struct frame *f)
{
	struct packet_event want = parse_in_user_space(f);
	struct run_input in = { .data = f->data, .len = f->len };

	/* The kernel has 17 pages for what is not linear. */
	if (can_split && f->len <= 65536 && rng_below(rng, 2))
		in.linear = 1 + rng_below(rng, f->len < 128 ? f->len : 128);
	if (!rng_below(rng, 8))
		in.metadata = 4 * rng_below(rng, 9);
	assert_run_gives(&in, &want);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		seen[i] += !!(want.flags & kinds[i].flag);
}

static void take_captured(struct frame *f, size_t i)
{
	f->len = captured[i].len < FRAME_MAX ? captured[i].len : FRAME_MAX;
	memcpy(f->data, captured[i].data, f->len);
	for (; f->len < RUN_MIN; f->len++)
		f->data[f->len] = 0;
}

static void make(struct rng *rng, struct frame *f)
{
	__u32 kind = rng_below(rng, 8);

	if (kind == 0)
		random_noise(rng, f);
	else if (kind < 4 && n_captured)
		take_captured(f, rng_below(rng, (__u32)n_captured));
	else
		random_build(rng, f);
}

/* Frame n of a seed is frame 0 of seed + n. */
static void random_frames(void **state)
{
	static struct frame f, other;

	(void)state;
	for (current = 0; current < frames; current++) {
		struct rng rng = rng_seeded(seed + current);

		make(&rng, &f);
		if (rng_below(&rng, 8)) {
			make(&rng, &other);
			mutate(&rng, &f, &other);
		}
		compare(&rng, &f);
	}
}

static void captured_frames_as_they_are(void **state)
{
	struct rng rng = rng_seeded(seed);
	static struct frame f;

	(void)state;
	for (size_t i = 0; i < n_captured; i++) {
		take_captured(&f, i);
		compare(&rng, &f);
	}
}

static int print_what_was_run(void **state)
{
	print_message("# %zu captured frames, then %llu random ones\n#", n_captured, current);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		print_message(" %s: %llu%s", kinds[i].name, seen[i],
			      i + 1 < sizeof(kinds) / sizeof(kinds[0]) ? "," : "\n");
	print_message("# plain: %llu\n", seen_plain);
	if (current < frames)
		print_error("# XDPTAP_SEED=%llu XDPTAP_FRAMES=1 gives that random frame again\n",
			    seed + current);
	return run_close(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captured_frames_as_they_are),
		cmocka_unit_test(random_frames),
	};
	__u64 now = 0;

	if (getrandom(&now, sizeof(now) / 2, 0) < 0)
		now = 1;
	seed = from_environment("XDPTAP_SEED", now);
	frames = from_environment("XDPTAP_FRAMES", DEFAULT_FRAMES);
	n_captured = captures_load(&captured);

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	can_split = run_can_split();
	print_message("# XDPTAP_SEED=%llu XDPTAP_FRAMES=%llu\n", seed, frames);
	return cmocka_run_group_tests(tests, NULL, print_what_was_run);
}
