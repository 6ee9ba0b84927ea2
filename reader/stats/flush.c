// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-stats flush`: deletes all flows of a tap; counting restarts from zero. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <json-c/json.h>

#include "pin/cli/diag.h"
#include "pin/cli/arguments.h"
#include "pin/cli/options.h"
#include "pin/cli/output.h"
#include "pin/cli/tap_error.h"
#include "pin/lock.h"
#include "pin/tap.h"
#include "reader/stats/commands.h"
#include "reader/stats/flow_sample.h"

struct flush {
	int flushed_fd;
	uint64_t deleted; /* by this command */
};

/* User space can't add to a map value atomically: only the holder of the lock does it. */
static int add_flushed(void *arg, uint64_t n)
{
	struct flush *f = arg;
	const __u32 zero = 0;
	__u64 flushed;

	f->deleted += n;
	if (bpf_map_lookup_elem(f->flushed_fd, &zero, &flushed))
		return -errno;
	flushed += n;
	return bpf_map_update_elem(f->flushed_fd, &zero, &flushed, BPF_ANY) ? -errno : 0;
}

/*
 * Locks the directory of the tap, as the loader's commands do. Not a pin: whoever may read one may
 * lock it. Returns a descriptor that holds the lock until it is closed, or -errno after saying why.
 */
static int lock_tap(const struct tap_name *name)
{
	pid_t stranger = 0;
	char path[PATH_MAX];
	int err, fd = -1;

	err = tap_name_path(path, name, NULL);
	if (!err) {
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		err = fd < 0 ? -errno : lock_wait(fd, &stranger);
	}
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	tap_error_lock(name, false, err, stranger);
	return err;
}

static void print_deleted(const struct options *o, const char *ifname, uint64_t deleted)
{
	struct json_object *json;

	diag_note("%s: %" PRIu64 " flow%s deleted", ifname, deleted, deleted == 1 ? "" : "s");
	if (!o->json)
		return;
	json = output_object();
	output_add(json, "ifname", output_string(ifname));
	output_add(json, "flows_flushed", output_uint(deleted));
	output_json(stdout, json, o->pretty);
	json_object_put(json);
}

static int flush_tap(const struct options *o, const struct tap *tap)
{
	const struct tap_name name = { o->bpffs, tap->ifname };
	struct flush f = { .flushed_fd = tap->flushed_fd };
	int lock_fd, err;

	lock_fd = lock_tap(&name);
	if (lock_fd < 0)
		return lock_fd;
	err = flows_delete(tap->flows_fd, add_flushed, &f);
	close(lock_fd);
	if (err)
		diag_error("%s: can't delete all flows; %" PRIu64 " are deleted: %s", tap->ifname,
			   f.deleted, strerror(-err));
	else
		print_deleted(o, tap->ifname, f.deleted);
	return err;
}

int cmd_flush(const struct options *o, int argc, char **argv)
{
	char ifname[IF_NAMESIZE];
	const struct tap_name name = { o->bpffs, ifname };
	struct reason reason = { 0 };
	struct tap tap = TAP_CLOSED;
	int err, status;

	status = arguments_tap_only(o->bpffs, argc, argv, ifname);
	if (status != EXIT_OK)
		return status;
	err = tap_open(&name, TAP_FLUSH, &tap, &reason);
	if (!err && !tap.meta.flows)
		err = -ENODEV;
	if (err)
		flow_sample_failed(name.ifname, err, &reason);
	else
		err = flush_tap(o, &tap);
	tap_close(&tap);
	return err ? EXIT_FAILED : EXIT_OK;
}
