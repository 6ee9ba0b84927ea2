// SPDX-License-Identifier: BSD-2-Clause
/*
 * Each step must be seen by all CPUs before the next: a frame that is being processed has read what
 * was there before. Used by set.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "loader/turn.h"

int turn_open(struct turn *t, int control_fd, int decided_fd)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	void *page;

	*t = (struct turn)TURN_CLOSED;
	t->decided_fd = decided_fd;
	page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED,
		    control_fd, 0);
	if (page == MAP_FAILED)
		return -errno;
	t->control = page;
	t->inner_fd =
		bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, sizeof(__u32), sizeof(__u32), 1, NULL);
	if (t->inner_fd < 0)
		return t->inner_fd;
	opts.inner_map_fd = (__u32)t->inner_fd;
	t->outer_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, NULL, sizeof(__u32), sizeof(__u32),
				     1, &opts);
	return t->outer_fd < 0 ? t->outer_fd : 0;
}

void turn_close(struct turn *t)
{
	const int fds[] = { t->decided_fd, t->outer_fd, t->inner_fd };

	if (t->control)
		munmap(t->control, (size_t)sysconf(_SC_PAGESIZE));
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*t = (struct turn)TURN_CLOSED;
}

void turn_write(struct turn *t, struct tap_control value)
{
	__u64 word;

	memcpy(&word, &value, sizeof(word));
	__atomic_store_n((__u64 *)t->control, word, __ATOMIC_SEQ_CST);
}

int turn_wait(struct turn *t)
{
	__u32 zero = 0;

	/* After an update of a map of maps the kernel waits for just that
	 * (maybe_wait_bpf_programs() in kernel/bpf/syscall.c). */
	return bpf_map_update_elem(t->outer_fd, &zero, &t->inner_fd, BPF_ANY) ? -errno : 0;
}

/*
 * Writes control, and waits until no program runs any more that may have read what was there
 * before. Returns 0 or -errno.
 */
static int step(struct turn *t, struct tap_control value)
{
	turn_write(t, value);
	return turn_wait(t);
}

/* What the program that runs first is about to leave for the other one. */
static int decide(int decided_fd, __u32 generation)
{
	int cpus = libbpf_num_possible_cpus(), err;
	__u32 zero = 0;
	__u64 *values; /* each CPU's takes 8 bytes */

	if (cpus < 0)
		return cpus;
	values = calloc((size_t)cpus, sizeof(*values));
	if (!values)
		return -ENOMEM;
	for (int cpu = 0; cpu < cpus; cpu++)
		*(__u32 *)&values[cpu] = generation;
	err = bpf_map_update_elem(decided_fd, &zero, values, BPF_ANY) ? -errno : 0;
	free(values);
	return err;
}

int turn_over(struct turn *t, __u32 first, __u32 to)
{
	const struct tap_control before = *t->control;
	struct tap_control next = before;
	int err;

	err = decide(t->decided_fd, before.generation);
	if (err)
		return err;
	next.turn = first % 2 ? XDPTAP_TURN_ODD_FIRST : XDPTAP_TURN_EVEN_FIRST;
	err = step(t, next);
	if (!err) {
		next.generation = to;
		err = step(t, next);
	}
	if (err)
		turn_write(t, before);
	else
		turn_settle(t, to);
	return err;
}

int turn_any(struct turn *t)
{
	const struct tap_control before = *t->control;
	struct tap_control next = before;
	int err;

	next.turn = XDPTAP_TURN_ANY;
	err = step(t, next);
	if (err)
		turn_write(t, before);
	return err;
}

void turn_settle(struct turn *t, __u32 generation)
{
	struct tap_control next = *t->control;

	next.generation = generation;
	next.turn = XDPTAP_TURN_SETTLED;
	turn_write(t, next);
}
