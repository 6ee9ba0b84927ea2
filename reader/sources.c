// SPDX-License-Identifier: BSD-2-Clause
/* Finds and opens the taps that are to be read; used by main.c and follow.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pin/cli/diag.h"
#include "pin/cli/tap_error.h"
#include "reader/capture.h"
#include "reader/sources.h"

/* Returns whether the tap records the bytes that the options need; otherwise says so. */
static bool has_bytes(const struct source *s, const struct capture_options *o)
{
	const struct format_options *format = &o->format;

	if (s->tap.in_force.snaplen || (o->quiet && !o->out.path))
		return true;
	if (format->kind == FORMAT_PCAPNG && format->synthesize)
		return true;
	if (format->kind != FORMAT_PCAPNG && format->dump == TEXT_DUMP_NONE)
		return true;
	diag_error("%s: the tap records no packet bytes: its snaplen is 0", s->tap.ifname);
	diag_hint("run 'xdptap-loader set dev %s snaplen 128'%s", s->tap.ifname,
		  format->kind == FORMAT_PCAPNG ? ", or use --synthesize" : "");
	return false;
}

/* Returns a place for a source, or NULL without memory. */
static struct source *get_place(struct sources *s)
{
	struct source *list;

	for (struct source *old = s->list; old < s->list + s->n; old++) {
		if (old->state == SOURCE_ENDED) {
			s->lost_before += source_lost(old);
			return old;
		}
	}
	list = reallocarray(s->list, s->n + 1, sizeof(*list));
	if (!list)
		return NULL;
	s->list = list;
	return &list[s->n++];
}

/* Opens a tap. Returns 0, or -errno after saying why it can't be read. */
static int open_one(struct sources *s, const struct capture_options *o, const char *ifname)
{
	const struct tap_name name = { o->bpffs, ifname };
	struct source opened, *place;
	int err;

	/* Whom the reader becomes may not be allowed to open the settings again. */
	err = source_open(&opened, &name, o->user.name ? TAP_RINGS | TAP_SETTINGS : TAP_RINGS);
	if (err)
		return err;
	if (!has_bytes(&opened, o)) {
		source_close(&opened);
		return -EINVAL;
	}
	place = get_place(s);
	if (!place) {
		diag_error("%s: %s", ifname, strerror(ENOMEM));
		source_close(&opened);
		return -ENOMEM;
	}
	*place = opened;
	return 0;
}

bool sources_open_named(struct sources *s, const struct capture_options *o,
			const char (*ifnames)[IF_NAMESIZE], size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		err = open_one(s, o, ifnames[i]);
		if (err == -ENOENT && n > 1 && o->filter)
			diag_hint("if '%s' belongs to the expression of -f, quote the expression",
				  ifnames[i]);
	}
	if (err)
		sources_close(s);
	return !err;
}

/* Returns the inode of the tap's directory, or of a pin in it; 0 and errno: there is none, or it
 * can't be examined. */
static ino_t inode_of(const struct tap_name *name, const char *pin)
{
	char path[PATH_MAX];
	struct stat st;

	return tap_name_path(path, name, pin) || stat(path, &st) ? 0 : st.st_ino;
}

static bool is_known(const struct sources *s, ino_t dir)
{
	for (size_t i = 0; i < s->n_known; i++)
		if (s->known[i] == dir)
			return true;
	return false;
}

/* Opens those of the taps that are not known. Only `at_start` one without meta is complained of. */
static void open_unknown(struct sources *s, const struct capture_options *o,
			 const char (*ifnames)[IF_NAMESIZE], size_t n, bool at_start)
{
	ino_t *known = calloc(n ?: 1, sizeof(*known)), dir;
	size_t n_known = 0;
	int err;

	if (!known) {
		diag_error("%s", strerror(ENOMEM));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct tap_name name = { o->bpffs, ifnames[i] };

		dir = inode_of(&name, NULL);
		if (!dir && at_start && errno != ENOENT)
			diag_error("%s: can't examine its pins: %s", ifnames[i], strerror(errno));
		/* The loader pins meta last. */
		if (!dir || (!at_start && !inode_of(&name, XDPTAP_MAP_META)))
			continue;
		if (is_known(s, dir)) {
			known[n_known++] = dir;
			continue;
		}
		err = open_one(s, o, ifnames[i]);
		if (!err && !at_start)
			diag_note("%s: attached meanwhile; it is read, too", ifnames[i]);
		if (err != -ENODATA)
			known[n_known++] = dir;
	}
	free(s->known);
	s->known = known;
	s->n_known = n_known;
}

int sources_open_any(struct sources *s, const struct capture_options *o)
{
	char(*ifnames)[IF_NAMESIZE];
	int n = tap_name_list(o->bpffs, &ifnames);

	if (n < 0) {
		tap_error_list(o->bpffs, n);
		return n;
	}
	open_unknown(s, o, ifnames, (size_t)n, true);
	free(ifnames);
	return n;
}

void sources_open_later(struct sources *s, const struct capture_options *o)
{
	char(*ifnames)[IF_NAMESIZE];
	int n = tap_name_list(o->bpffs, &ifnames);

	if (n < 0)
		return; /* the BPF filesystem is gone: nothing can come there any more */
	open_unknown(s, o, ifnames, (size_t)n, false);
	free(ifnames);
}

void sources_close(struct sources *s)
{
	for (struct source *one = s->list; one < s->list + s->n; one++)
		source_close(one);
	free(s->list);
	free(s->known);
	*s = (struct sources){ 0 };
}

size_t sources_left(const struct sources *s)
{
	size_t left = 0;

	for (const struct source *one = s->list; one < s->list + s->n; one++)
		left += one->state != SOURCE_ENDED;
	return left;
}

uint64_t sources_lost(struct sources *s)
{
	uint64_t lost = s->lost_before;

	for (struct source *one = s->list; one < s->list + s->n; one++)
		lost += source_lost(one);
	return lost;
}
