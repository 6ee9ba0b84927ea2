/* SPDX-License-Identifier: BSD-2-Clause */
/* The form in which packets are written: text, NDJSON or pcapng. */
#ifndef XDPTAP_READER_FORMAT_H
#define XDPTAP_READER_FORMAT_H

#include "reader/text/time.h"
#include "reader/host.h"
#include "reader/packet_json.h"
#include "reader/packet_text.h"
#include "reader/pcapng.h"
#include "reader/source.h"

enum format_kind { FORMAT_TEXT, FORMAT_JSON, FORMAT_PCAPNG };

struct format_options {
	enum format_kind kind;
	bool ifname;         /* text: name the interface of each packet */
	enum text_time time; /* text */
	bool link_level;     /* text, JSON: the MAC addresses */
	bool verbose;        /* text, JSON: TTL and so on */
	enum text_dump dump; /* text; JSON: the bytes, whatever kind of dump it is */
	bool synthesize;     /* pcapng: what has no bytes gets headers made up */
};

struct format_tap;

struct format {
	const struct format_options *o;
	const struct source *sources;
	size_t n_sources;
	struct format_tap *taps; /* as many */
	struct time_base clock;
	struct packet_text text;
	struct packet_json json;
	struct host host;
	uint32_t snaplen; /* the largest of all sources */
};

#define FORMAT_CLOSED \
	{             \
		0     \
	}

/* Of packets of these sources; they and `o` must stay. Returns 0 or -ENOMEM. */
int format_open(struct format *f, const struct format_options *o, const struct source *sources,
		size_t n_sources);
void format_close(struct format *f);

/* Before some packets: looks at the clocks. Once a batch is enough. */
void format_begin(struct format *f);

/* Bytes that format_put() writes at most. */
size_t format_room(const struct format *f, const struct packet *packet);
size_t format_room_max(const struct format *f);

/* Writes the packet at `p`, which has that room. Returns the end. */
char *format_put(struct format *f, char *p, const struct packet *packet);

/*
 * What a file begins and ends with; nothing but for pcapng. Both write at `p`, where the
 * caller has format_frame_room() for the head and the statistics of all sources, and return
 * the end.
 */
size_t format_frame_room(const struct format *f);
char *format_put_head(struct format *f, char *p);
char *format_put_statistics(const struct format *f, char *p, const struct pcapng_statistics *s);

#endif
