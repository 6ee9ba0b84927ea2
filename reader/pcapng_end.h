/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a pcapng file can be continued. */
#ifndef XDPTAP_READER_PCAPNG_END_H
#define XDPTAP_READER_PCAPNG_END_H

#include <sys/types.h>

/*
 * Sets *end to the offset in bytes after the last whole block of the file, which is its size unless
 * the last block is torn. Returns 0, -EINVAL if the file is not a pcapng file in the byte order of
 * this machine, or -errno. `fd` must be readable; its offset is not changed.
 */
int pcapng_end(int fd, off_t *end);

#endif
