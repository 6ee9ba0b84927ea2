// SPDX-License-Identifier: BSD-2-Clause
/*
 * batch.c against CPUs that really run beside it: threads that take a place,
 * read a clock, write and commit, and are held up at times in between. What it
 * gives out must be sorted by time.
 */
#include <linux/bpf.h>
#include <pthread.h>
#include <sched.h>

#include "reader/batch.h"
#include "tests/unit/fake_ring.h"

enum { CPUS = 3, EVENTS = 1000000 };

static struct fake_ring fakes[CPUS];
static uint64_t now; /* a time is given once, and grows: sorted is 1, 2, 3, ... */

static void hold_up(unsigned int turns)
{
	for (volatile unsigned int i = 0; i < turns; i++)
		;
}

/*
 * As the kernel does it, for a record that does not cross the ring's end: there
 * is no need for its second copy.
 */
static void put_event(struct fake_ring *f, unsigned int turns)
{
	unsigned long pos = *f->producer;
	uint32_t *header = (void *)(f->data + pos % FAKE_RING_BYTES);
	struct packet_event *ev = (void *)(header + 2);

	while (pos + RING_RECORD_BYTES - __atomic_load_n(f->consumer, __ATOMIC_ACQUIRE) >
	       FAKE_RING_BYTES)
		sched_yield();
	__atomic_store_n(header, sizeof(*ev) | BPF_RINGBUF_BUSY_BIT, __ATOMIC_RELAXED);
	__atomic_store_n(f->producer, pos + RING_RECORD_BYTES, __ATOMIC_SEQ_CST);
	hold_up(turns);
	ev->ts_ns = __atomic_add_fetch(&now, 1, __ATOMIC_SEQ_CST);
	hold_up(turns);
	__atomic_store_n(header, sizeof(*ev), __ATOMIC_SEQ_CST);
}

static void *run_cpu(void *ring)
{
	unsigned int random = (unsigned int)((struct fake_ring *)ring - fakes) + 1;

	for (int i = 0; i < EVENTS; i++) {
		random = random * 1103515245 + 12345;
		put_event(ring, random >> 16 & 255 ? random >> 24 & 63 : 5000);
	}
	return NULL;
}

static void sorted_while_threads_write(void **state)
{
	struct source s = fake_source_open(fakes, CPUS, 0);
	struct sources sources = { .list = &s, .n = 1 };
	pthread_t threads[CPUS];
	struct batch batch;
	uint64_t out = 0, wrong = 0;

	(void)state;
	assert_int_equal(batch_open(&batch, &sources), 0);
	for (int i = 0; i < CPUS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run_cpu, &fakes[i]), 0);
	while (out < CPUS * EVENTS) {
		batch_fill(&batch, BATCH_MAX);
		for (size_t i = 0; i < batch.n; i++)
			wrong += batch.entries[i].packet.event->ts_ns != ++out;
		batch_release(&batch, batch.n);
	}
	for (int i = 0; i < CPUS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(wrong, 0);
	batch_close(&batch);
	fake_source_close(&s, fakes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorted_while_threads_write),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
