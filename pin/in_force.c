// SPDX-License-Identifier: BSD-2-Clause
/* Reads the settings that are in force; used by tap.c and the loader. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "pin/in_force.h"

/* How often to read again when a command of the loader changes them meanwhile. */
#define TRIES 10

static int read_control(int fd, struct tap_control *control)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(fd, &zero, control) ? -errno : 0;
}

static int read_settings(int fd, __u32 i, struct tap_settings *settings)
{
	if (bpf_map_lookup_elem(fd, &i, settings))
		return -errno;
	settings->filter[sizeof(settings->filter) - 1] = '\0';
	return 0;
}

static int read_once(struct in_force *f, int control_fd, int settings_fd, struct tap_settings *buf)
{
	struct tap_control after;
	int err;

	err = read_control(control_fd, &f->control);
	if (!err)
		err = read_settings(settings_fd, !(f->control.generation % 2), buf);
	if (err)
		return err;
	f->other_prog_id = buf->prog_id;
	err = read_settings(settings_fd, f->control.generation % 2, buf);
	if (!err)
		err = read_control(control_fd, &after);
	if (err)
		return err;
	if (memcmp(&after, &f->control, sizeof(after)))
		return -EAGAIN;
	return buf->generation == f->control.generation && buf->sample &&
			       buf->snaplen <= XDPTAP_SNAPLEN_MAX
		       ? 0
		       : -EPROTO;
}

int in_force_read(struct in_force *f, int control_fd, int settings_fd)
{
	struct tap_settings *buf = malloc(sizeof(*buf));
	struct in_force new = { 0 };
	int err = -EAGAIN;

	if (!buf)
		return -ENOMEM;
	for (int i = 0; i < TRIES && err == -EAGAIN; i++)
		err = read_once(&new, control_fd, settings_fd, buf);
	if (!err) {
		new.prog_id = buf->prog_id;
		new.snaplen = buf->snaplen;
		new.sample = buf->sample;
		new.since_ns = buf->since_ns;
		new.filter = *buf->filter ? strdup(buf->filter) : NULL;
		if (*buf->filter && !new.filter)
			err = -ENOMEM;
	}
	free(buf);
	if (!err)
		*f = new;
	return err;
}

void in_force_free(struct in_force *f)
{
	free(f->filter);
	f->filter = NULL;
}
