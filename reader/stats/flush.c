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
 * Locks the pin of flow_flushed: the lock on meta is the reader's, that on the directory the
 * loader's. The pin of an array map with BTF can be opened as a file. Returns a descriptor
 * that holds the lock until it is closed, or -errno.
 */
static int lock_flush(const struct tap_name *name)
{
	char path[PATH_MAX];
	int err, fd;

	err = tap_name_path(path, name, XDPTAP_MAP_FLUSHED);
	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = lock_wait(fd);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
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

	lock_fd = lock_flush(&name);
	if (lock_fd < 0) {
		diag_error("%s: can't lock %s: %s", tap->ifname, XDPTAP_MAP_FLUSHED,
			   strerror(-lock_fd));
		return lock_fd;
	}
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
