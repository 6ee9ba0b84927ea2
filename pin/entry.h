/* SPDX-License-Identifier: BSD-2-Clause */
/* The entries of a directory, one after the other, for whoever must not take an error for its end.
 */
#ifndef XDPTAP_PIN_ENTRY_H
#define XDPTAP_PIN_ENTRY_H

#include <dirent.h>
#include <errno.h>

/* Gets the next entry. Returns 1, 0 after the last one, or -errno. */
static inline int entry_next(DIR *d, struct dirent **ent)
{
	int err;

	errno = 0;
	*ent = readdir(d);
	if (*ent)
		return 1;
	err = errno;
	return err > 0 ? -err : 0; /* what clang-tidy can follow */
}

#endif
