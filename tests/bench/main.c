// SPDX-License-Identifier: BSD-2-Clause
/*
 * `make bench`: what xdptap costs, against the floor that the kernel sets and
 * against the obvious way to write it (naive.bpf.c, naive.c).
 *
 *   main.c      the command line and the table of sections
 *   sandbox.c   namespaces and interfaces of our own
 *   process.c   starting and ending the tools
 *   samples.c   interleaved runs, medians; disturb.c: which runs don't count
 *   report.c    the same rows as text and JSON; machine.c: what it ran on
 *   test_run.c  BPF_PROG_TEST_RUN; packets.c what it is given
 *   shipped.c   xdptap as it is shipped; floor.c the kernel's part alone
 *   backlog.c   what a reader takes for packets that wait; output.c where it writes
 *   traffic.c   live packets, flat out or paced, mix.c of several kinds;
 *   flood.c     at which rate; capturer.c what captures them
 *   cpu_time.c  exact CPU time; target.c is it what it should be?
 *
 * and a file for each section; filter.c has three parts.
 */
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <bpf/libbpf.h>

#include "tests/bench/bench.h"
#include "tests/bench/machine.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/sandbox.h"

static const struct section *const sections[] = {
	&cost_section,    &snaplen_section, &flows_section,   &flat_section,     &cpus_section,
	&live_section,    &paced_section,   &latency_section, &lossless_section, &reader_section,
	&writers_section, &start_section,   &filter_section,  &trace_section,
};

enum { SECTIONS = sizeof(sections) / sizeof(sections[0]), RUNS = 7, RUNS_QUICK = 3 };

static char failure[512];

int bench_fail(int err, const char *fmt, ...)
{
	va_list args;

	if (failure[0])
		return err;
	va_start(args, fmt);
	vsnprintf(failure, sizeof(failure), fmt, args);
	va_end(args);
	return err;
}

const char *bench_built(char path[PATH_MAX], const char *name)
{
	const char *build = getenv("XDPTAP_BUILD");
	char self[PATH_MAX];
	ssize_t n;

	if (build) {
		snprintf(path, PATH_MAX, "%s/%s", build, name);
		return path;
	}
	/* BUILD/tests/bench/bench */
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	for (int i = 0; i < 3; i++)
		if (strrchr(self, '/'))
			*strrchr(self, '/') = '\0';
	if (snprintf(path, PATH_MAX, "%s/%s", self, name) >= PATH_MAX)
		path[0] = '\0';
	return path;
}

long long bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int bench_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		return bench_fail(-errno, "cannot run on CPU %d", cpu);
	return 0;
}

void bench_sleep_ms(int ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

static int usage(FILE *to, int status)
{
	fputs("Usage: bench [-j] [-q] [-r RUNS] [SECTION...]\n\n"
	      "Measures what xdptap costs; all sections if none is named. Takes minutes, wants\n"
	      "root, two CPUs, and a machine that does nothing else.\n\n"
	      "Sections:\n",
	      to);
	for (int i = 0; i < SECTIONS; i++)
		fprintf(to, "  %-10s%s\n", sections[i]->name, sections[i]->help);
	fprintf(to,
		"\nOptions:\n"
		"  -j        one JSON document instead of tables\n"
		"  -q        quick: %d runs of each, for a look\n"
		"  -r RUNS   runs of each variant, %d to %d (%d)\n"
		"  -h        this text\n",
		RUNS_QUICK, RUNS_QUICK, SAMPLES_MAX, RUNS);
	return status;
}

static int find_section(const char *name)
{
	for (int i = 0; i < SECTIONS; i++)
		if (!strcmp(sections[i]->name, name))
			return i;
	return -ENOENT;
}

static int print_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

/*
 * Two at once would measure each other. An abstract address, for it goes away
 * with us; no child gets it.
 */
static int alone(void)
{
	const struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "\0xdptap bench" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool said = false;

	while (fd >= 0 && bind(fd, (const struct sockaddr *)&name, sizeof(name))) {
		if (errno != EADDRINUSE)
			return bench_fail(-errno, "cannot tell others that we run");
		if (!said)
			fputs("bench: another one is running; waiting for its end\n", stderr);
		said = true;
		bench_sleep_ms(500);
	}
	return fd < 0 ? bench_fail(-errno, "no socket") : 0;
}

static int run(const struct bench *b, bool json, const bool chosen[SECTIONS])
{
	struct machine machine;
	int err;

	libbpf_set_print(print_nothing);
	if (b->cpus < 2)
		return bench_fail(-ENODEV, "two CPUs are needed, online: %d", b->cpus);
	/* Others that want the CPU then get little of it; what we start inherits it. */
	setpriority(PRIO_PROCESS, 0, -20);
	machine_read(&machine);
	err = alone();
	if (!err)
		err = sandbox_enter();
	if (!err)
		err = report_open(b, &machine, json);
	for (int i = 0; i < SECTIONS && !err; i++)
		if (chosen[i])
			err = sections[i]->run(b);
	if (!err)
		err = report_close();
	return err;
}

int main(int argc, char **argv)
{
	struct bench b = { .runs = 0, .cpus = (int)sysconf(_SC_NPROCESSORS_ONLN) };
	bool chosen[SECTIONS] = { false };
	bool json = false;
	int opt, i, err;

	while ((opt = getopt(argc, argv, "hjqr:")) != -1) {
		switch (opt) {
		case 'h':
			return usage(stdout, 0);
		case 'j':
			json = true;
			break;
		case 'q':
			b.quick = true;
			break;
		case 'r':
			b.runs = atoi(optarg);
			if (b.runs < RUNS_QUICK || b.runs > SAMPLES_MAX)
				return usage(stderr, 2);
			break;
		default:
			return usage(stderr, 2);
		}
	}
	if (!b.runs)
		b.runs = b.quick ? RUNS_QUICK : RUNS;
	for (int arg = optind; arg < argc; arg++) {
		i = find_section(argv[arg]);
		if (i < 0) {
			fprintf(stderr, "bench: %s: no such section\n", argv[arg]);
			return 2;
		}
		chosen[i] = true;
	}
	for (i = 0; i < SECTIONS && optind == argc; i++)
		chosen[i] = true;

	err = run(&b, json, chosen);
	if (err) {
		fflush(stdout);
		fprintf(stderr, "bench: %s%s%s\n", failure, failure[0] ? ": " : "", strerror(-err));
		if (err == -EPERM || err == -EACCES)
			fputs("hint: run it as root\n", stderr);
	}
	return err ? 1 : 0;
}
