// SPDX-License-Identifier: BSD-2-Clause
/*
 * The ring buffers of a tap. Two CPUs that share a ring buffer wait for each other and for its
 * cache lines; together they write fewer events than one of them does alone. So there is one
 * per CPU, in an array of maps indexed by CPU. The array is created here and not by libbpf,
 * because it must be filled before the program is attached.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "loader/program.h"
#include "loader/rings.h"
#include "pin/tap.h"

/* The maximum that a frame takes in a ring buffer, in bytes. */
static __u32 record_bytes(__u32 snaplen)
{
	__u32 caplen = snaplen < XDPTAP_CAPLEN_MAX ? snaplen : XDPTAP_CAPLEN_MAX;

	return (BPF_RINGBUF_HDR_SZ + (__u32)sizeof(struct packet_event) + caplen + 7) & ~7u;
}

__u64 rings_min_bytes(__u32 n, __u32 snaplen)
{
	__u64 total = (__u64)sysconf(_SC_PAGESIZE), rings = 1;

	while (total <= record_bytes(snaplen)) /* the kernel keeps one byte free */
		total *= 2;
	for (; rings < n; rings *= 2)
		total *= 2;
	return total;
}

int rings_split(__u32 total, __u32 n, __u32 cpus, __u32 snaplen, __u32 *rings, __u32 *each)
{
	__u32 bytes = total, least = RINGS_AUTO_MIN;

	if (total < rings_min_bytes(n, snaplen))
		return -EINVAL;
	if (n == RINGS_AUTO) {
		while (least < 2 * record_bytes(snaplen))
			least *= 2;
		n = total / least;
		if (n > cpus)
			n = cpus;
		if (!n)
			n = 1;
	}
	while (bytes > total / n)
		bytes /= 2;
	*rings = n;
	*each = bytes;
	return 0;
}

__u32 rings_look_every(__u32 n, __u32 bytes, __u32 cpus, __u32 snaplen)
{
	/* All CPUs that share a ring buffer may write a fourth of it between two checks. */
	__u32 sharing = (cpus + n - 1) / n, every = XDPTAP_WAKEUP_LOOK_MAX;
	__u32 records = bytes / record_bytes(snaplen);

	while (every > 1 && every > records / 4 / sharing)
		every /= 2;
	return every;
}

/* Creates a ring buffer and pins it as number i. Returns its descriptor or -errno. */
static int create_ring(const struct tap_name *name, __u32 i, __u32 bytes)
{
	char path[PATH_MAX], pin[TAP_NAME_RING_MAX];
	int fd, err;

	err = tap_name_path(path, name, tap_name_ring(pin, i));
	if (err)
		return err;
	fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, XDPTAP_MAP_RING, 0, 0, bytes, NULL);
	if (fd < 0)
		return fd;
	if (bpf_obj_pin(fd, path)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

/* Creates the array, with a ring buffer as the template of its elements. */
static int create_array(const char *name, int ring_fd, __u32 cpus)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .inner_map_fd = (__u32)ring_fd);

	return bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, name, sizeof(__u32), sizeof(__u32), cpus,
			      &opts);
}

/*
 * Fills it in one batch. After an update of such an array, the kernel waits until no program
 * can see the old element any more, about 12 ms; newer kernels wait once per batch.
 */
static int fill_array(int array_fd, const int *ring_fds, __u32 n, __u32 cpus)
{
	__u32 *keys = calloc(cpus, sizeof(*keys)), count = cpus;
	int *values = calloc(cpus, sizeof(*values)), err = -ENOMEM;

	if (!keys || !values)
		goto out;
	for (__u32 cpu = 0; cpu < cpus; cpu++) {
		keys[cpu] = cpu;
		values[cpu] = ring_fds[cpu % n];
	}
	err = bpf_map_update_batch(array_fd, keys, values, &count, NULL);
out:
	free(keys);
	free(values);
	return err;
}

int rings_array(const int *fds, __u32 n, const char *name)
{
	int cpus = libbpf_num_possible_cpus(), array_fd, err;

	if (cpus < 0)
		return cpus;
	array_fd = create_array(name, fds[0], (__u32)cpus);
	if (array_fd < 0 || n == 1)
		return array_fd;
	err = fill_array(array_fd, fds, n, (__u32)cpus);
	if (err) {
		close(array_fd);
		return err;
	}
	return array_fd;
}

int rings_use(const int *fds, __u32 n, const struct program *p)
{
	int array_fd = rings_array(fds, n, bpf_map__name(p->maps.cpu_rings)), err;

	if (array_fd < 0)
		return array_fd;
	err = bpf_map__reuse_fd(p->maps.packet_ringbuf, fds[0]);
	if (!err)
		err = bpf_map__reuse_fd(p->maps.cpu_rings, array_fd);
	close(array_fd); /* the object has its own */
	return err;
}

int rings_create(const struct tap_name *name, __u32 n, __u32 bytes, const struct program *p)
{
	int err = 0, *fds;
	__u32 made;

	fds = calloc(n, sizeof(*fds));
	if (!fds)
		return -ENOMEM;
	for (made = 0; made < n; made++) {
		fds[made] = create_ring(name, made, bytes);
		if (fds[made] < 0) {
			err = fds[made];
			goto out;
		}
	}
	err = rings_use(fds, n, p);
out:
	/* The pins, the array and the object hold them now. */
	while (made)
		close(fds[--made]);
	free(fds);
	return err;
}
