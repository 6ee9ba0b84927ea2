// SPDX-License-Identifier: BSD-2-Clause
/*
 * Packets are written as soon as they are read, and given back to the rings only
 * then: so this counts what has arrived in the file, packet by packet. Used by
 * capture.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "reader/writer.h"

/* Written at once; what one packet more may take comes on top. */
#define BUFFER_BYTES (256 << 10)

/* Writes what is in the buffer, which is no packets. */
static int write_frame(struct writer *w, const char *end)
{
	size_t size = (size_t)(end - w->buf), done, rest;
	int err;

	err = outfile_write(&w->file, w->buf, size, &done);
	/* A signal is no reason not to end a file, as far as somebody takes it. */
	if (err == -EINTR)
		err = outfile_write(&w->file, w->buf + done, size - done, &rest);
	else if (err)
		outfile_cut(&w->file, done);
	return err;
}

static int begin_file(struct writer *w)
{
	w->in_file = 0;
	return write_frame(w, format_put_head(&w->format, w->buf));
}

static int end_file(struct writer *w)
{
	char *end = format_put_tail(&w->format, w->buf);
	int err, close_err;

	/* Behind a part of a packet it would be taken for the rest of that. */
	err = w->cut && end > w->buf ? -EAGAIN : write_frame(w, end);
	close_err = outfile_close(&w->file);
	return err ? err : close_err;
}

int writer_open(struct writer *w, const struct format_options *format,
		const struct outfile_options *out, bool each, struct source *sources,
		size_t n_sources)
{
	int err;

	w->each = each;
	w->file.doing = "write to";
	err = format_open(&w->format, format, sources, n_sources);
	if (err)
		return err;
	w->size = BUFFER_BYTES + format_room_max(&w->format) + format_frame_room(&w->format);
	w->buf = malloc(w->size);
	if (!w->buf)
		return -ENOMEM;
	err = outfile_open(&w->file, out);
	return err ? err : begin_file(w);
}

/*
 * Whole packets of the first `size` bytes of the buffer. What goes out in part
 * only, as a signal came, is made whole if somebody takes it.
 */
static size_t whole(struct writer *w, int err, size_t size)
{
	size_t n = 0, end = 0, rest;

	while (n < w->n && w->ends[n] <= size)
		end = w->ends[n++];
	if (end == size)
		return n;
	if (err == -EINTR && !outfile_write(&w->file, w->buf + size, w->ends[n] - size, &rest))
		return n + 1;
	w->cut = err == -EINTR || err == -EAGAIN;
	outfile_cut(&w->file, size - end);
	return n;
}

/* Writes the buffer, which holds packets of the batch from `*done` on. */
static int flush(struct writer *w, const struct batch *b, size_t *done)
{
	size_t size, n;
	int err;

	err = outfile_write(&w->file, w->buf, w->used, &size);
	n = err ? whole(w, err, size) : w->n;
	for (size_t i = 0; i < n; i++)
		format_count(&w->format, &b->entries[*done + i].packet);
	w->in_file += n;
	w->packets += n;
	*done += n;
	w->used = w->n = 0;
	return err;
}

static int next_file(struct writer *w, bool by_time)
{
	int err = end_file(w);

	if (!err)
		err = outfile_next(&w->file, by_time);
	return err ? err : begin_file(w);
}

/* Makes room for the packet. */
static int prepare(struct writer *w, const struct batch *b, const struct packet *packet,
		   size_t *done)
{
	/* A file has one packet at least, however small -C is. */
	bool full = w->in_file + w->n && outfile_full(&w->file, w->used);
	int err = 0;

	if (full || w->used + format_room(&w->format, packet) > w->size || (w->each && w->n))
		err = flush(w, b, done);
	if (full && !err)
		err = next_file(w, false);
	return err;
}

int writer_put(struct writer *w, const struct batch *b, size_t *done)
{
	const struct packet *packet;
	char *end;
	int err;

	*done = 0;
	format_begin(&w->format);
	for (size_t i = 0; i < b->n; i++) {
		packet = &b->entries[i].packet;
		err = prepare(w, b, packet, done);
		if (err)
			return err;
		end = format_put(&w->format, w->buf + w->used, packet);
		w->used = (size_t)(end - w->buf);
		w->ends[w->n++] = w->used;
	}
	return flush(w, b, done);
}

int writer_rotate(struct writer *w)
{
	return next_file(w, true);
}

int writer_finish(struct writer *w)
{
	/* A signal may have come between two files. */
	return w->file.fd < 0 ? 0 : end_file(w);
}

void writer_close(struct writer *w)
{
	outfile_close(&w->file);
	format_close(&w->format);
	free(w->buf);
	w->buf = NULL;
}
