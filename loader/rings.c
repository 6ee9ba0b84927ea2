// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rings of a tap. Two CPUs that share one wait for each other and for its
 * cache lines: together they put in half of what one of them does alone. So
 * there is one for each, in an array of maps by CPU. It is made here and not by
 * libbpf, as the program, once attached, must find it filled.
 */
#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/capture.skel.h"
#include "loader/rings.h"
#include "pin/tap.h"

int rings_split(__u32 total, __u32 n, __u32 cpus, __u32 *rings, __u32 *each)
{
	__u32 bytes = total;

	if (n == RINGS_AUTO) {
		n = total / RINGS_AUTO_LEAST;
		if (n > cpus)
			n = cpus;
		if (!n)
			n = 1;
	}
	while (bytes > total / n)
		bytes /= 2;
	if (bytes < (__u32)sysconf(_SC_PAGESIZE))
		return -EINVAL;
	*rings = n;
	*each = bytes;
	return 0;
}

/* A ring, pinned as number i. Returns its fd or -errno. */
static int create_ring(const char *bpffs, const char *ifname, __u32 i, __u32 bytes)
{
	char path[PATH_MAX], name[TAP_RING_NAME_MAX];
	int fd, err;

	err = tap_path(path, bpffs, ifname, tap_ring_name(name, i));
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

/* The array by CPU, for rings like this one. Returns its fd or -errno. */
static int create_array(struct capture_bpf *skel, int ring_fd, __u32 cpus)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .inner_map_fd = (__u32)ring_fd);
	int fd, err;

	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, bpf_map__name(skel->maps.cpu_rings),
			    sizeof(__u32), sizeof(__u32), cpus, &opts);
	if (fd < 0)
		return fd;
	err = bpf_map__reuse_fd(skel->maps.cpu_rings, fd);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

int rings_create(const char *bpffs, const char *ifname, __u32 n, __u32 bytes,
		 struct capture_bpf *skel)
{
	int cpus = libbpf_num_possible_cpus(), array_fd = -1, fd, err = 0;

	if (cpus < 0)
		return cpus;
	for (__u32 i = 0; i < n && !err; i++) {
		fd = create_ring(bpffs, ifname, i, bytes);
		if (fd < 0) {
			err = fd;
			break;
		}
		if (i == 0) {
			array_fd = create_array(skel, fd, (__u32)cpus);
			err = array_fd < 0 ? array_fd
					   : bpf_map__reuse_fd(skel->maps.packet_ringbuf, fd);
		}
		for (__u32 cpu = i; cpu < (__u32)cpus && !err; cpu += n)
			if (bpf_map_update_elem(array_fd, &cpu, &fd, BPF_ANY))
				err = -errno;
		close(fd); /* the pin and the array hold it */
	}
	if (array_fd >= 0)
		close(array_fd);
	return err;
}
