// SPDX-License-Identifier: BSD-2-Clause
/* Opens the pins of a tap and verifies them; used by all three tools. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "pin/permission.h"
#include "pin/tap.h"
#include "pin/tap_map.h"

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

/* Once known it stays: no thread asks while it visits another namespace. */
static __u32 netns_ino;

int tap_know_netns(struct reason *reason)
{
	struct stat st;

	if (netns_ino)
		return 0;
	if (stat("/proc/self/ns/net", &st))
		return reason_set(reason, -errno, "can't examine /proc/self/ns/net: %s",
				  strerror(errno));
	netns_ino = (__u32)st.st_ino;
	return 0;
}

__u32 tap_netns_ino(void)
{
	struct reason unknown;

	return tap_know_netns(&unknown) ? 0 : netns_ino;
}

/* As many CPUs as any kernel supports. */
#define TAP_RINGS_MAX 8192

/* What each pin has to be. */
static const struct tap_map expected_meta = {
	XDPTAP_MAP_META, BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(struct tap_meta), 1,
	BPF_F_RDONLY,
};
static const struct tap_map expected_stats = {
	XDPTAP_MAP_STATS, BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(__u32), sizeof(struct packet_stats), 1,
	BPF_F_RDONLY,
};
static const struct tap_map expected_doorbell = {
	XDPTAP_MAP_DOORBELL, BPF_MAP_TYPE_RINGBUF, 0, 0, 0, 0,
};
static const struct tap_map expected_wakeup = {
	XDPTAP_MAP_WAKEUP, BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(__u32), 1, 0,
};
static const struct tap_map expected_control = {
	XDPTAP_MAP_CONTROL, BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(struct tap_control), 1,
	BPF_F_RDONLY,
};
static const struct tap_map expected_settings = {
	XDPTAP_MAP_SETTINGS, BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(struct tap_settings), 2,
	BPF_F_RDONLY,
};
static const struct tap_map expected_flushed = {
	XDPTAP_MAP_FLUSHED, BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(__u64), 1, BPF_F_RDONLY,
};

static const struct tap_map expected_members = {
	XDPTAP_MAP_MEMBERS,        BPF_MAP_TYPE_ARRAY, sizeof(__u32),
	sizeof(struct tap_member), XDPTAP_MEMBERS_MAX, BPF_F_RDONLY,
};
static const struct tap_map expected_verdicts = {
	XDPTAP_MAP_VERDICTS,          BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(__u32),
	sizeof(struct verdict_stats), XDPTAP_MEMBERS_MAX,        BPF_F_RDONLY,
};

static const struct tap_map expected_errors = {
	XDPTAP_MAP_ERRORS, BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(__u32), sizeof(struct xdp_errors), 1,
	BPF_F_RDONLY,
};
static const struct tap_map expected_decided = {
	XDPTAP_MAP_DECIDED, BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(__u32), sizeof(__u32), 1, 0,
};

int tap_read_meta(const struct tap_name *name, struct tap_meta *meta, struct reason *reason)
{
	struct tap_meta m;
	__u32 zero = 0;
	int fd, err;

	fd = tap_map_open(name, &expected_meta, reason);
	if (fd < 0)
		return fd == -ENOENT ? -ENODATA : fd;
	err = bpf_map_lookup_elem(fd, &zero, &m) ? -errno : 0;
	close(fd);
	if (err)
		return reason_set(reason, err, "can't read meta: %s", strerror(-err));
	if (m.abi_version != XDPTAP_ABI_VERSION)
		return reason_set(reason, -EPROTO,
				  "the tap has ABI version %u, but this program supports %u",
				  m.abi_version, XDPTAP_ABI_VERSION);
	if (m.event_bytes != sizeof(struct packet_event))
		return reason_set(reason, -EPROTO, "its events have %u bytes, not %zu",
				  m.event_bytes, sizeof(struct packet_event));
	if (!m.rings || m.rings > TAP_RINGS_MAX)
		return reason_set(reason, -EPROTO, "meta says %u rings", m.rings);
	if (m.flows > XDPTAP_FLOWS_MAX)
		return reason_set(reason, -EPROTO, "meta says flows %u", m.flows);
	m.ifname[sizeof(m.ifname) - 1] = '\0';
	*meta = m;
	return 0;
}

/* The error for a missing pin: without meta the tap is being detached, else it is damaged. */
static int pin_missing(const struct tap_name *name)
{
	char path[PATH_MAX];

	if (tap_name_path(path, name, XDPTAP_MAP_META))
		return -EPROTO;
	return access(path, F_OK) ? -ENODATA : -EPROTO;
}

/* Opens ring buffer number i for reading and writing. */
static int open_ring(const struct tap_name *name, const struct tap *t, __u32 i,
		     struct reason *reason)
{
	struct tap_map ring = { .type = BPF_MAP_TYPE_RINGBUF, .entries = t->meta.ring_bytes };
	char pin[TAP_NAME_RING_MAX];

	ring.name = tap_name_ring(pin, i);
	return tap_map_open(name, &ring, reason);
}

/* The same ring buffer under two names would be consumed twice. */
static int check_rings_differ(const struct tap *t, struct reason *reason)
{
	__u32 *ids = calloc(t->meta.rings, sizeof(*ids));
	char a[TAP_NAME_RING_MAX], b[TAP_NAME_RING_MAX];
	int err = 0;

	if (!ids)
		return reason_set(reason, -ENOMEM, "%s", strerror(ENOMEM));
	for (__u32 i = 0; i < t->meta.rings && !err; i++) {
		err = tap_map_id(t->ring_fds[i], &ids[i]);
		if (err)
			reason_set(reason, err, "can't ask for its ring buffers: %s",
				   strerror(-err));
		for (__u32 j = 0; j < i && !err; j++)
			if (ids[j] == ids[i])
				err = reason_set(reason, -EPROTO, "%s and %s are the same map",
						 tap_name_ring(a, j), tap_name_ring(b, i));
	}
	free(ids);
	return err;
}

/* Opens everything that a reader needs besides the counters. */
static int open_rings(const struct tap_name *name, struct tap *t, struct reason *reason)
{
	int err;

	t->ring_fds = calloc(t->meta.rings, sizeof(*t->ring_fds));
	if (!t->ring_fds)
		return reason_set(reason, -ENOMEM, "%s", strerror(ENOMEM));
	for (__u32 i = 0; i < t->meta.rings; i++)
		t->ring_fds[i] = -1;
	for (__u32 i = 0; i < t->meta.rings; i++) {
		t->ring_fds[i] = open_ring(name, t, i, reason);
		if (t->ring_fds[i] < 0)
			return t->ring_fds[i];
	}
	err = check_rings_differ(t, reason);
	if (err)
		return err;
	t->doorbell_fd = tap_map_open(name, &expected_doorbell, reason);
	if (t->doorbell_fd < 0)
		return t->doorbell_fd;
	t->wakeup_fd = tap_map_open(name, &expected_wakeup, reason);
	return t->wakeup_fd < 0 ? t->wakeup_fd : 0;
}

static int open_flows(const struct tap_name *name, struct tap *t, bool to_write,
		      struct reason *reason)
{
	struct tap_map flows = {
		XDPTAP_MAP_FLOWS,        BPF_MAP_TYPE_LRU_PERCPU_HASH,
		sizeof(struct flow_key), sizeof(struct flow_stats),
		t->meta.flows,           to_write ? 0 : BPF_F_RDONLY,
	};
	struct tap_map flushed = expected_flushed;

	if (!t->meta.flows)
		return 0;
	flushed.flags = flows.flags;
	t->flows_fd = tap_map_open(name, &flows, reason);
	if (t->flows_fd < 0)
		return t->flows_fd;
	t->flushed_fd = tap_map_open(name, &flushed, reason);
	return t->flushed_fd < 0 ? t->flushed_fd : 0;
}

static int open_verdicts(const struct tap_name *name, struct tap *t, struct reason *reason)
{
	if (!t->meta.verdicts)
		return 0;
	t->members_fd = tap_map_open(name, &expected_members, reason);
	if (t->members_fd < 0)
		return t->members_fd;
	t->verdicts_fd = tap_map_open(name, &expected_verdicts, reason);
	if (t->verdicts_fd < 0)
		return t->verdicts_fd;
	if (!t->meta.errors)
		return 0;
	t->errors_fd = tap_map_open(name, &expected_errors, reason);
	return t->errors_fd < 0 ? t->errors_fd : 0;
}

/* Opens both maps of the settings, or none. Returns 0 or -errno and the reason. */
static int open_settings(const struct tap_name *name, int *control_fd, int *settings_fd,
			 struct reason *reason)
{
	int control, settings;

	control = tap_map_open(name, &expected_control, reason);
	if (control < 0)
		return control;
	settings = tap_map_open(name, &expected_settings, reason);
	if (settings < 0) {
		close(control);
		return settings;
	}
	*control_fd = control;
	*settings_fd = settings;
	return 0;
}

/* Reads the settings in force. Of a trace tap they say where the traced program is, as meta does.
 */
static int read_settings(int control_fd, int settings_fd, struct tap_meta *meta, struct in_force *f,
			 struct reason *reason)
{
	__u32 ifindex = meta->netns_ino == tap_netns_ino() ? meta->ifindex : 0;
	int err = in_force_read(f, control_fd, settings_fd, ifindex);

	if (err == -EPROTO)
		reason_set(reason, err, "its settings contradict each other");
	else if (err)
		reason_set(reason, err, "can't read its settings: %s", strerror(-err));
	if (!err && meta->trace) {
		meta->mode = f->traced_mode;
		meta->dispatcher = f->traced_dispatcher;
	}
	return err;
}

/* The same, of maps that are opened for it. */
static int read_in_force(const struct tap_name *name, struct tap_meta *meta, struct in_force *f,
			 struct reason *reason)
{
	int control_fd, settings_fd, err;

	err = open_settings(name, &control_fd, &settings_fd, reason);
	if (err)
		return err;
	err = read_settings(control_fd, settings_fd, meta, f, reason);
	close(settings_fd);
	close(control_fd);
	return err;
}

void tap_refresh(const struct tap_name *name, struct tap *tap)
{
	struct reason reason;
	struct in_force now;
	int err;

	if (tap->control_fd >= 0)
		err = read_settings(tap->control_fd, tap->settings_fd, &tap->meta, &now, &reason);
	else
		err = read_in_force(name, &tap->meta, &now, &reason);
	if (err)
		return;
	in_force_free(&tap->in_force);
	tap->in_force = now;
}

/* Meta could be read as a map. Returns the error and the reason why it can't be opened as a file.
 */
static int lock_failed(const char *path, int err, struct reason *reason)
{
	if (err == ENOENT)
		return reason_set(reason, -ENODATA, "%s is gone", path);
	/* The kernel allows that only of maps with BTF. */
	if (err == EIO || err == EACCES || err == EPERM)
		return reason_set(reason, -EPROTO, "%s was not pinned by xdptap-loader", path);
	return reason_set(reason, -err, "can't open %s: %s", path, strerror(err));
}

/* Returns whether the meta pin is another file than this one. */
static bool is_another(const struct tap_name *name, const struct stat *opened)
{
	struct stat pinned;
	char path[PATH_MAX];

	return !tap_name_path(path, name, XDPTAP_MAP_META) && !stat(path, &pinned) &&
	       (pinned.st_ino != opened->st_ino || pinned.st_dev != opened->st_dev);
}

bool tap_is_replaced(const struct tap_name *name, const struct tap *tap)
{
	struct stat opened;

	return !fstat(tap->lock_fd, &opened) && is_another(name, &opened);
}

/* Reads meta, and opens its pin as a file. Returns 0, or -errno and the reason. */
static int open_meta(const struct tap_name *name, struct tap *t, struct reason *reason)
{
	char path[PATH_MAX];
	int err;

	err = tap_read_meta(name, &t->meta, reason);
	if (err)
		return err;
	/* An array with BTF can be opened as a text file, too. */
	if (!tap_name_path(path, name, XDPTAP_MAP_META))
		t->lock_fd = open(path, O_RDONLY | O_CLOEXEC);
	return t->lock_fd < 0 ? lock_failed(path, errno, reason) : 0;
}

/*
 * Opens what is pinned. Sets *replaced if the tap was detached and attached again meanwhile: then
 * not all of it need be of one tap, and nothing is open. As tap_open().
 */
static int open_pinned(const struct tap_name *name, enum tap_want want, struct tap *tap,
		       bool *replaced, struct reason *reason)
{
	struct tap t = TAP_CLOSED;
	struct stat before;
	char path[PATH_MAX];
	bool there;
	int err;

	snprintf(t.ifname, sizeof(t.ifname), "%s", name->ifname);
	there = !tap_name_path(path, name, XDPTAP_MAP_META) && !stat(path, &before);
	err = open_meta(name, &t, reason);
	if (!err) {
		t.stats_fd = tap_map_open(name, &expected_stats, reason);
		err = t.stats_fd < 0 ? t.stats_fd : 0;
	}
	if (!err)
		err = read_in_force(name, &t.meta, &t.in_force, reason);
	if (!err && want & TAP_SETTINGS)
		err = open_settings(name, &t.control_fd, &t.settings_fd, reason);
	if (!err)
		err = open_verdicts(name, &t, reason);
	if (!err && want & TAP_RINGS)
		err = open_rings(name, &t, reason);
	if (!err && want & (TAP_FLOWS | TAP_FLUSH))
		err = open_flows(name, &t, want & TAP_FLUSH, reason);
	if (err == -ENOENT)
		err = pin_missing(name);
	*replaced = there && is_another(name, &before);
	if (err || *replaced)
		tap_close(&t);
	else
		*tap = t;
	return err;
}

/* How often a tap may be replaced while it is being opened. */
#define TRIES 10

static int open_pins(const struct tap_name *name, enum tap_want want, struct tap *tap,
		     struct reason *reason)
{
	bool replaced = true;
	char path[PATH_MAX];
	int err;

	err = tap_name_path(path, name, NULL);
	if (err)
		return reason_set(reason, err, "the path is too long");
	if (access(path, F_OK)) {
		if (errno == ENOENT)
			return reason_set(reason, -ENOENT, "no tap is pinned in %s", name->bpffs);
		return reason_set(reason, -errno, "can't open %s: %s", path, strerror(errno));
	}
	for (int i = 0; replaced && i < TRIES; i++)
		err = open_pinned(name, want, tap, &replaced, reason);
	return replaced ? reason_set(reason, -ENODATA, "it is attached again and again") : err;
}

int tap_open(const struct tap_name *name, enum tap_want want, struct tap *tap,
	     struct reason *reason)
{
	int err = open_pins(name, want, tap, reason);

	if (err == -EACCES)
		permission_explain(name, reason);
	return err;
}

int tap_open_ring(const struct tap_name *name, const struct tap *tap, __u32 i,
		  struct reason *reason)
{
	int fd = open_ring(name, tap, i, reason);

	return fd == -ENOENT ? pin_missing(name) : fd;
}

int tap_open_decided(const struct tap_name *name, struct reason *reason)
{
	return tap_map_open(name, &expected_decided, reason);
}

int tap_open_pin(const struct tap_name *name, const char *pin)
{
	char path[PATH_MAX];
	int err = tap_name_path(path, name, pin), fd;

	if (err)
		return err;
	fd = bpf_obj_get(path);
	return fd < 0 ? -errno : fd;
}

static void close_rings(struct tap *tap)
{
	for (__u32 i = 0; tap->ring_fds && i < tap->meta.rings; i++)
		if (tap->ring_fds[i] >= 0)
			close(tap->ring_fds[i]);
	free(tap->ring_fds);
	tap->ring_fds = NULL;
}

void tap_close_mapped(struct tap *tap)
{
	close_rings(tap);
	if (tap->wakeup_fd >= 0)
		close(tap->wakeup_fd);
	tap->wakeup_fd = -1;
}

void tap_close(struct tap *tap)
{
	int *fds[] = { &tap->doorbell_fd, &tap->wakeup_fd,   &tap->stats_fd, &tap->members_fd,
		       &tap->verdicts_fd, &tap->errors_fd,   &tap->flows_fd, &tap->flushed_fd,
		       &tap->control_fd,  &tap->settings_fd, &tap->lock_fd };

	close_rings(tap);
	in_force_free(&tap->in_force);
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}
