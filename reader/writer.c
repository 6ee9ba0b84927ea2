// SPDX-License-Identifier: BSD-2-Clause
/*
 * Packets are written as soon as they are read, and only then given back to the rings. So
 * the writer counts, packet by packet, what has arrived in the file. Used by capture.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "pin/now.h"
#include "reader/writer.h"

/* Written at once; the room for one more packet comes on top. */
#define BUFFER_BYTES (256 << 10)

/* Writes the buffer up to `end`, which holds something other than packets. */
static int write_frame(struct writer *w, const char *end)
{
	size_t size = (size_t)(end - w->buf), done, rest;
	int err;

	err = outfile_write(&w->file, w->buf, size, &done);
	/* A file is ended properly even after a signal, as long as somebody takes it. */
	if (err == -EINTR)
		err = outfile_write(&w->file, w->buf + done, size - done, &rest);
	else if (err)
		outfile_cut(&w->file, done);
	return err;
}

/* Counts a source from now on, in the file that is open. */
static void begin_counts(struct writer *w, size_t i)
{
	w->counts[i] = (struct writer_source){
		.lost_before = source_lost(&w->sources->list[i]),
		.began_ns = (int64_t)now_ns(CLOCK_REALTIME),
	};
}

static int begin_file(struct writer *w)
{
	w->in_file = 0;
	for (size_t i = 0; i < w->n_counts; i++)
		begin_counts(w, i);
	return write_frame(w, format_put_head(&w->format, w->buf));
}

/* Puts what a source gave and lost during the file at `p`. Returns the end. */
static char *put_statistics(struct writer *w, char *p, size_t i)
{
	const struct writer_source *counts = &w->counts[i];
	uint64_t lost = source_lost(&w->sources->list[i]) - counts->lost_before;
	struct pcapng_statistics statistics = {
		.start_ns = counts->began_ns,
		.end_ns = (int64_t)now_ns(CLOCK_REALTIME),
		.received = counts->delivered + counts->filtered + lost,
		.dropped = lost,
		.delivered = counts->delivered,
	};

	return format_put_statistics(&w->format, p, i, &statistics);
}

/* Writes what the buffer holds up to `end` after the last packet, if that is whole. */
static int write_after_packets(struct writer *w, const char *end)
{
	/* After a part of a packet it would be taken for the rest of that packet. */
	return w->cut && end > w->buf ? -EAGAIN : write_frame(w, end);
}

static int end_file(struct writer *w)
{
	char *end = w->buf;
	int err, close_err;

	for (size_t i = 0; i < w->n_counts; i++)
		if (w->sources->list[i].state != SOURCE_ENDED)
			end = put_statistics(w, end, i);
	err = write_after_packets(w, end);
	close_err = outfile_close(&w->file);
	return err ? err : close_err;
}

/* Makes the buffer large enough; it is empty. Returns 0 or -ENOMEM. */
static int fit_buffer(struct writer *w)
{
	size_t size = BUFFER_BYTES + format_room_max(&w->format) + format_frame_room(&w->format);
	char *buf;

	if (size <= w->size)
		return 0;
	buf = realloc(w->buf, size);
	if (!buf)
		return -ENOMEM;
	w->buf = buf;
	w->size = size;
	return 0;
}

int writer_open(struct writer *w, const struct format_options *format,
		const struct outfile_options *out, bool each, struct sources *sources)
{
	int err;

	w->each = each;
	w->sources = sources;
	w->file.doing = "write to";
	format_open(&w->format, format, sources);
	err = fit_buffer(w);
	if (!err)
		err = outfile_open(&w->file, out);
	return err ? err : begin_file(w);
}

int writer_add(struct writer *w, size_t i)
{
	struct writer_source *counts;
	int err;

	if (i >= w->n_counts) {
		counts = reallocarray(w->counts, i + 1, sizeof(*counts));
		if (!counts)
			return -ENOMEM;
		w->counts = counts;
		w->n_counts = i + 1;
	}
	err = format_add(&w->format, i);
	if (!err)
		err = fit_buffer(w);
	if (err)
		return err;
	begin_counts(w, i);
	return write_after_packets(w, format_put_source(&w->format, w->buf, i));
}

int writer_end(struct writer *w, size_t i)
{
	/* No file is open if a signal came between two of them. */
	return w->file.fd < 0 ? 0 : write_after_packets(w, put_statistics(w, w->buf, i));
}

/*
 * Returns the number of whole packets in the first `size` bytes of the buffer, which are
 * out. A packet that a signal has cut is completed if somebody takes the rest.
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

/* Writes the buffer, which holds the packets of the batch from number *done on. */
static int flush(struct writer *w, const struct batch *b, size_t *done)
{
	size_t size, n;
	int err;

	err = outfile_write(&w->file, w->buf, w->used, &size);
	n = err ? whole(w, err, size) : w->n;
	for (size_t i = 0; i < n; i++)
		w->counts[b->entries[*done + i].packet.tap].delivered++;
	w->in_file += n;
	w->packets += n;
	*done += n;
	for (size_t end = batch_filtered(b, *done); w->filtered < end; w->filtered++)
		w->counts[b->filtered[w->filtered].tap].filtered++;
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

/* Makes room for the packet, in the buffer and in the file. */
static int prepare(struct writer *w, const struct batch *b, const struct packet *packet,
		   size_t *done)
{
	/* A file has at least one packet, however small -C is. */
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

	*done = w->filtered = 0;
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

bool writer_rotates(const struct writer *w)
{
	return outfile_can_follow(&w->file);
}

int writer_rotate(struct writer *w, bool by_time, bool *over)
{
	*over = outfile_last(&w->file);
	return *over ? 0 : next_file(w, by_time);
}

int writer_finish(struct writer *w)
{
	/* No file is open if a signal came between two of them. */
	return w->file.fd < 0 ? 0 : end_file(w);
}

int writer_close(struct writer *w)
{
	int err;

	outfile_close(&w->file);
	err = outfile_wait_commands(&w->file);
	format_close(&w->format);
	free(w->counts);
	free(w->buf);
	w->counts = NULL;
	w->buf = NULL;
	return err;
}

int writer_fd(const struct writer *w)
{
	return w->file.write_fd;
}

const char *writer_doing(const struct writer *w)
{
	return w->file.doing;
}

const char *writer_why(const struct writer *w)
{
	return w->file.why;
}

const char *writer_file(const struct writer *w)
{
	return w->file.name;
}

uint64_t writer_files(const struct writer *w)
{
	return w->file.opened;
}

const char *writer_last_file(const struct writer *w)
{
	return w->file.last;
}
