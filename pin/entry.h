/* SPDX-License-Identifier: BSD-2-Clause */
/* The entries of a directory, one after the other, for whoever must not take an error for its end.
 */
#ifndef XDPTAP_PIN_ENTRY_H
#define XDPTAP_PIN_ENTRY_H

#include <dirent.h>
#include <errno.h>

/*
 * Returns the name of the next entry, valid until the next call; or NULL, and in *err why: 0 after
 * the last one, or -errno.
 */
static inline const char *entry_next(DIR *d, int *err)
{
	const struct dirent *ent;

	errno = 0;
	ent = readdir(d);
	if (ent)
		return ent->d_name;
	*err = -errno;
	return NULL;
}

#endif
