/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes whole buffers, and tells how much of a buffer was written. */
#ifndef XDPTAP_READER_SINK_H
#define XDPTAP_READER_SINK_H

#include <stddef.h>

/*
 * Writes to a descriptor of stop_guard(), or to one that never blocks for long. *done is the number
 * of bytes written, also after a failure. Returns 0, -EINTR if stop_requested() came first, or
 * -errno.
 */
int sink_write(int fd, const char *buf, size_t size, size_t *done);

/*
 * Writes the end of the output, after stop_requested(), to a descriptor that is not guarded. *done
 * as above. Returns 0, -EAGAIN if nobody read it before stop_grace_ms() was over, or -errno.
 */
int sink_write_last(int fd, const char *buf, size_t size, size_t *done);

#endif
