// SPDX-License-Identifier: BSD-2-Clause
/* writer.c on a disk that is full at any byte: whole packets are in the file, and as many as it
 * says. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/pcapng.h"
#include "reader/writer.h"
#include "tests/unit/fake_ring.h"

enum { RINGS = 9, PACKETS = 20, CAPLEN = 100, BLOCK_BYTES = 32 + CAPLEN, LARGE = 60000 };

static char path[] = "/tmp/xdptap-writer.XXXXXX";
static const struct format_options pcapng = { .kind = FORMAT_PCAPNG };
static const struct outfile_options to_file = { .path = path };
static struct fake_ring fakes[RINGS];
static struct source source;
static struct sources sources = { .list = &source, .n = 1 };
static struct batch batch;

static void put_packet(struct fake_ring *f, uint64_t ts_ns, uint32_t caplen)
{
	fake_ring_commit_packet(f, fake_ring_reserve_packet(f, caplen), ts_ns, caplen);
}

static int open_rings(void **state)
{
	(void)state;
	source = fake_source_open(fakes, RINGS, 0);
	source.tap.in_force.snaplen = LARGE;
	strcpy(source.tap.ifname, "tap0");
	return batch_open(&batch, &sources);
}

static int close_rings(void **state)
{
	(void)state;
	batch_close(&batch);
	fake_source_close(&source, fakes);
	return 0;
}

static rlim_t limit_files(rlim_t bytes)
{
	struct rlimit limit;
	rlim_t before;

	getrlimit(RLIMIT_FSIZE, &limit);
	before = limit.rlim_cur;
	limit.rlim_cur = bytes;
	setrlimit(RLIMIT_FSIZE, &limit);
	return before;
}

static off_t file_size(void)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

static void open_writer(struct writer *w, bool each)
{
	*w = (struct writer)WRITER_CLOSED;
	assert_int_equal(writer_open(w, &pcapng, &to_file, each, &sources), 0);
	assert_int_equal(writer_add(w, 0), 0);
}

/* With `room` bytes after the head of the file. */
static void put_into(size_t room, bool each)
{
	size_t done, fits = room / BLOCK_BYTES;
	struct writer w;
	off_t head;
	rlim_t before;
	int err;

	open_writer(&w, each);
	head = file_size();
	before = limit_files((rlim_t)head + room);
	err = writer_put(&w, &batch, &done);
	limit_files(before);

	if (fits > PACKETS)
		fits = PACKETS;
	assert_int_equal(err, fits < PACKETS ? -EFBIG : 0);
	assert_int_equal(done, fits);
	assert_int_equal(w.packets, fits);
	assert_int_equal(file_size(), head + (off_t)fits * BLOCK_BYTES);
	writer_close(&w);
}

static void disk_full_at_each_byte(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < PACKETS; i++)
		put_packet(&fakes[0], i + 1, CAPLEN);
	batch_fill(&batch, BATCH_MAX);
	assert_int_equal(batch.n, PACKETS);
	for (size_t room = 0; room < (PACKETS + 1) * BLOCK_BYTES; room += 4) {
		put_into(room, false);
		put_into(room + 1, true);
	}
}

/* Nine of them are more than is written at once. */
static void more_than_the_buffer(void **state)
{
	struct writer w;
	size_t done;
	off_t head;

	(void)state;
	for (int i = 0; i < RINGS; i++)
		put_packet(&fakes[i], (uint64_t)i + 1, LARGE);
	batch_fill(&batch, BATCH_MAX);
	assert_int_equal(batch.n, RINGS);
	open_writer(&w, false);
	head = file_size();
	assert_int_equal(writer_put(&w, &batch, &done), 0);
	assert_int_equal(done, RINGS);
	assert_int_equal(file_size(), head + RINGS * (32 + LARGE));
	assert_int_equal(writer_finish(&w), 0);
	assert_int_equal(file_size(), head + RINGS * (32 + LARGE) + PCAPNG_STATISTICS_ROOM);
	writer_close(&w);
}

/* Those of odd times match: packets 1, 3, ... of PACKETS. */
static void filter_odd(struct filter **odd)
{
	struct reason reason;

	assert_int_equal(filter_compile(odd, "ether[0] & 1 = 1", &reason), 0);
	for (uint64_t i = 0; i < PACKETS; i++)
		put_packet(&fakes[i % 2], i + 1, CAPLEN);
	batch_fill(&batch, BATCH_MAX);
	batch_filter(&batch, *odd, BATCH_MAX);
	assert_int_equal(batch.n, PACKETS / 2);
}

/* Each packet that is in the file takes along the one after it, which does not match. */
static void disk_full_after_each_match(void **state)
{
	struct filter *odd;
	struct writer w;
	size_t done;
	rlim_t before;

	(void)state;
	filter_odd(&odd);
	for (size_t fits = 0; fits <= PACKETS / 2; fits++) {
		open_writer(&w, fits % 2);
		before = limit_files((rlim_t)file_size() + fits * BLOCK_BYTES + 8);
		assert_int_equal(writer_put(&w, &batch, &done), fits < batch.n ? -EFBIG : 0);
		limit_files(before);
		assert_int_equal(done, fits);
		assert_int_equal(w.packets, fits);
		assert_int_equal(w.counts[0].delivered, fits);
		assert_int_equal(w.counts[0].filtered, fits);
		writer_close(&w);
	}
	filter_free(odd);
}

/* They are in the statistics of the file: received, but not delivered. */
static void nothing_matches(void **state)
{
	struct reason reason;
	struct filter *none;
	struct writer w;
	size_t done;
	off_t head;

	(void)state;
	assert_int_equal(filter_compile(&none, "ether[0] > 200", &reason), 0);
	for (uint64_t i = 0; i < PACKETS; i++)
		put_packet(&fakes[0], i + 1, CAPLEN);
	batch_fill(&batch, BATCH_MAX);
	batch_filter(&batch, none, BATCH_MAX);
	assert_int_equal(batch.n, 0);
	open_writer(&w, false);
	head = file_size();
	assert_int_equal(writer_put(&w, &batch, &done), 0);
	assert_int_equal(done, 0);
	assert_int_equal(file_size(), head);
	assert_int_equal(w.counts[0].delivered, 0);
	assert_int_equal(w.counts[0].filtered, PACKETS);
	writer_close(&w);
	filter_free(none);
}

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

#define ring_test(f) cmocka_unit_test_setup_teardown(f, open_rings, close_rings)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ring_test(disk_full_at_each_byte),
		ring_test(more_than_the_buffer),
		ring_test(disk_full_after_each_match),
		ring_test(nothing_matches),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
