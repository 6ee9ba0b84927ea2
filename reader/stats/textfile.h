/* SPDX-License-Identifier: BSD-2-Clause */
/* A file that others read at any moment: the old one, or the new one as a whole. */
#ifndef XDPTAP_READER_STATS_TEXTFILE_H
#define XDPTAP_READER_STATS_TEXTFILE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether node_exporter's textfile collector would read a file of that name. */
bool textfile_name_fits(const char *path);

/*
 * Replaces the file `path` by one of these bytes, which all may read (mode 0644). Also
 * a symbolic link is replaced, and not what it points to. Returns 0 or -errno; then
 * it is as it was, and nothing is left beside it. Only SIGKILL can leave a file
 * PATH.XXXXXX, which node_exporter does not read.
 */
int textfile_replace(const char *path, const char *text, size_t size);

#endif
