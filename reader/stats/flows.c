// SPDX-License-Identifier: BSD-2-Clause
/* Walks over flow_map with the kernel's batch operations; for `top` and `flush`. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "reader/stats/flows.h"

/* Size of a batch: few system calls, and not much memory on machines with many CPUs. */
#define BATCH_BYTES (1u << 20)
#define BATCH_MIN   64

/* How often in a row the kernel may report that it could not take a lock. */
#define BUSY_MAX 1000

struct walk {
	int fd;
	bool remove;
	int n_cpus;
	__u32 room; /* capacity of the two arrays, in entries */
	struct flow_key *keys;
	struct flow_stats *values; /* n_cpus for each key */
	__u64 next;                /* where the kernel continues; opaque */
	bool begun, ended;
};

static void walk_free(struct walk *w)
{
	free(w->keys);
	free(w->values);
}

static int walk_make_room(struct walk *w, __u32 room)
{
	struct flow_key *keys = reallocarray(w->keys, room, sizeof(*keys));
	struct flow_stats *values;

	if (!keys)
		return -ENOMEM;
	w->keys = keys;
	values = reallocarray(w->values, room, (size_t)w->n_cpus * sizeof(*values));
	if (!values)
		return -ENOMEM;
	w->values = values;
	w->room = room;
	return 0;
}

static int walk_init(struct walk *w, int fd, bool remove)
{
	__u32 room;

	*w = (struct walk){ .fd = fd, .remove = remove, .n_cpus = libbpf_num_possible_cpus() };
	if (w->n_cpus < 0)
		return w->n_cpus;
	room = BATCH_BYTES / ((__u32)w->n_cpus * (__u32)sizeof(struct flow_stats));
	return walk_make_room(w, room < BATCH_MIN ? BATCH_MIN : room);
}

/* Makes one system call. Sets *n even if it fails. Returns 0 or -errno. */
static int walk_call(struct walk *w, __u32 *n)
{
	void *from = w->begun ? &w->next : NULL;
	__u64 next = w->next;
	int err;

	*n = w->room;
	if (w->remove)
		err = bpf_map_lookup_and_delete_batch(w->fd, from, &next, w->keys, w->values, n,
						      NULL);
	else
		err = bpf_map_lookup_batch(w->fd, from, &next, w->keys, w->values, n, NULL);
	/* With these errors the kernel has set neither *n nor `next`. */
	if (err == -EFAULT || err == -EPERM || err == -EINVAL) {
		*n = 0;
		return err;
	}
	w->next = next;
	w->begun = true;
	return err;
}

/* Takes the next *n entries. Returns 0 or -errno; *n is 0 only at the end. */
static int walk_next(struct walk *w, __u32 *n)
{
	int err, busy = 0;

	for (*n = 0; !*n && !w->ended;) {
		err = walk_call(w, n);
		if (*n > w->room)
			return -EPROTO;
		switch (err) {
		case 0:
			break;
		case -ENOENT:
			w->ended = true;
			break;
		case -ENOSPC: /* the next bucket alone has more entries than there is room */
			if (*n)
				break;
			if (w->room >= XDPTAP_FLOWS_MAX)
				return err;
			err = walk_make_room(w, 2 * w->room);
			if (err)
				return err;
			break;
		case -EBUSY:
		case -EAGAIN:
		case -EDEADLK:
		case -ETIMEDOUT: /* a lock was not taken; the entries before it are here */
			if (!*n && ++busy > BUSY_MAX)
				return err;
			break;
		default:
			return err;
		}
	}
	return 0;
}

void flows_add(struct flow_stats *sum, const struct flow_stats *more)
{
	sum->packets += more->packets;
	sum->bytes += more->bytes;
	sum->syns += more->syns;
	sum->tcp_flags |= more->tcp_flags;
	if (more->first_ns && (!sum->first_ns || more->first_ns < sum->first_ns))
		sum->first_ns = more->first_ns;
	if (more->last_ns > sum->last_ns)
		sum->last_ns = more->last_ns;
}

struct flow_stats flows_sum(const struct flow_stats *cpus, int n_cpus)
{
	struct flow_stats sum = { 0 };

	for (int i = 0; i < n_cpus; i++)
		flows_add(&sum, &cpus[i]);
	return sum;
}

/* Makes room for `more` flows after the first `n`. */
static int reserve(struct flow **flows, size_t *room, size_t n, size_t more)
{
	size_t want = *room ? *room : more;
	struct flow *larger;

	while (want - n < more)
		want *= 2;
	if (want == *room)
		return 0;
	larger = reallocarray(*flows, want, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	*flows = larger;
	*room = want;
	return 0;
}

int flows_read(int map_fd, struct flow **flows, size_t *n)
{
	struct flow *all = NULL;
	size_t count = 0, room = 0;
	struct walk w;
	__u32 came;
	int err;

	err = walk_init(&w, map_fd, false);
	while (!err) {
		err = walk_next(&w, &came);
		if (err || !came)
			break;
		err = reserve(&all, &room, count, came);
		for (__u32 i = 0; i < came && !err; i++)
			all[count++] = (struct flow){
				.key = w.keys[i],
				.sum = flows_sum(w.values + (size_t)i * (size_t)w.n_cpus, w.n_cpus),
				.flows = 1,
			};
	}
	walk_free(&w);
	if (err) {
		free(all);
		return err;
	}
	*flows = all;
	*n = count;
	return 0;
}

int flows_delete(int map_fd, int (*deleted)(void *arg, uint64_t n), void *arg)
{
	sigset_t ends, before;
	struct walk w;
	__u32 came;
	int err;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	err = walk_init(&w, map_fd, true);
	for (came = 1; !err && came;) {
		sigprocmask(SIG_BLOCK, &ends, &before);
		err = walk_next(&w, &came);
		if (!err && came)
			err = deleted(arg, came);
		sigprocmask(SIG_SETMASK, &before, NULL);
	}
	walk_free(&w);
	return err;
}
