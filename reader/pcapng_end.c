// SPDX-License-Identifier: BSD-2-Clause
/*
 * Walks over the blocks of a pcapng file, section 3.1 of the draft that pcapng.h names, to see
 * whether it ends with a whole one; used by outfile.c.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/pcapng_end.h"

#define SECTION_HEADER   0x0a0d0d0a
#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define BLOCK_MIN        12 /* type, length, and the length again */

/* A part of the file, which is read ahead. */
struct window {
	int fd;
	off_t start;
	size_t bytes;
	uint8_t data[1 << 16];
};

/* Reads the word at the offset `at`. Returns 0, -EIO at the end of the file, or -errno. */
static int read_word(struct window *w, off_t at, uint32_t *word)
{
	ssize_t n;

	*word = 0;
	if (at < w->start || at + (off_t)sizeof(*word) > w->start + (off_t)w->bytes) {
		n = pread(w->fd, w->data, sizeof(w->data), at);
		if (n < 0)
			return -errno;
		w->start = at;
		w->bytes = (size_t)n;
		if (w->bytes < sizeof(*word))
			return -EIO;
	}
	memcpy(word, w->data + (at - w->start), sizeof(*word));
	return 0;
}

/* Sets *length to that of the block at the offset `at`; 0: it is torn. Returns 0 or -errno. */
static int block_length(struct window *w, off_t at, off_t size, uint32_t *length)
{
	uint32_t type = 0, first = 0, again = 0, magic = 0;
	int err;

	*length = 0;
	if (size - at < BLOCK_MIN)
		return 0;
	err = read_word(w, at, &type);
	if (!err)
		err = read_word(w, at + 4, &first);
	if (!err && type == SECTION_HEADER) {
		err = read_word(w, at + 8, &magic);
		if (!err && magic != BYTE_ORDER_MAGIC)
			err = -EINVAL;
	}
	if (err || first < BLOCK_MIN || first % 4 || size - at < first)
		return err;
	err = read_word(w, at + first - 4, &again);
	if (!err && again == first)
		*length = first;
	return err;
}

int pcapng_end(int fd, off_t *end)
{
	struct window *w = malloc(sizeof(*w));
	struct stat st;
	uint32_t word = 0;
	int err;

	if (!w)
		return -ENOMEM;
	*end = 0;
	w->fd = fd;
	w->start = 0;
	w->bytes = 0;
	err = fstat(fd, &st) ? -errno : read_word(w, 0, &word);
	if (err == -EIO || (!err && word != SECTION_HEADER))
		err = -EINVAL;
	while (!err) {
		err = block_length(w, *end, st.st_size, &word);
		if (err || !word)
			break;
		*end += word;
	}
	free(w);
	if (!err && !*end)
		err = -EINVAL; /* not even the section header is whole */
	return err;
}
