/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing all of a buffer, and knowing how much of it was written. */
#ifndef XDPTAP_READER_SINK_H
#define XDPTAP_READER_SINK_H

#include <stddef.h>

/*
 * Writes to a descriptor of stop_guard(), or to one that never blocks long.
 * *done is what was written, also after a failure. Returns 0, -EINTR if
 * stop_requested() came first, or -errno.
 */
int sink_write(int fd, const char *buf, size_t size, size_t *done);

/*
 * For the last words, after stop_requested(), to a descriptor that is not
 * guarded. *done as above. Returns 0, -EAGAIN if nobody took them before
 * stop_grace_ms() was over, or -errno.
 */
int sink_write_last(int fd, const char *buf, size_t size, size_t *done);

#endif
