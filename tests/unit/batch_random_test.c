// SPDX-License-Identifier: BSD-2-Clause
/*
 * batch.c against a sort: one to nine rings in one to three sources, whose CPUs
 * take a place, read the clock and commit, each step at any moment between two
 * looks of the reader into a ring. What it gives out must be all packets, sorted by time, with
 * all of their bytes.
 * XDPTAP_SEED=n does the same again.
 */
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "reader/batch.h"
#include "tests/unit/fake_ring.h"

enum { ROUNDS = 100, RINGS_MAX = 9, SOURCES_MAX = 3, STEPS = 20000, SNAPLEN = 9000 };

/* A CPU, which has a ring to itself. */
struct cpu {
	enum { IDLE, RESERVED, TIMED } state;
	unsigned long pos;
	uint64_t ts;
	uint32_t caplen;
};

static uint64_t seed, rng_state;
static struct fake_ring fakes[RINGS_MAX];
static struct cpu cpus[RINGS_MAX];
static struct source list[SOURCES_MAX];
static struct sources sources = { .list = list };
static size_t n_rings;
static struct batch batch;
static bool cpus_run; /* while the reader reads */
static uint64_t given_back;
static uint32_t caplen_max; /* in this round */

/* Each event's time is its number: what comes out sorted and whole is 1, 2, 3, ... */
static uint64_t now, last_out;

/* 0 to limit - 1; xorshift64*. */
static uint64_t below(uint64_t limit)
{
	rng_state ^= rng_state >> 12;
	rng_state ^= rng_state << 25;
	rng_state ^= rng_state >> 27;
	return (rng_state * UINT64_C(0x2545f4914f6cdd1d) >> 33) % limit;
}

static bool has_room(const struct fake_ring *f, uint32_t caplen)
{
	return *f->producer - *f->consumer + ring_record_bytes(caplen) <= FAKE_RING_BYTES;
}

/* None, as without a snaplen, few, or as many as there may be. */
static uint32_t any_caplen(void)
{
	switch (below(8)) {
	case 0:
		return 0;
	case 1:
		return (uint32_t)below(caplen_max + 1);
	default:
		return (uint32_t)below(caplen_max < 64 ? caplen_max + 1 : 64);
	}
}

/* Shifts what comes after it off the record's size. */
static void put_discarded(struct fake_ring *f)
{
	static const unsigned char junk[RING_RECORD_BYTES - BPF_RINGBUF_HDR_SZ];
	uint32_t size = (uint32_t)below(sizeof(junk) + 1);

	fake_ring_put(f, size | BPF_RINGBUF_DISCARD_BIT, junk, size);
}

static void step_of_cpu(size_t i)
{
	struct cpu *cpu = &cpus[i];

	switch (cpu->state) {
	case IDLE:
		cpu->caplen = any_caplen();
		if (!has_room(&fakes[i], cpu->caplen))
			return;
		if (!below(16)) {
			put_discarded(&fakes[i]);
			return;
		}
		cpu->pos = fake_ring_reserve_packet(&fakes[i], cpu->caplen);
		cpu->state = RESERVED;
		break;
	case RESERVED:
		cpu->ts = ++now;
		cpu->state = TIMED;
		break;
	case TIMED:
		fake_ring_commit_packet(&fakes[i], cpu->pos, cpu->ts, cpu->caplen);
		cpu->state = IDLE;
		break;
	}
}

static void steps_meanwhile(void)
{
	while (cpus_run && !below(3))
		step_of_cpu(below(n_rings));
}

/* What batch.c calls instead: the linker's --wrap. */
int __real_ring_look(struct ring *ring);
int __wrap_ring_look(struct ring *ring);
int __real_ring_peek(struct ring *ring, struct packet *packet);
int __wrap_ring_peek(struct ring *ring, struct packet *packet);
void __real_ring_untake(struct ring *ring, const struct packet *packet, unsigned long end);
void __wrap_ring_untake(struct ring *ring, const struct packet *packet, unsigned long end);

int __wrap_ring_look(struct ring *ring)
{
	steps_meanwhile();
	return __real_ring_look(ring);
}

int __wrap_ring_peek(struct ring *ring, struct packet *packet)
{
	steps_meanwhile();
	return __real_ring_peek(ring, packet);
}

void __wrap_ring_untake(struct ring *ring, const struct packet *packet, unsigned long end)
{
	given_back += packet->caplen > 0;
	__real_ring_untake(ring, packet, end);
}

static void assert_next(const struct packet *packet)
{
	assert_int_equal(packet->event->ts_ns, ++last_out);
	assert_int_equal(packet->caplen, packet->event->len - FAKE_RING_LEN);
	for (uint32_t i = 0; i < packet->caplen; i++)
		if (packet_bytes(packet)[i] != (uint8_t)last_out)
			fail_msg("byte %u of packet %ju is another's", i, (uintmax_t)last_out);
}

static void step_of_reader(void)
{
	batch_fill(&batch, below(4) ? BATCH_MAX : below(BATCH_MAX));
	for (size_t i = 0; i < batch.n; i++)
		assert_next(&batch.entries[i].packet);
	if (below(4))
		batch_release(&batch, batch.n);
}

/* Positions start anywhere, so that some wrap. */
static void open_all(void)
{
	size_t opened = 0, n;

	n_rings = 1 + below(RINGS_MAX);
	sources.n = 1 + below(n_rings < SOURCES_MAX ? n_rings : SOURCES_MAX);
	for (size_t i = 0; i < sources.n; i++) {
		n = i + 1 < sources.n ? 1 + below(n_rings - opened - (sources.n - i - 1))
				      : n_rings - opened;
		list[i] = fake_source_open(fakes + opened, (uint32_t)n, -8 * below(100000));
		opened += n;
	}
	for (size_t i = 0; i < n_rings; i++)
		cpus[i].state = IDLE;
	caplen_max = (uint32_t)(below(2) * below(SNAPLEN + 1));
	assert_int_equal(batch_open(&batch, &sources), 0);
	now = last_out = 0;
}

static void close_all(void)
{
	size_t closed = 0;

	batch_close(&batch);
	for (size_t i = 0; i < sources.n; i++) {
		fake_source_close(&list[i], fakes + closed);
		closed += list[i].tap.meta.rings;
	}
}

static void round_of_steps(void)
{
	/* From a reader that looks all the time to one that lets rings fill. */
	uint64_t rarely = 2 + below(2) * below(2000);

	cpus_run = true;
	for (int i = 0; i < STEPS; i++) {
		if (below(rarely))
			step_of_cpu(below(n_rings));
		else
			step_of_reader();
	}
	cpus_run = false;
	for (size_t i = 0; i < n_rings; i++)
		while (cpus[i].state != IDLE)
			step_of_cpu(i);
	for (int i = 0; i < STEPS && last_out < now; i++)
		step_of_reader();
	assert_int_equal(last_out, now);
	batch_fill(&batch, BATCH_MAX);
	batch_release(&batch, batch.n);
	for (size_t i = 0; i < n_rings; i++)
		assert_int_equal(*fakes[i].consumer, *fakes[i].producer);
}

static void sorted_by_time_and_whole(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		rng_state = (seed + i) * UINT64_C(0x9e3779b97f4a7c15) | 1;
		open_all();
		round_of_steps();
		close_all();
	}
	assert_true(given_back > ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorted_by_time_and_whole),
	};
	const char *text = getenv("XDPTAP_SEED");

	if (getrandom(&seed, sizeof(seed) / 2, 0) < 0)
		seed = 1;
	if (text)
		seed = strtoull(text, NULL, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	print_message("# XDPTAP_SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
