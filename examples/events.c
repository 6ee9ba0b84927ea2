// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reads the events of a tap with libbpf, as docs/maps.md describes. Build and run it:
 *
 *	cc -O2 -Wall -o events events.c $(pkg-config --cflags --libs xdptap libbpf)
 *	xdptap-loader attach dev eth0
 *	./events /sys/fs/bpf/xdptap/eth0 10
 *
 * prints a line for each of the next 10 frames; without a number, until it is interrupted. In the
 * sources of xdptap, abi.h is bpf/abi.h: tests/system/examples.bats builds and runs it there.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <xdptap/abi.h>

static unsigned long left = ULONG_MAX;
static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* Says what failed, and why, and exits. */
static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* libbpf calls this for each event. What follows the struct, up to `size`, is the frame itself. */
static int print(void *context, void *data, size_t size)
{
	const struct packet_event *ev = data;
	char src[INET6_ADDRSTRLEN] = "", dst[INET6_ADDRSTRLEN] = "";
	int family = ev->eth_type == 0x0800 ? AF_INET : AF_INET6;

	(void)context;
	if (size < sizeof(*ev))
		return -EBADMSG; /* not ours */
	if (ev->flags & XDPTAP_EV_IP) {
		inet_ntop(family, ev->src, src, sizeof(src));
		inet_ntop(family, ev->dst, dst, sizeof(dst));
		printf("%s -> %s protocol %u ", src, dst, ev->proto);
	}
	if (ev->flags & XDPTAP_EV_PORTS)
		printf("ports %u -> %u ", ev->sport, ev->dport);
	printf("type 0x%04x length %u captured %zu\n", ev->eth_type, ev->len, size - sizeof(*ev));
	/* An error ends ring_buffer__consume() after this event, which is released. */
	return --left ? 0 : -ECANCELED;
}

/* Opens a pin of the tap whose directory is `dir`. */
static int open_pin(const char *dir, const char *pin)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, pin);
	fd = bpf_obj_get(path);
	if (fd < 0)
		die(path);
	return fd;
}

/* A tap has one reader. Who holds this lock is it, as long as the process lives. */
static void lock(const char *dir)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/" XDPTAP_MAP_META, dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB))
		die(path);
}

/* meta is there if and only if there is a tap. Another version may have a larger one: only its
 * first field is the same. */
static void read_meta(const char *dir, struct tap_meta *meta)
{
	struct bpf_map_info info = {};
	__u32 zero = 0, size = sizeof(info);
	int fd = open_pin(dir, XDPTAP_MAP_META);
	void *value;

	if (bpf_obj_get_info_by_fd(fd, &info, &size) || !(value = calloc(1, info.value_size)) ||
	    bpf_map_lookup_elem(fd, &zero, value))
		die(XDPTAP_MAP_META);
	memcpy(meta, value, info.value_size < sizeof(*meta) ? info.value_size : sizeof(*meta));
	free(value);
	if (meta->abi_version != XDPTAP_ABI_VERSION) {
		fprintf(stderr, "%s: the tap has version %u, this program %u\n", dir,
			meta->abi_version, XDPTAP_ABI_VERSION);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	__u32 zero = 0, plain = XDPTAP_WAKEUP_PLAIN;
	struct ring_buffer *rings = NULL;
	struct tap_meta meta;
	char pin[32];
	int fd, err = 0;

	if (argc < 2 || argc > 3)
		return fprintf(stderr, "usage: %s DIRECTORY [EVENTS]\n", argv[0]), 2;
	if (argc == 3)
		left = strtoul(argv[2], NULL, 10);
	if (!left)
		return 0;
	lock(argv[1]);
	read_meta(argv[1], &meta);
	/* The ring buffers wake us, whatever a reader before us wanted. */
	if (bpf_map_update_elem(open_pin(argv[1], XDPTAP_MAP_WAKEUP), &zero, &plain, BPF_ANY))
		die(XDPTAP_MAP_WAKEUP);
	for (__u32 i = 0; i < meta.rings; i++) {
		snprintf(pin, sizeof(pin), i ? XDPTAP_MAP_RING_PREFIX "%u" : XDPTAP_MAP_RING, i);
		fd = open_pin(argv[1], pin);
		if (!i)
			rings = ring_buffer__new(fd, print, NULL, NULL);
		if (!rings || (i && ring_buffer__add(rings, fd, print, NULL)))
			die(pin);
	}
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	/* First what is there already: nothing wakes us for that. */
	err = ring_buffer__consume(rings);
	while (!stopped && left && (err >= 0 || err == -EINTR)) {
		fflush(stdout);
		err = ring_buffer__poll(rings, 100 /* ms: a signal may come just before */);
	}
	ring_buffer__free(rings);
	if (fflush(stdout) || ferror(stdout))
		die("stdout");
	if (left && !stopped)
		fprintf(stderr, "ring buffers: %s\n", strerror(-err));
	return left && !stopped;
}
