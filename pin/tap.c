// SPDX-License-Identifier: BSD-2-Clause
/* Paths of the pins, and opening them; used by all three tools. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "pin/bpffs.h"
#include "pin/cli/diag.h"
#include "pin/tap.h"

bool tap_valid_ifname(const char *name)
{
	size_t len = strlen(name);

	if (!len || len >= IF_NAMESIZE || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (; *name; name++)
		if (*name == '/' || *name == ':' || isspace((unsigned char)*name))
			return false;
	return true;
}

static void replace_char(char *s, char from, char to)
{
	for (; (s = strchr(s, from)); s++)
		*s = to;
}

int tap_path(char buf[PATH_MAX], const char *bpffs, const char *ifname, const char *name)
{
	char dir[IF_NAMESIZE];
	int len;

	snprintf(dir, sizeof(dir), "%s", ifname);
	replace_char(dir, '.', ':');
	len = snprintf(buf, PATH_MAX, "%s/" TAP_ROOT "/%s%s%s", bpffs, dir, name ? "/" : "",
		       name ? name : "");
	return len >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

int tap_list(const char *bpffs, char (**names)[IF_NAMESIZE])
{
	char(*list)[IF_NAMESIZE] = NULL, (*more)[IF_NAMESIZE];
	char root[PATH_MAX];
	struct dirent *ent;
	int n = 0, err;
	DIR *d;

	if (snprintf(root, sizeof(root), "%s/" TAP_ROOT, bpffs) >= PATH_MAX)
		return -ENAMETOOLONG;
	/* A mistyped --bpffs must not look like a machine without taps. */
	if (strcmp(bpffs, BPFFS_DEFAULT) && !bpffs_mounted(bpffs))
		return -ENOTDIR;
	d = opendir(root);
	if (!d) {
		err = -errno;
		if (err == -ENOENT)
			*names = NULL;
		return err == -ENOENT ? 0 : err;
	}
	while ((errno = 0, ent = readdir(d))) {
		if (ent->d_type != DT_DIR || ent->d_name[0] == '.' ||
		    strlen(ent->d_name) >= IF_NAMESIZE)
			continue;
		more = reallocarray(list, (size_t)n + 1, sizeof(*list));
		if (!more) {
			errno = ENOMEM;
			break;
		}
		list = more;
		strcpy(list[n], ent->d_name);
		replace_char(list[n++], ':', '.');
	}
	err = -errno;
	closedir(d);
	if (err) {
		free(list);
		return err;
	}
	if (n)
		qsort(list, (size_t)n, sizeof(*list), by_name);
	*names = list;
	return n;
}

const char *tap_mode_name(__u32 mode)
{
	static const char *const names[] = {
		[XDPTAP_MODE_AUTO] = "auto",
		[XDPTAP_MODE_NATIVE] = "native",
		[XDPTAP_MODE_GENERIC] = "generic",
		[XDPTAP_MODE_OFFLOAD] = "offload",
	};

	return mode < sizeof(names) / sizeof(names[0]) ? names[mode] : "unknown";
}

int tap_map_id(int map_fd, __u32 *id)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(map_fd, &info, &len))
		return -errno;
	*id = info.id;
	return 0;
}

__u32 tap_netns_ino(void)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) ? 0 : (__u32)st.st_ino;
}

const char *tap_ring_name(char buf[TAP_RING_NAME_MAX], __u32 i)
{
	if (i)
		snprintf(buf, TAP_RING_NAME_MAX, XDPTAP_MAP_RING_PREFIX "%u", i);
	else
		snprintf(buf, TAP_RING_NAME_MAX, "%s", XDPTAP_MAP_RING);
	return buf;
}

/* As many CPUs as any kernel is built for. */
#define TAP_RINGS_MAX 8192

/* What a pin has to be. */
struct expected_map {
	const char *name;
	__u32 type, key_bytes, value_bytes;
	__u32 entries; /* 0: any number */
	__u32 flags;   /* to open it with */
};

static const struct expected_map expected_meta = {
	XDPTAP_MAP_META, BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(struct tap_meta), 1,
	BPF_F_RDONLY,
};
static const struct expected_map expected_stats = {
	XDPTAP_MAP_STATS, BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(__u32), sizeof(struct packet_stats), 1,
	BPF_F_RDONLY,
};
static const struct expected_map expected_doorbell = {
	XDPTAP_MAP_DOORBELL, BPF_MAP_TYPE_RINGBUF, 0, 0, 0, 0,
};
static const struct expected_map expected_wakeup = {
	XDPTAP_MAP_WAKEUP, BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(__u32), 1, 0,
};

static const struct expected_map expected_flushed = {
	XDPTAP_MAP_FLUSHED, BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(__u64), 1, BPF_F_RDONLY,
};

/* Returns the map's fd, verified against `want`, or -errno and the reason. */
static int open_map(const char *bpffs, const char *ifname, const struct expected_map *want,
		    char *reason, size_t size)
{
	LIBBPF_OPTS(bpf_obj_get_opts, opts);
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	char path[PATH_MAX];
	int fd, err;

	err = tap_path(path, bpffs, ifname, want->name);
	if (err)
		return why(reason, size, err, "the path is too long");
	opts.file_flags = want->flags;
	fd = bpf_obj_get_opts(path, &opts);
	if (fd < 0)
		return why(reason, size, -errno, "can't open %s: %s", path, strerror(errno));
	if (bpf_obj_get_info_by_fd(fd, &info, &len)) {
		err = why(reason, size, -EPROTO, "%s is pinned but is no map", path);
	} else if (info.type != want->type) {
		err = why(reason, size, -EPROTO, "%s is a map of type %u, not %u", path, info.type,
			  want->type);
	} else if (info.key_size != want->key_bytes) {
		err = why(reason, size, -EPROTO, "%s has keys of %u bytes, not %u", path,
			  info.key_size, want->key_bytes);
	} else if (info.value_size != want->value_bytes) {
		err = why(reason, size, -EPROTO, "%s has values of %u bytes, not %u", path,
			  info.value_size, want->value_bytes);
	} else if (want->entries && info.max_entries != want->entries) {
		err = why(reason, size, -EPROTO, "%s has %u entries, not %u", path,
			  info.max_entries, want->entries);
	}
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

int tap_read_meta(const char *bpffs, const char *ifname, struct tap_meta *meta, char *reason,
		  size_t size)
{
	struct tap_meta m;
	__u32 zero = 0;
	int fd, err;

	fd = open_map(bpffs, ifname, &expected_meta, reason, size);
	if (fd < 0)
		return fd == -ENOENT ? -ENODATA : fd;
	err = bpf_map_lookup_elem(fd, &zero, &m) ? -errno : 0;
	close(fd);
	if (err)
		return why(reason, size, err, "can't read meta: %s", strerror(-err));
	if (m.abi_version != XDPTAP_ABI_VERSION)
		return why(reason, size, -EPROTO,
			   "the tap has ABI version %u, this program speaks %u", m.abi_version,
			   XDPTAP_ABI_VERSION);
	if (m.event_bytes != sizeof(struct packet_event))
		return why(reason, size, -EPROTO, "its events have %u bytes, not %zu",
			   m.event_bytes, sizeof(struct packet_event));
	if (!m.rings || m.rings > TAP_RINGS_MAX)
		return why(reason, size, -EPROTO, "meta says %u rings", m.rings);
	if (m.snaplen > XDPTAP_SNAPLEN_MAX)
		return why(reason, size, -EPROTO, "meta says snaplen %u", m.snaplen);
	if (m.flows > XDPTAP_FLOWS_MAX)
		return why(reason, size, -EPROTO, "meta says flows %u", m.flows);
	m.ifname[sizeof(m.ifname) - 1] = '\0';
	*meta = m;
	return 0;
}

/* A pin is missing: of a tap that is being detached, meta first, or else. */
static int pin_missing(const char *bpffs, const char *ifname)
{
	char path[PATH_MAX];

	if (tap_path(path, bpffs, ifname, XDPTAP_MAP_META))
		return -EPROTO;
	return access(path, F_OK) ? -ENODATA : -EPROTO;
}

/* Ring number i, read and write. */
static int open_ring(const char *bpffs, const struct tap *t, __u32 i, char *reason, size_t size)
{
	struct expected_map ring = { .type = BPF_MAP_TYPE_RINGBUF, .entries = t->meta.ring_bytes };
	char name[TAP_RING_NAME_MAX];

	ring.name = tap_ring_name(name, i);
	return open_map(bpffs, t->ifname, &ring, reason, size);
}

/* All that a reader needs besides the counters. */
static int open_rings(const char *bpffs, struct tap *t, char *reason, size_t size)
{
	t->ring_fds = calloc(t->meta.rings, sizeof(*t->ring_fds));
	if (!t->ring_fds)
		return why(reason, size, -ENOMEM, "%s", strerror(ENOMEM));
	for (__u32 i = 0; i < t->meta.rings; i++)
		t->ring_fds[i] = -1;
	for (__u32 i = 0; i < t->meta.rings; i++) {
		t->ring_fds[i] = open_ring(bpffs, t, i, reason, size);
		if (t->ring_fds[i] < 0)
			return t->ring_fds[i];
	}
	t->doorbell_fd = open_map(bpffs, t->ifname, &expected_doorbell, reason, size);
	if (t->doorbell_fd < 0)
		return t->doorbell_fd;
	t->wakeup_fd = open_map(bpffs, t->ifname, &expected_wakeup, reason, size);
	return t->wakeup_fd < 0 ? t->wakeup_fd : 0;
}

static int open_flows(const char *bpffs, struct tap *t, bool to_write, char *reason, size_t size)
{
	struct expected_map flows = {
		XDPTAP_MAP_FLOWS,        BPF_MAP_TYPE_LRU_PERCPU_HASH,
		sizeof(struct flow_key), sizeof(struct flow_stats),
		t->meta.flows,           to_write ? 0 : BPF_F_RDONLY,
	};
	struct expected_map flushed = expected_flushed;

	if (!t->meta.flows)
		return 0;
	flushed.flags = flows.flags;
	t->flows_fd = open_map(bpffs, t->ifname, &flows, reason, size);
	if (t->flows_fd < 0)
		return t->flows_fd;
	t->flushed_fd = open_map(bpffs, t->ifname, &flushed, reason, size);
	return t->flushed_fd < 0 ? t->flushed_fd : 0;
}

int tap_open(const char *bpffs, const char *ifname, enum tap_want want, struct tap *tap,
	     char *reason, size_t size)
{
	struct tap t = TAP_CLOSED;
	char path[PATH_MAX];
	int err;

	snprintf(t.ifname, sizeof(t.ifname), "%s", ifname);
	err = tap_path(path, bpffs, ifname, NULL);
	if (err)
		return why(reason, size, err, "the path is too long");
	if (access(path, F_OK))
		return why(reason, size, -errno, "%s", strerror(errno));

	err = tap_read_meta(bpffs, ifname, &t.meta, reason, size);
	if (err)
		return err;

	/* Readable as a text file too, as an array with BTF is. */
	if (!tap_path(path, bpffs, ifname, XDPTAP_MAP_META))
		t.lock_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (t.lock_fd < 0)
		return why(reason, size, errno == ENOENT ? -ENODATA : -errno, "can't open %s: %s",
			   path, strerror(errno));

	err = t.stats_fd = open_map(bpffs, ifname, &expected_stats, reason, size);
	if (err < 0)
		goto fail;
	err = 0;
	if (want & TAP_RINGS)
		err = open_rings(bpffs, &t, reason, size);
	if (!err && want & (TAP_FLOWS | TAP_FLUSH))
		err = open_flows(bpffs, &t, want & TAP_FLUSH, reason, size);
	if (err)
		goto fail;
	*tap = t;
	return 0;

fail:
	if (err == -ENOENT)
		err = pin_missing(bpffs, ifname);
	tap_close(&t);
	return err;
}

int tap_open_ring(const char *bpffs, const struct tap *tap, __u32 i, char *reason, size_t size)
{
	int fd = open_ring(bpffs, tap, i, reason, size);

	return fd == -ENOENT ? pin_missing(bpffs, tap->ifname) : fd;
}

void tap_close_rings(struct tap *tap)
{
	for (__u32 i = 0; tap->ring_fds && i < tap->meta.rings; i++)
		if (tap->ring_fds[i] >= 0)
			close(tap->ring_fds[i]);
	free(tap->ring_fds);
	tap->ring_fds = NULL;
}

void tap_close(struct tap *tap)
{
	int *fds[] = { &tap->doorbell_fd, &tap->wakeup_fd,  &tap->stats_fd,
		       &tap->flows_fd,    &tap->flushed_fd, &tap->lock_fd };

	tap_close_rings(tap);
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

void tap_list_failed(const char *bpffs, int err)
{
	if (err == -ENOTDIR)
		diag_error("%s is not a BPF filesystem", bpffs);
	else
		diag_error("can't list the taps in %s: %s", bpffs, strerror(-err));
	if (err == -EACCES || err == -EPERM)
		diag_hint("run as root, or as a user who may read the pins");
}

void tap_open_failed(const char *ifname, int err, const char *reason)
{
	switch (err) {
	case -ENOENT:
		diag_error("%s: no tap is pinned here: %s", ifname, strerror(ENOENT));
		diag_hint("start one with 'xdptap-loader attach dev %s'", ifname);
		break;
	case -ENODATA:
		diag_error("%s: the tap is half-made: an attach is under way or was killed",
			   ifname);
		diag_hint("'xdptap-loader show dev %s' says which; 'detach' cleans up", ifname);
		break;
	case -EPROTO:
		diag_error("%s: can't use the tap: %s", ifname, reason);
		diag_hint("detach and attach it with the xdptap that you read it with");
		break;
	case -EACCES:
	case -EPERM:
		diag_error("%s: %s", ifname, reason);
		diag_hint("run as root, or with the permissions that FILES of the man page tells");
		break;
	default:
		diag_error("%s: %s", ifname, reason);
	}
}
