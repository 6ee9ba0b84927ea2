// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as steps of somebody who writes into three ring buffers what he likes, also while they
 * are read: records of any length, busy ones, positions that jump, bytes that change between two
 * looks. They go through ring.c, batch.c, filter.c and the formatting of xdptap-reader. Nothing is
 * read or written outside, every step ends, and no packet becomes longer than format.c says. A
 * target of libFuzzer with ASan and UBSan; run by `make fuzz`.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/bpf.h>

#include "pin/tap.h"
#include "reader/batch.h"
#include "reader/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RINGS = 3, FIRST_HAS = 2, SOURCES = 2, RING_BYTES = 4096, CHANGES_MAX = 4 };

/* What is left of the input. */
struct script {
	const uint8_t *next;
	size_t left;
};

static struct ring rings[RINGS];
static struct source list[SOURCES];
static struct sources sources = { .list = list, .n = SOURCES };
static struct batch batch;
static struct filter *filter;
static unsigned long producers[RINGS], consumers[RINGS];
static unsigned char *memory[RINGS];
static struct format_options options[] = {
	{ .kind = FORMAT_TEXT,
	  .ifname = true,
	  .link_level = true,
	  .verbose = true,
	  .dump = TEXT_DUMP_ASCII },
	{ .kind = FORMAT_JSON, .link_level = true, .verbose = true, .dump = TEXT_DUMP_HEX },
	{ .kind = FORMAT_PCAPNG, .synthesize = true },
};
enum { FORMATS = sizeof(options) / sizeof(options[0]) };
static struct format formats[FORMATS];

/* They would ask the kernel. */
__u32 tap_netns_ino(void)
{
	return 1;
}

const char *tap_mode_name(__u32 mode)
{
	(void)mode;
	return "native";
}

int tap_open(const struct tap_name *name, enum tap_want want, struct tap *tap, struct reason *r)
{
	(void)name;
	(void)want;
	(void)tap;
	return reason_set(r, -1, "no tap");
}

void tap_close(struct tap *tap)
{
	(void)tap;
}

void tap_close_mapped(struct tap *tap)
{
	(void)tap;
}

static void fail(const char *why)
{
	fprintf(stderr, "not so: %s\n", why);
	abort();
}

/* Takes so many bytes of the script; zeros after its end. */
static uint64_t take(struct script *s, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes && s->left; i++, s->next++, s->left--)
		value |= (uint64_t)*s->next << 8 * i;
	return value;
}

/* The pages of a ring buffer are mapped twice. */
static void write_byte(unsigned int ring, unsigned long pos, uint8_t byte)
{
	memory[ring][pos % RING_BYTES] = memory[ring][pos % RING_BYTES + RING_BYTES] = byte;
}

static void write_len(unsigned int ring, unsigned long pos, uint32_t len)
{
	for (unsigned int i = 0; i < sizeof(len); i++)
		write_byte(ring, pos + i, (uint8_t)(len >> 8 * i));
}

/* Appends a record of which the header says `len`, flags included. */
static void append(struct script *s, unsigned int ring, uint32_t len, size_t bytes)
{
	unsigned long pos = producers[ring];

	if (bytes > RING_BYTES)
		bytes = RING_BYTES;
	write_len(ring, pos, len);
	for (size_t i = 0; i < bytes; i++)
		write_byte(ring, pos + BPF_RINGBUF_HDR_SZ + i, (uint8_t)take(s, 1));
	producers[ring] = pos + ((BPF_RINGBUF_HDR_SZ + bytes + 7) & ~7ul);
}

/* What another CPU, or another reader, does at any moment. */
static void change(struct script *s, unsigned int ring)
{
	unsigned int caplen;

	switch (take(s, 1) % 8) {
	case 0:
		caplen = (unsigned int)take(s, 1);
		append(s, ring, (uint32_t)sizeof(struct packet_event) + caplen,
		       sizeof(struct packet_event) + caplen);
		break;
	case 1:
		append(s, ring, (uint32_t)sizeof(struct packet_event) | BPF_RINGBUF_BUSY_BIT,
		       sizeof(struct packet_event));
		break;
	case 2:
		append(s, ring, (uint32_t)take(s, 4), take(s, 1));
		break;
	case 3:
		producers[ring] += take(s, 2);
		break;
	case 4:
		producers[ring] = take(s, 8);
		break;
	case 5:
		consumers[ring] = take(s, 8);
		break;
	case 6:
		write_len(ring, take(s, 2), (uint32_t)take(s, 4));
		break;
	default:
		write_byte(ring, take(s, 2), (uint8_t)take(s, 1));
	}
}

static void change_some(struct script *s)
{
	for (unsigned int n = (unsigned int)take(s, 1) % CHANGES_MAX; n; n--)
		change(s, (unsigned int)take(s, 1) % RINGS);
}

static void open_all(struct script *s)
{
	for (unsigned int i = 0; i < RINGS; i++) {
		memory[i] = calloc(2, RING_BYTES);
		if (!memory[i])
			abort();
		producers[i] = consumers[i] = take(s, 8) & ~7ul;
		rings[i] = (struct ring){
			.pages = { .consumer = &consumers[i],
				   .producer = &producers[i],
				   .data = memory[i],
				   .bytes = RING_BYTES },
			.next = consumers[i],
			.visible = consumers[i],
		};
	}
	list[0] = (struct source)SOURCE_CLOSED;
	list[1] = (struct source)SOURCE_CLOSED;
	list[0].tap.meta = (struct tap_meta){ .rings = FIRST_HAS, .ring_bytes = RING_BYTES };
	list[1].tap.meta = (struct tap_meta){ .rings = RINGS - FIRST_HAS,
					      .ring_bytes = RING_BYTES,
					      .at_exit = 1 };
	list[0].tap.in_force.sample = list[1].tap.in_force.sample = 1;
	/* "goes on" is told once: not here. */
	list[0].told_aside = list[0].told_back = list[1].told_aside = list[1].told_back = true;
	list[0].rings = rings;
	list[1].rings = rings + FIRST_HAS;
	if (batch_open(&batch, &sources))
		abort();
}

/* Once: they look at the machine. */
static void open_formats(void)
{
	struct reason why;

	setenv("TZ", "UTC0", 1);
	for (size_t i = 0; i < FORMATS; i++) {
		format_open(&formats[i], &options[i], &sources);
		if (format_add(&formats[i], 0) || format_add(&formats[i], 1))
			abort();
	}
	if (filter_compile(&filter, "port 53 or ip6[40:2] > 7 or len > 100", &why))
		abort();
}

static void close_all(void)
{
	batch_close(&batch);
	for (unsigned int i = 0; i < RINGS; i++)
		free(memory[i]);
}

/* Whether the bytes are in the ring buffer that the entry names. */
static void check_entry(const struct batch_entry *e)
{
	const unsigned char *start = e->ring->pages.data;
	const unsigned char *p = (const unsigned char *)e->packet.event;

	if (p < start || p + sizeof(*e->packet.event) + e->packet.caplen > start + 2 * RING_BYTES)
		fail("a packet outside of its ring buffer");
}

/* The record is overwritten, because another reader has given it back. */
static void overwrite(struct script *s, const struct batch_entry *e)
{
	const unsigned char *event = (const unsigned char *)e->packet.event;
	unsigned long pos = (unsigned long)(event - e->ring->pages.data);

	for (unsigned int n = (unsigned int)take(s, 1) % CHANGES_MAX; n; n--)
		write_byte((unsigned int)(e->ring - rings), pos + take(s, 1) % 64,
			   (uint8_t)take(s, 1));
}

/* In memory of exactly the size that is asked for, so that ASan sees a byte more. */
static void print(struct script *s, struct format *f, const struct batch_entry *e)
{
	const struct packet *packet = &e->packet;
	size_t room = format_room(f, packet);
	char *p = malloc(room);

	if (!p)
		abort();
	overwrite(s, e);
	if (format_put(f, p, packet) > p + room)
		fail("its length");
	if (room > format_room_max(f) && packet->caplen <= XDPTAP_CAPLEN_MAX)
		fail("the maximum of all lengths");
	free(p);
}

static void read_batch(struct script *s)
{
	struct format *f = &formats[take(s, 1) % FORMATS];
	size_t max = take(s, 1), done;
	bool more;

	batch_fill(&batch, max);
	change_some(s);
	if (take(s, 1) & 1)
		batch_filter(&batch, filter, max);
	if (batch.n > BATCH_MAX || batch.n + batch.n_filtered > BATCH_MAX)
		fail("the number of packets");
	format_begin(f);
	done = take(s, 1) % (batch.n + 1);
	for (size_t i = 0; i < batch.n; i++) {
		check_entry(&batch.entries[i]);
		print(s, f, &batch.entries[i]);
	}
	batch_release(&batch, take(s, 1) & 1 ? done : batch.n);
	for (struct source *one = list; one < list + SOURCES; one++) {
		source_count(one, &more);
		source_due(one, XDPTAP_WAKEUP_HALF);
	}
}

/* A record that is in writing has been so for long. */
static void pass_time(void)
{
	for (unsigned int i = 0; i < RINGS; i++)
		if (rings[i].busy_since_ns > BATCH_HOLD_NS)
			rings[i].busy_since_ns -= BATCH_HOLD_NS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script s = { data, size };

	open_all(&s);
	if (!filter)
		open_formats();
	while (s.left) {
		switch (take(&s, 1) % 4) {
		case 0:
			read_batch(&s);
			break;
		case 1:
			pass_time();
			break;
		default:
			change_some(&s);
		}
	}
	read_batch(&s);
	close_all();
	return 0;
}
