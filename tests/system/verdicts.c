// SPDX-License-Identifier: BSD-2-Clause
/*
 * Makes a tap one that counts verdicts, on kernels that could not trace a program, for
 * verdicts.bats: pins the maps with the entries that are on stdin, or changes those that are
 * pinned, and says so in meta. Each line is
 *
 *	INDEX ID PLACE TRACED NAME RETURNED... FINAL...
 *
 * with six numbers each, in the order of enum xdptap_action. They are divided among all CPUs. A
 *line "errors EXCEPTIONS REDIRECT" may follow. With ACTIONS, a mask, events are made at the exit of
 *the program ID, which is called NAME; without a name, of all programs.
 *
 * Usage: verdicts DIR [ACTIONS ID NAME]
 */
#include <errno.h>
#include <error.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/abi.h"

static const __u32 zero;

static int open_pin(const char *dir, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return bpf_obj_get(path);
}

static int open_or_pin(const char *dir, const char *name, enum bpf_map_type type, __u32 bytes,
		       __u32 entries)
{
	char path[PATH_MAX];
	int fd = open_pin(dir, name);

	if (fd >= 0)
		return fd;
	fd = bpf_map_create(type, name, sizeof(__u32), bytes, entries, NULL);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (fd < 0 || bpf_obj_pin(fd, path))
		error(1, errno, "%s", path);
	return fd;
}

static void update(int fd, __u32 key, const void *value)
{
	if (fd < 0 || bpf_map_update_elem(fd, &key, value, 0))
		error(1, errno, "can't write the map");
}

/* Divides a number among the CPUs. */
static void divide(__u64 *first, size_t stride, __u64 value, int cpus)
{
	for (int cpu = 0; cpu < cpus; cpu++, first += stride)
		*first = value / (unsigned int)cpus + (cpu ? 0 : value % (unsigned int)cpus);
}

static void read_entries(int members_fd, int verdicts_fd, int cpus)
{
	const size_t stride = sizeof(struct verdict_stats) / sizeof(__u64);
	struct verdict_stats *values = calloc((size_t)cpus, sizeof(*values));
	__u64 *words = (__u64 *)values;
	struct tap_member m;
	unsigned long long value;
	__u32 index;

	if (!values)
		error(1, errno, "calloc");
	for (;;) {
		memset(&m, 0, sizeof(m));
		if (scanf("%u %u %u %u %127s", &index, &m.prog_id, &m.place, &m.traced, m.name) !=
		    5)
			break;
		for (size_t i = 0; i < stride; i++) {
			if (scanf("%llu", &value) != 1)
				error(1, 0, "there is a number missing");
			divide(words + i, stride, value, cpus);
		}
		update(members_fd, index, &m);
		update(verdicts_fd, index, values);
	}
	free(values);
}

/* After the entries there may be a line "errors EXCEPTIONS REDIRECT". */
static void set_errors(const char *dir, int cpus)
{
	struct xdp_errors *values = calloc((size_t)cpus, sizeof(*values));
	unsigned long long exceptions, redirect;

	if (!values)
		error(1, errno, "calloc");
	if (scanf(" errors %llu %llu", &exceptions, &redirect) == 2) {
		divide(&values->exceptions, 2, exceptions, cpus);
		divide(&values->redirect, 2, redirect, cpus);
		update(open_or_pin(dir, XDPTAP_MAP_ERRORS, BPF_MAP_TYPE_PERCPU_ARRAY,
				   sizeof(*values), 1),
		       0, values);
	}
	free(values);
}

/* Makes the tap one that traces this program at exit. */
static void set_actions(const char *dir, char **argv)
{
	struct tap_settings *s = calloc(1, sizeof(*s));
	int fd = open_pin(dir, XDPTAP_MAP_SETTINGS);

	if (!s || fd < 0 || bpf_map_lookup_elem(fd, &zero, s))
		error(1, errno, "can't read the settings");
	s->actions = (__u32)strtoul(argv[0], NULL, 0);
	s->traced_id = (__u32)strtoul(argv[1], NULL, 0);
	snprintf(s->traced_name, sizeof(s->traced_name), "%s", argv[2]);
	s->traced_all = !*argv[2];
	s->traced_mode = XDPTAP_MODE_NATIVE;
	update(fd, 0, s);
	free(s);
}

int main(int argc, char **argv)
{
	int cpus = libbpf_num_possible_cpus(), members_fd, verdicts_fd, meta_fd;
	struct tap_meta meta;
	const char *dir = argv[1];

	if (argc != 2 && argc != 5)
		error(2, 0, "usage: verdicts DIR [ACTIONS ID NAME]");
	members_fd = open_or_pin(dir, XDPTAP_MAP_MEMBERS, BPF_MAP_TYPE_ARRAY,
				 sizeof(struct tap_member), XDPTAP_MEMBERS_MAX);
	verdicts_fd = open_or_pin(dir, XDPTAP_MAP_VERDICTS, BPF_MAP_TYPE_PERCPU_ARRAY,
				  sizeof(struct verdict_stats), XDPTAP_MEMBERS_MAX);
	read_entries(members_fd, verdicts_fd, cpus);
	set_errors(dir, cpus);
	if (argc == 5)
		set_actions(dir, argv + 2);
	meta_fd = open_pin(dir, XDPTAP_MAP_META);
	if (meta_fd < 0 || bpf_map_lookup_elem(meta_fd, &zero, &meta))
		error(1, errno, "can't read meta");
	meta.verdicts = 1;
	meta.errors = open_pin(dir, XDPTAP_MAP_ERRORS) >= 0;
	meta.trace = meta.at_exit = argc == 5;
	update(meta_fd, 0, &meta);
	return 0;
}
