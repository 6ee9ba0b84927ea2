// SPDX-License-Identifier: BSD-2-Clause
/* Loading and holding the floor's programs, emptying their rings. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <bpf/libbpf.h>

#include "tests/bench/naive.skel.h"
#include "tests/bench/bench.h"
#include "tests/bench/floor.h"
#include "tests/bench/floor.skel.h"
#include "tests/bench/sandbox.h"

static struct {
	struct floor_bpf *skel;
	struct naive_bpf *naive;
	struct ring_buffer *rings;
	int progs[FLOOR_PROGS];
	int held;
} floors;

static int take(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

static void name_veth(int i, char name[16], char peer[16])
{
	snprintf(name, 16, "floor%hhu", (unsigned char)i);
	snprintf(peer, 16, "floor%hhupeer", (unsigned char)i);
}

static int hold_all(void)
{
	char name[16], peer[16];
	int err = 0;

	for (; floors.held < FLOOR_PROGS && !err; floors.held++) {
		name_veth(floors.held, name, peer);
		err = sandbox_veth(name, peer);
		if (!err)
			err = sandbox_attach(name, floors.progs[floors.held]);
	}
	return err;
}

int floor_open(void)
{
	int err;

	floors.skel = floor_bpf__open_and_load();
	floors.naive = floors.skel ? naive_bpf__open_and_load() : NULL;
	if (!floors.naive) {
		err = bench_fail(-errno, "cannot load a BPF program");
		goto out;
	}
	floors.progs[FLOOR_PASS] = bpf_program__fd(floors.skel->progs.floor_pass);
	floors.progs[FLOOR_KTIME] = bpf_program__fd(floors.skel->progs.floor_ktime);
	floors.progs[FLOOR_TAI] = bpf_program__fd(floors.skel->progs.floor_tai);
	floors.progs[FLOOR_RING] = bpf_program__fd(floors.skel->progs.floor_ring);
	floors.progs[FLOOR_NAIVE] = bpf_program__fd(floors.naive->progs.naive);

	floors.rings =
		ring_buffer__new(bpf_map__fd(floors.skel->maps.floor_ring_map), take, NULL, NULL);
	err = floors.rings
		      ? ring_buffer__add(floors.rings, bpf_map__fd(floors.naive->maps.naive_ring),
					 take, NULL)
		      : -errno;
	if (err)
		err = bench_fail(err, "cannot map a ring");
	else
		err = hold_all();
out:
	if (err)
		floor_close();
	return err;
}

void floor_close(void)
{
	char name[16], peer[16];

	while (floors.held) {
		name_veth(--floors.held, name, peer);
		sandbox_veth_delete(name);
	}
	ring_buffer__free(floors.rings);
	naive_bpf__destroy(floors.naive);
	floor_bpf__destroy(floors.skel);
	memset(&floors, 0, sizeof(floors));
}

int floor_prog_fd(enum floor_prog which)
{
	return floors.progs[which];
}

long long floor_empty(void)
{
	int n = ring_buffer__consume(floors.rings);

	return n < 0 ? bench_fail(n, "cannot read a ring") : n;
}

static void *consume(void *arg)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	struct floor_consumer *c = arg;
	struct timespec used;
	bool last = false;
	int n;

	c->err = bench_pin(READER_CPU);
	while (!c->err && !last) {
		last = __atomic_load_n(&c->stop, __ATOMIC_ACQUIRE);
		n = ring_buffer__consume(floors.rings);
		if (n < 0)
			c->err = bench_fail(n, "cannot read a ring");
		else
			c->taken += n;
		if (!n && !last)
			nanosleep(&pause, NULL);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	c->cpu_ns = used.tv_sec * 1000000000LL + used.tv_nsec;
	return NULL;
}

int floor_consumer_start(struct floor_consumer *c)
{
	int err;

	memset(c, 0, sizeof(*c));
	err = -pthread_create(&c->thread, NULL, consume, c);
	return err ? bench_fail(err, "no thread") : 0;
}

int floor_consumer_stop(struct floor_consumer *c)
{
	__atomic_store_n(&c->stop, true, __ATOMIC_RELEASE);
	pthread_join(c->thread, NULL);
	return c->err;
}
