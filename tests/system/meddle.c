// SPDX-License-Identifier: BSD-2-Clause
/*
 * meddle PIN...: opens maps for reading only, as a member of a tap's group may, and tries to change
 * them all the same. Prints what succeeded, "PIN: WHAT", and exits with 1 then. Called by
 * group.bats.
 */
#include <errno.h>
#include <error.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

static int succeeded;

static void note(const char *pin, const char *what, int failed)
{
	if (failed)
		return;
	printf("%s: %s\n", pin, what);
	succeeded = 1;
}

static void meddle(const char *pin)
{
	LIBBPF_OPTS(bpf_obj_get_opts, opts, .file_flags = BPF_F_RDONLY);
	struct bpf_map_info info = { 0 };
	unsigned int len = sizeof(info);
	char *key, *value;
	void *page;
	int fd;

	note(pin, "opened for reading and writing", bpf_obj_get(pin) < 0);
	fd = bpf_obj_get_opts(pin, &opts);
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &len))
		error(2, errno, "%s", pin);
	key = calloc(1, info.key_size + 1);
	value = calloc((size_t)libbpf_num_possible_cpus(), info.value_size + 8);
	if (!key || !value)
		error(2, errno, "%s", pin);
	note(pin, "updated", bpf_map_update_elem(fd, key, value, BPF_ANY));
	note(pin, "deleted", bpf_map_delete_elem(fd, key));
	note(pin, "looked up and deleted", bpf_map_lookup_and_delete_elem(fd, key, value));
	note(pin, "frozen", bpf_map_freeze(fd));
	page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	note(pin, "mapped for writing", page == MAP_FAILED);
	page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ, MAP_SHARED, fd, 0);
	if (page != MAP_FAILED)
		note(pin, "mapped, and made writable",
		     mprotect(page, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE));
	free(key);
	free(value);
	close(fd);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		meddle(argv[i]);
	return succeeded;
}
