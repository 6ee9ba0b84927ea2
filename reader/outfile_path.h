/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens a file of -w where others may have put one of the same name, or a link. */
#ifndef XDPTAP_READER_OUTFILE_PATH_H
#define XDPTAP_READER_OUTFILE_PATH_H

/*
 * Opens the file of this name for writing, and for reading if that is allowed, or creates it with
 * mode 0600. Nothing in it is changed. What another user may have prepared is refused:
 *  - a symbolic link that belongs neither to root nor to the user of this process;
 *  - in a directory in which all users may write: a file that belongs neither to the user of this
 *    process nor to the owner of the directory, or that has another hard link.
 * Of a FIFO it waits for a reader. Returns a descriptor; -EINTR if stop_requested() came before
 * that; -EACCES and sets *why to static text if it was refused; or -errno.
 */
int outfile_path_open(const char *name, const char **why);

#endif
