// SPDX-License-Identifier: BSD-2-Clause
/* Running a program in a loop of the kernel, on one CPU or on two. */
#include <errno.h>
#include <pthread.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "tests/bench/bench.h"
#include "tests/bench/disturb.h"
#include "tests/bench/test_run.h"

enum { CPUS_MAX = 2 };

int test_run(int prog_fd, enum packet packet, int repeat, double *ns)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .repeat = repeat);
	struct taken taken;
	long long start;

	opts.data_in = packet_data(packet, &opts.data_size_in);
	taken_start(&taken);
	start = bench_now();
	if (bpf_prog_test_run_opts(prog_fd, &opts))
		return bench_fail(-errno, "cannot run the program");
	*ns = (double)(bench_now() - start) / repeat;
	if (opts.retval != XDP_PASS)
		return bench_fail(-EPROTO, "the program returned %u", opts.retval);
	return taken_any(&taken) ? -EAGAIN : 0;
}

struct producer {
	pthread_t thread;
	pthread_barrier_t *begin;
	int cpu, prog_fd, repeat;
	enum packet packet;
	long long from, to;
	int err;
};

static void *produce(void *arg)
{
	struct producer *p = arg;
	double ns;

	p->err = bench_pin(p->cpu);
	pthread_barrier_wait(p->begin);
	if (p->err)
		return NULL;
	p->from = bench_now();
	p->err = test_run(p->prog_fd, p->packet, p->repeat, &ns);
	p->to = bench_now();
	return NULL;
}

int test_run_cpus(int prog_fd, enum packet packet, int repeat, int n, double *ns)
{
	static const int cpus[CPUS_MAX] = { PRODUCER_CPU, READER_CPU };
	struct producer producers[CPUS_MAX];
	pthread_barrier_t begin;
	long long from, to;
	int started = 0, err = 0;

	/* The frame is built before they share it. */
	packet_data(packet, &(__u32){ 0 });
	pthread_barrier_init(&begin, NULL, (unsigned int)n);
	for (; started < n; started++) {
		producers[started] = (struct producer){ .begin = &begin,
							.cpu = cpus[started],
							.prog_fd = prog_fd,
							.repeat = repeat,
							.packet = packet };
		err = -pthread_create(&producers[started].thread, NULL, produce,
				      &producers[started]);
		if (err)
			return bench_fail(err, "no thread"); /* main() ends: others wait on */
	}
	for (int i = 0; i < n; i++)
		pthread_join(producers[i].thread, NULL);
	pthread_barrier_destroy(&begin);

	from = producers[0].from;
	to = producers[0].to;
	for (int i = 0; i < n; i++) {
		if (producers[i].err && (producers[i].err != -EAGAIN || n == 1))
			err = producers[i].err;
		from = producers[i].from < from ? producers[i].from : from;
		to = producers[i].to > to ? producers[i].to : to;
	}
	*ns = (double)(to - from) / ((double)repeat * n);
	return err;
}
