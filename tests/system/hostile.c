// SPDX-License-Identifier: BSD-2-Clause
/*
 * Writes into the pinned maps of a tap what no program of xdptap writes; for hostile.bats.
 *
 *	hostile record RING LEN [N] [BYTE]
 *				puts N (1) records of LEN bytes, each of them BYTE (0), into a ring
 *				buffer
 *	hostile busy RING	begins an event, prints "busy", and completes it at SIGUSR1; if it
 *				is killed before, the event is discarded
 *	hostile poke MAP KEY OFFSET BYTE...
 *				changes bytes (hexadecimal) in the value of a number
 *	hostile bare PROGRAM	runs it without arguments, not even its name, and without
 *environment hostile random MAP SEED	random keys and values: as many entries as it has, at most
 *256
 */
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/abi.h"
#include "tests/system/hostile.skel.h"

enum { ENTRIES_MAX = 256 };

/* As in hostile.bpf.c. */
struct order {
	__u64 from;
	__u32 len, count;
};

static unsigned long number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 0);

	if (end == text || *end)
		error(2, 0, "%s is not a number", text);
	return n;
}

static int open_pin(const char *path)
{
	int fd = bpf_obj_get(path);

	if (fd < 0)
		error(1, errno, "can't open %s", path);
	return fd;
}

static struct hostile_bpf *load(const char *ring)
{
	struct hostile_bpf *skel = hostile_bpf__open();

	if (!skel || bpf_map__reuse_fd(skel->maps.ring, open_pin(ring)) || hostile_bpf__load(skel))
		error(1, errno, "can't load the program");
	return skel;
}

static void produce(struct hostile_bpf *skel, struct order *o)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = o, .ctx_size_in = sizeof(*o));

	if (bpf_prog_test_run_opts(bpf_program__fd(skel->progs.produce), &run))
		error(1, errno, "can't run the program");
	if (run.retval)
		error(1, 0, "the ring buffer takes no more");
}

static void put_records(const char *ring, __u32 len, __u32 n, int byte)
{
	struct hostile_bpf *skel = load(ring);
	struct order o = { .len = len, .count = n };
	static char bytes[1 << 16];
	const __u32 zero = 0;

	memset(bytes, byte, sizeof(bytes));
	if (bpf_map_update_elem(bpf_map__fd(skel->maps.bytes), &zero, bytes, BPF_ANY))
		error(1, errno, "can't write the bytes");
	produce(skel, &o);
}

/* A page that nobody can read before bytes are copied into it. Returns the userfaultfd. */
static int make_pending(void **page, size_t size)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	*page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	reg.range.start = (__u64)(unsigned long)*page;
	reg.range.len = size;
	if (fd < 0 || *page == MAP_FAILED || ioctl(fd, UFFDIO_API, &api) ||
	    ioctl(fd, UFFDIO_REGISTER, &reg))
		error(77, errno, "no userfaultfd(2)");
	return fd;
}

struct busy {
	struct hostile_bpf *skel;
	struct order order;
};

static void *hold(void *arg)
{
	struct busy *b = arg;

	produce(b->skel, &b->order);
	return NULL;
}

static void put_busy(const char *ring)
{
	struct busy b = { .skel = load(ring) };
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	struct packet_event event = { .ts_ns = 1, .len = 60 };
	struct uffd_msg message;
	sigset_t signals;
	pthread_t thread;
	void *page, *bytes = aligned_alloc(size, size);
	int fd = make_pending(&page, size), caught;
	struct uffdio_copy copy = { .dst = (__u64)(unsigned long)page, .len = size };

	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	b.order.from = (__u64)(unsigned long)page;
	if (!bytes || pthread_create(&thread, NULL, hold, &b))
		error(1, errno, "can't start a thread");
	/* The program waits for the page. */
	if (read(fd, &message, sizeof(message)) != sizeof(message))
		error(1, errno, "can't read the userfaultfd");
	puts("busy");
	fflush(stdout);
	sigwait(&signals, &caught);
	memset(bytes, 0, size);
	memcpy(bytes, &event, sizeof(event));
	copy.src = (__u64)(unsigned long)bytes;
	if (ioctl(fd, UFFDIO_COPY, &copy))
		error(1, errno, "can't complete the event");
	pthread_join(thread, NULL);
}

static struct bpf_map_info info_of(int fd)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		error(1, errno, "can't ask for the map");
	return info;
}

static void poke(const char *path, __u32 key, size_t offset, char **bytes)
{
	int fd = open_pin(path);
	struct bpf_map_info info = info_of(fd);
	unsigned char *value = calloc(1, info.value_size);

	if (!value || bpf_map_lookup_elem(fd, &key, value))
		error(1, errno, "can't read %s", path);
	for (; *bytes; bytes++, offset++) {
		if (offset >= info.value_size)
			error(2, 0, "the value has %u bytes", info.value_size);
		value[offset] = (unsigned char)strtoul(*bytes, NULL, 16);
	}
	if (bpf_map_update_elem(fd, &key, value, BPF_ANY))
		error(1, errno, "can't write %s", path);
}

static void put_random(unsigned char *p, size_t n)
{
	while (n--)
		*p++ = (unsigned char)(random() >> 8);
}

static bool is_per_cpu(const struct bpf_map_info *info)
{
	return info->type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       info->type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

static void randomize(const char *path, unsigned int seed)
{
	int fd = open_pin(path), cpus = libbpf_num_possible_cpus();
	struct bpf_map_info info = info_of(fd);
	size_t bytes = (info.value_size + 7ul) & ~7ul;
	unsigned char *value, key[64] = { 0 };
	bool hash = info.type == BPF_MAP_TYPE_LRU_PERCPU_HASH;

	if (is_per_cpu(&info))
		bytes *= (size_t)cpus;
	value = malloc(bytes);
	if (!value || info.key_size > sizeof(key))
		error(1, errno, "the map is too large");
	srandom(seed);
	for (__u32 i = 0; i < info.max_entries && i < ENTRIES_MAX; i++) {
		if (hash)
			put_random(key, info.key_size);
		else
			memcpy(key, &i, sizeof(i));
		put_random(value, bytes);
		if (bpf_map_update_elem(fd, key, value, BPF_ANY))
			error(1, errno, "can't write %s", path);
	}
	free(value);
}

int main(int argc, char **argv)
{
	const char *command = argc > 2 ? argv[1] : "";

	if (!strcmp(command, "record") && argc > 3)
		put_records(argv[2], (__u32)number(argv[3]), argc > 4 ? (__u32)number(argv[4]) : 1,
			    argc > 5 ? (int)number(argv[5]) : 0);
	else if (!strcmp(command, "busy"))
		put_busy(argv[2]);
	else if (!strcmp(command, "poke") && argc > 5)
		poke(argv[2], (__u32)number(argv[3]), number(argv[4]), argv + 5);
	else if (!strcmp(command, "bare"))
		execve(argv[2], (char *[]){ NULL }, (char *[]){ NULL });
	else if (!strcmp(command, "random") && argc > 3)
		randomize(argv[2], (unsigned int)number(argv[3]));
	else
		error(2, 0, "usage: see the head of hostile.c");
	return 0;
}
