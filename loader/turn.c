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

struct tap_control *turn_map(int control_fd)
{
	void *page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED,
			  control_fd, 0);

	return page == MAP_FAILED ? NULL : page;
}

void turn_unmap(struct tap_control *control)
{
	if (control)
		munmap(control, (size_t)sysconf(_SC_PAGESIZE));
}

void turn_write(struct tap_control *control, struct tap_control value)
{
	__u64 word;

	memcpy(&word, &value, sizeof(word));
	__atomic_store_n((__u64 *)control, word, __ATOMIC_SEQ_CST);
}

/*
 * Waits until no program runs any more that may have read what was written before. After an update
 * of a map of maps the kernel waits for just that (maybe_wait_bpf_programs() in
 * kernel/bpf/syscall.c). Returns 0 or -errno.
 */
static int wait_for_programs(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	int inner, outer, err = 0;
	__u32 zero = 0;

	inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, sizeof(__u32), sizeof(__u32), 1, NULL);
	if (inner < 0)
		return inner;
	opts.inner_map_fd = (__u32)inner;
	outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, NULL, sizeof(__u32), sizeof(__u32), 1,
			       &opts);
	if (outer < 0)
		err = outer;
	else if (bpf_map_update_elem(outer, &zero, &inner, BPF_ANY))
		err = -errno;
	if (outer >= 0)
		close(outer);
	close(inner);
	return err;
}

/* Writes control, and waits until all programs see it. */
static int step(struct tap_control *control, struct tap_control value)
{
	turn_write(control, value);
	return wait_for_programs();
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

int turn_over(struct tap_control *control, int decided_fd, __u32 first, __u32 to)
{
	struct tap_control next = *control;
	int err;

	err = decide(decided_fd, next.generation);
	if (err)
		return err;
	next.turn = first % 2 ? XDPTAP_TURN_ODD_FIRST : XDPTAP_TURN_EVEN_FIRST;
	err = step(control, next);
	if (err)
		return err;
	next.generation = to;
	err = step(control, next);
	return err ? err : turn_settle(control, to);
}

int turn_any(struct tap_control *control)
{
	struct tap_control next = *control;

	next.turn = XDPTAP_TURN_ANY;
	return step(control, next);
}

int turn_settle(struct tap_control *control, __u32 generation)
{
	struct tap_control next = *control;

	next.generation = generation;
	next.turn = XDPTAP_TURN_SETTLED;
	return step(control, next);
}
