// SPDX-License-Identifier: BSD-2-Clause
/* CPU time that was not ours; the sections ask at the end of a run. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/disturb.h"
#include "tests/bench/process.h"

enum { PERCENT_TAKEN = 2, LEAST_TAKEN = 200 * 1000, PERCENT_OTHERS = 4 };

static long long clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void taken_start(struct taken *t)
{
	t->wall = bench_now();
	t->ran = clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

bool taken_any(const struct taken *t)
{
	long long ran = clock_ns(CLOCK_THREAD_CPUTIME_ID) - t->ran;
	long long wall = bench_now() - t->wall;

	return wall - ran > LEAST_TAKEN && wall - ran > wall * PERCENT_TAKEN / 100;
}

static long long tick_ns(void)
{
	return 1000000000LL / sysconf(_SC_CLK_TCK);
}

/* First line of /proc/stat: user nice system idle iowait irq softirq steal. */
static long long busy_ns(void)
{
	unsigned long long t[8] = { 0 };
	FILE *f = fopen("/proc/stat", "re");

	if (!f)
		return 0;
	if (fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2], &t[3],
		   &t[4], &t[5], &t[6], &t[7]) < 4)
		t[0] = 0;
	fclose(f);
	return (long long)(t[0] + t[1] + t[2] + t[5] + t[6] + t[7]) * tick_ns();
}

static long long own_ns(const struct others *o)
{
	long long sum = clock_ns(CLOCK_PROCESS_CPUTIME_ID);

	for (int i = 0; i < o->n; i++)
		sum += process_cpu_ns(o->pids[i]);
	return sum;
}

void others_start(struct others *o, const pid_t *pids, int n)
{
	o->n = n < OTHERS_MAX ? n : OTHERS_MAX;
	for (int i = 0; i < o->n; i++)
		o->pids[i] = pids[i];
	o->wall = bench_now();
	o->busy = busy_ns();
	o->own = own_ns(o);
}

long long others_ns(const struct others *o)
{
	return busy_ns() - o->busy - (own_ns(o) - o->own);
}

bool others_any(const struct others *o)
{
	long long ns = others_ns(o);

	return ns > 3 * tick_ns() && ns > (bench_now() - o->wall) * PERCENT_OTHERS / 100;
}
