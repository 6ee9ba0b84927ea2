/* SPDX-License-Identifier: BSD-2-Clause */
/* The form in which packets are written: text, NDJSON or pcapng. */
#ifndef XDPTAP_READER_FORMAT_H
#define XDPTAP_READER_FORMAT_H

#include "reader/text/time.h"
#include "reader/host.h"
#include "reader/packet_json.h"
#include "reader/packet_text.h"
#include "reader/pcapng.h"
#include "reader/sources.h"

enum format_kind { FORMAT_TEXT, FORMAT_JSON, FORMAT_PCAPNG };

struct format_options {
	enum format_kind kind;
	bool ifname;         /* text: print the interface of each packet */
	enum text_time time; /* text */
	bool link_level;     /* text, JSON: MAC addresses */
	bool verbose;        /* text, JSON: TTL, ID, flow label */
	enum text_dump dump; /* text; JSON: the captured bytes, for any kind of dump */
	const char *filter;  /* pcapng: the expression that all packets match; NULL: none */
	bool synthesize;     /* pcapng: make up headers for packets without captured bytes */
};

struct format_tap;

struct format {
	const struct format_options *o;
	const struct sources *sources;
	struct format_tap *taps; /* one for each source, at the same place */
	size_t n_taps;
	bool fates; /* one of them has events that tell what became of the frame */
	struct time_base clock;
	struct packet_text text;
	struct packet_json json;
	struct host host;
	uint32_t interfaces; /* pcapng: number of those in this file */
};

#define FORMAT_CLOSED \
	{             \
		0     \
	}

/* For packets of these sources, which must stay valid, as must `o`. */
void format_open(struct format *f, const struct format_options *o, const struct sources *sources);
void format_close(struct format *f);

/* Takes the source at place `i`, which is new or has new settings. Returns 0 or -ENOMEM. */
int format_add(struct format *f, size_t i);

/* Reads the clocks. Call it once before each batch. */
void format_begin(struct format *f);

/* Return the maximum of bytes that format_put() writes, for this packet and for any. */
size_t format_room(const struct format *f, const struct packet *packet);
size_t format_room_max(const struct format *f);

/* Writes the packet at `p`, where the caller has format_room(). Returns the end. */
char *format_put(struct format *f, char *p, const struct packet *packet);

/*
 * The head of a file, which names the sources that are open; a source that is added later; and the
 * statistics of the source at place `i`, after its last packet. Only pcapng has them. All write
 * at `p` and return the end. format_frame_room() is enough for the head and for the statistics of
 * all sources.
 */
size_t format_frame_room(const struct format *f);
char *format_put_head(struct format *f, char *p);
char *format_put_source(struct format *f, char *p, size_t i);
char *format_put_statistics(const struct format *f, char *p, size_t i,
			    const struct pcapng_statistics *s);

#endif
