// SPDX-License-Identifier: BSD-2-Clause
/*
 * Where CPU time is counted exactly; for live.c, paced.c and latency.c. Ticks see
 * a softirq of 50 us by chance, and bursts that come each ms not even by chance. So
 * what a CPU did is what it did not idle: that is taken from a clock whenever it
 * begins and ends (NO_HZ), and interrupts are not in it. /proc/stat rounds it
 * to 10 ms, /proc/timer_list does not.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/cpu_time.h"

#define MS 1000000LL

enum { PERCENT_OTHERS = 4, ASLEEP_MS = 20, PF_KTHREAD = 0x200000 };

/* Where there is no /proc/timer_list. */
static int idle_in_stat(int cpu, long long *ns)
{
	FILE *f = fopen("/proc/stat", "re");
	char line[512];
	int err = -ENODATA, n;
	long long ticks;

	if (!f)
		return -errno;
	while (err && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "cpu%d %*u %*u %*u %lld", &n, &ticks) == 2 && n == cpu) {
			*ns = ticks * (1000 * MS / sysconf(_SC_CLK_TCK));
			err = 0;
		}
	}
	fclose(f);
	return err;
}

/* Of the CPU on which the caller is. */
static int idle_ns(int cpu, long long *ns)
{
	FILE *f = fopen("/proc/timer_list", "re");
	int err = -ENODATA, n = -1;
	char line[512];

	if (!f)
		return idle_in_stat(cpu, ns);
	while (err && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "cpu: %d", &n) == 1)
			continue;
		if (n == cpu && sscanf(line, " .idle_sleeptime : %lld", ns) == 1)
			err = 0;
	}
	fclose(f);
	return err ? idle_in_stat(cpu, ns) : 0;
}

static int thread_read(pid_t pid, const char *tid, struct cpu_process *process)
{
	char path[64], line[256];
	long long value;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%.20s/schedstat", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	if (fscanf(f, "%lld", &value) == 1)
		process->ns += value;
	fclose(f);

	snprintf(path, sizeof(path), "/proc/%d/task/%.20s/status", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "voluntary_ctxt_switches: %lld", &value) == 1 ||
		    sscanf(line, "nonvoluntary_ctxt_switches: %lld", &value) == 1)
			process->switches += value;
	fclose(f);
	return 0;
}

int cpu_process_read(pid_t pid, struct cpu_process *process)
{
	struct cpu_process sum = { 0 };
	struct dirent *thread;
	int err = -ESRCH;
	char path[32];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	if (!tasks)
		return -errno;
	while ((thread = readdir(tasks))) {
		if (thread->d_name[0] == '.')
			continue;
		err = thread_read(pid, thread->d_name, &sum);
		if (err)
			break;
	}
	closedir(tasks);
	if (!err)
		*process = sum;
	return err;
}

int cpu_process_settle(pid_t pid, long long most_ns, long long *busy_ns)
{
	long long start = bench_now(), now = start, changed = start;
	struct cpu_process last, process;
	int err = cpu_process_read(pid, &last);

	while (!err && now - changed < ASLEEP_MS * MS && now - start < most_ns) {
		bench_sleep_ms(1);
		err = cpu_process_read(pid, &process);
		now = bench_now();
		if (!err && memcmp(&process, &last, sizeof(last)) != 0) {
			changed = now;
			last = process;
		}
	}
	*busy_ns = changed - start;
	return !err && now - changed < ASLEEP_MS * MS ? -ETIMEDOUT : err;
}

/* The user time, system time and both of its dead children, if it is no kernel thread; ns. */
static long long used_ns(const char *pid)
{
	unsigned long flags, ticks[4];
	char path[64], line[1024];
	long long used = 0;
	const char *at;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0; /* gone meanwhile */
	/* Behind its name, which may hold anything: state, numbers, flags, 4 x faults, times. */
	at = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	if (at &&
	    sscanf(at, ") %*c %*d %*d %*d %*d %*d %lu %*u %*u %*u %*u %lu %lu %lu %lu", &flags,
		   &ticks[0], &ticks[1], &ticks[2], &ticks[3]) == 5 &&
	    !(flags & PF_KTHREAD))
		used = (long long)(ticks[0] + ticks[1] + ticks[2] + ticks[3]);
	fclose(f);
	return used * (1000 * MS / sysconf(_SC_CLK_TCK));
}

static int others_ns(pid_t reader, long long *ns)
{
	DIR *proc = opendir("/proc");
	struct dirent *process;
	long long sum = 0;

	if (!proc)
		return -errno;
	while ((process = readdir(proc))) {
		pid_t pid = atoi(process->d_name);

		if (pid > 0 && pid != getpid() && pid != reader)
			sum += used_ns(process->d_name);
	}
	closedir(proc);
	*ns = sum;
	return 0;
}

/* The sums since ever: of what *w is to hold the differences. */
static int read_sums(struct cpu_window *sums, pid_t reader)
{
	struct cpu_process process = { 0 };
	long long producer_idle, reader_idle;
	struct timespec own;
	int err;

	err = bench_pin(READER_CPU);
	if (!err)
		err = idle_ns(READER_CPU, &reader_idle);
	if (!err)
		err = bench_pin(PRODUCER_CPU);
	if (!err)
		err = idle_ns(PRODUCER_CPU, &producer_idle);
	if (!err && reader)
		err = cpu_process_read(reader, &process);
	if (err)
		return err;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
	sums->wall = bench_now();
	sums->busy = 2 * sums->wall - producer_idle - reader_idle;
	sums->reader = process.ns;
	sums->rest = sums->busy - process.ns - own.tv_sec * (1000 * MS) - own.tv_nsec;
	return 0;
}

int cpu_window_begin(struct cpu_window *w, pid_t reader)
{
	int err = others_ns(reader, &w->others);

	if (!err)
		err = read_sums(w, reader);
	return err ? bench_fail(err, "cannot read the CPU times") : 0;
}

int cpu_window_end(struct cpu_window *w, pid_t reader)
{
	struct cpu_window now;
	int err = read_sums(&now, reader);

	if (!err)
		err = others_ns(reader, &now.others);
	if (err)
		return bench_fail(err, "cannot read the CPU times");
	w->wall = now.wall - w->wall;
	w->busy = now.busy - w->busy;
	w->reader = now.reader - w->reader;
	w->rest = now.rest - w->rest;
	w->others = now.others - w->others;
	return 0;
}

bool cpu_window_disturbed(const struct cpu_window *w)
{
	long long least = w->wall * PERCENT_OTHERS / 100;

	return w->rest > least && w->others > least;
}
