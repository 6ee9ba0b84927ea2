/* SPDX-License-Identifier: BSD-2-Clause */
/* Replaces a file so that its readers see the old one or the new one, never a part. */
#ifndef XDPTAP_READER_STATS_TEXTFILE_H
#define XDPTAP_READER_STATS_TEXTFILE_H

#include <stdbool.h>
#include <stddef.h>

/* Returns whether the textfile collector of node_exporter would read a file of that name. */
bool textfile_name_fits(const char *path);

/*
 * Replaces the file `path` by one with `size` bytes of `text` and mode 0644. A symbolic link
 * is replaced itself, not the file it points to. Returns 0, or -errno; the old file is then
 * unchanged, and no other file is left. Only SIGKILL can leave a file PATH.XXXXXX, which
 * node_exporter does not read.
 */
int textfile_replace(const char *path, const char *text, size_t size);

#endif
