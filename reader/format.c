// SPDX-License-Identifier: BSD-2-Clause
/* Hands packets to packet_text.c, packet_json.c or pcapng.c; used by writer.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/format.h"
#include "reader/pcapng.h"
#include "reader/synth.h"
#include "reader/text/escape.h"

struct format_tap {
	char ifname_json[PACKET_JSON_IFNAME_MAX]; /* the name, and with it the sample */
	char ifname_text[ESCAPE_IFNAME_MAX];
	char description[64 + XDPTAP_TRACED_NAME_MAX];
	char *comment;      /* NULL: none */
	uint64_t speed;     /* bit/s; 0: unknown */
	uint32_t interface; /* its number in this file */
};

static struct pcapng_section section(const struct format *f)
{
	return (struct pcapng_section){
		.hardware = f->host.hardware,
		.os = f->host.os,
		.application = f->host.application,
	};
}

static struct pcapng_interface interface(const struct format *f, size_t i)
{
	return (struct pcapng_interface){
		.name = f->sources->list[i].tap.ifname,
		.description = f->taps[i].description,
		.comment = f->taps[i].comment,
		.filter = f->o->filter ?: f->sources->list[i].tap.in_force.filter,
		.os = f->host.os,
		.speed = f->taps[i].speed,
		/* All must have the same, also those that come later or get new settings. */
		.snaplen = XDPTAP_SNAPLEN_MAX,
	};
}

void format_open(struct format *f, const struct format_options *o, const struct sources *sources)
{
	*f = (struct format){ .o = o, .sources = sources };
	if (o->kind == FORMAT_PCAPNG)
		host_describe(&f->host);
	time_init(&f->clock);
	f->text = (struct packet_text){
		.clock = &f->clock,
		.time = o->time,
		.link_level = o->link_level,
		.verbose = o->verbose,
		.dump = o->dump,
	};
	f->json = (struct packet_json){
		.clock = &f->clock,
		.link_level = o->link_level,
		.verbose = o->verbose,
		.dump = o->dump != TEXT_DUMP_NONE,
	};
}

void format_close(struct format *f)
{
	for (size_t i = 0; i < f->n_taps; i++)
		free(f->taps[i].comment);
	free(f->taps);
	f->taps = NULL;
	f->n_taps = 0;
}

/* What a file says of the frames that are not in it; NULL: all are, or -ENOMEM. */
static int describe_settings(const struct format *f, const struct in_force *settings,
			     char **comment)
{
	const char *tap_filter = f->o->filter ? settings->filter : NULL;
	char sample[64] = "";

	*comment = NULL;
	if (settings->sample > 1)
		snprintf(sample, sizeof(sample), "one in %u of the frames that match was written",
			 settings->sample);
	if (!*sample && !tap_filter)
		return 0;
	return asprintf(comment, "%s%s%s%s", sample, *sample && tap_filter ? "; " : "",
			tap_filter ? "filter of the tap: " : "", tap_filter ?: "") < 0
		       ? -ENOMEM
		       : 0;
}

int format_add(struct format *f, size_t i)
{
	const struct tap *tap = &f->sources->list[i].tap;
	struct format_tap *taps;
	char sample[24];
	int err;

	if (i >= f->n_taps) {
		taps = reallocarray(f->taps, i + 1, sizeof(*taps));
		if (!taps)
			return -ENOMEM;
		f->taps = taps;
		f->n_taps = i + 1;
	} else {
		free(f->taps[i].comment);
	}
	f->taps[i] = (struct format_tap){ 0 };
	escape_ifname(f->taps[i].ifname_text, tap->ifname);
	snprintf(f->taps[i].description, sizeof(f->taps[i].description),
		 "received frames, at XDP in %s mode%s%s", tap_mode_name(tap->meta.mode),
		 tap->meta.trace ? ", at the entry of " : "", tap->in_force.traced_name);
	if (f->o->kind == FORMAT_PCAPNG && tap->meta.netns_ino == tap_netns_ino())
		f->taps[i].speed = host_link_speed(tap->ifname);
	err = packet_json_ifname(f->taps[i].ifname_json, tap->ifname);
	/* The key follows that of the name, in each object. */
	if (!err && tap->in_force.sample > 1) {
		snprintf(sample, sizeof(sample), ",\"sample\":%u", tap->in_force.sample);
		strcat(f->taps[i].ifname_json, sample);
	}
	return err ? err : describe_settings(f, &tap->in_force, &f->taps[i].comment);
}

void format_begin(struct format *f)
{
	time_sample(&f->clock);
}

static size_t room(const struct format *f, uint32_t caplen)
{
	switch (f->o->kind) {
	case FORMAT_TEXT:
		return packet_text_room(&f->text, caplen);
	case FORMAT_JSON:
		return packet_json_room(&f->json, caplen);
	case FORMAT_PCAPNG:
		break;
	}
	return PCAPNG_PACKET_ROOM(caplen);
}

/* Room for a packet without captured bytes, whose headers are made up. */
static size_t synthesized_room(const struct packet_event *ev)
{
	const struct pcapng_packet packet = { .caplen = SYNTH_MAX, .comment = synth_comment(ev) };

	return pcapng_packet_room(&packet);
}

static bool is_synthesized(const struct format *f, const struct packet *packet)
{
	return f->o->kind == FORMAT_PCAPNG && !packet->caplen;
}

size_t format_room(const struct format *f, const struct packet *packet)
{
	return is_synthesized(f, packet) ? synthesized_room(packet->event)
					 : room(f, packet->caplen);
}

size_t format_room_max(const struct format *f)
{
	static const struct packet_event malformed = { .flags = XDPTAP_EV_MALFORMED };
	const struct packet none = { .event = &malformed };
	size_t without = format_room(f, &none), whole = room(f, XDPTAP_CAPLEN_MAX);

	return without > whole ? without : whole;
}

static char *put_pcapng(struct format *f, char *p, const struct packet *packet)
{
	struct pcapng_packet out = {
		.bytes = packet_bytes(packet),
		.wall_ns = time_wall_ns(&f->clock, packet->event->ts_ns),
		.interface = f->taps[packet->tap].interface,
		.caplen = packet->caplen,
		.len = packet->event->len,
	};
	uint8_t frame[SYNTH_MAX];

	if (is_synthesized(f, packet)) {
		out.bytes = frame;
		out.caplen = synth_frame(frame, packet->event);
		out.comment = synth_comment(packet->event);
	}
	return pcapng_put_packet(p, &out);
}

char *format_put(struct format *f, char *p, const struct packet *packet)
{
	switch (f->o->kind) {
	case FORMAT_TEXT:
		return packet_text_put(&f->text, p,
				       f->o->ifname ? f->taps[packet->tap].ifname_text : NULL,
				       packet);
	case FORMAT_JSON:
		return packet_json_put(&f->json, p, f->taps[packet->tap].ifname_json, packet);
	case FORMAT_PCAPNG:
		break;
	}
	return put_pcapng(f, p, packet);
}

size_t format_frame_room(const struct format *f)
{
	struct pcapng_section s = section(f);
	struct pcapng_interface one;
	size_t head = pcapng_section_room(&s);

	for (size_t i = 0; i < f->n_taps; i++) {
		one = interface(f, i);
		head += pcapng_interface_room(&one);
	}
	return head + f->n_taps * PCAPNG_STATISTICS_ROOM;
}

char *format_put_head(struct format *f, char *p)
{
	struct pcapng_section s;

	if (f->o->kind != FORMAT_PCAPNG)
		return p;
	s = section(f);
	p = pcapng_put_section(p, &s);
	f->interfaces = 0;
	for (size_t i = 0; i < f->n_taps; i++)
		if (f->sources->list[i].state != SOURCE_ENDED)
			p = format_put_source(f, p, i);
	return p;
}

char *format_put_source(struct format *f, char *p, size_t i)
{
	struct pcapng_interface one;

	if (f->o->kind != FORMAT_PCAPNG)
		return p;
	one = interface(f, i);
	f->taps[i].interface = f->interfaces++;
	return pcapng_put_interface(p, &one);
}

char *format_put_statistics(const struct format *f, char *p, size_t i,
			    const struct pcapng_statistics *s)
{
	struct pcapng_statistics numbered = *s;

	if (f->o->kind != FORMAT_PCAPNG)
		return p;
	numbered.interface = f->taps[i].interface;
	return pcapng_put_statistics(p, &numbered);
}
