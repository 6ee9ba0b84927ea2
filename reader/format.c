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
	char ifname_json[PACKET_JSON_IFNAME_MAX];
	char ifname_text[ESCAPE_IFNAME_MAX];
	char description[64];
	uint64_t speed; /* bit/s; 0: unknown */
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
		.name = f->sources[i].tap.ifname,
		.description = f->taps[i].description,
		.os = f->host.os,
		.speed = f->taps[i].speed,
		.snaplen = f->snaplen,
	};
}

/* Collects what the head of each file says. */
static void describe(struct format *f)
{
	const struct tap_meta *meta;
	uint32_t snaplen;

	host_describe(&f->host);
	for (size_t i = 0; i < f->n_sources; i++) {
		meta = &f->sources[i].tap.meta;
		snaplen = meta->snaplen ? meta->snaplen : SYNTH_MAX;
		if (f->snaplen < snaplen)
			f->snaplen = snaplen;
		snprintf(f->taps[i].description, sizeof(f->taps[i].description),
			 "received frames, at XDP in %s mode", tap_mode_name(meta->mode));
		if (meta->netns_ino == tap_netns_ino())
			f->taps[i].speed = host_link_speed(f->sources[i].tap.ifname);
	}
}

int format_open(struct format *f, const struct format_options *o, const struct source *sources,
		size_t n_sources)
{
	struct format new = { .o = o, .sources = sources, .n_sources = n_sources };
	int err = 0;

	new.taps = calloc(n_sources, sizeof(*new.taps));
	if (!new.taps)
		return -ENOMEM;
	for (size_t i = 0; i < n_sources && !err; i++) {
		escape_ifname(new.taps[i].ifname_text, sources[i].tap.ifname);
		err = packet_json_ifname(new.taps[i].ifname_json, sources[i].tap.ifname);
	}
	if (err) {
		format_close(&new);
		return err;
	}
	if (o->kind == FORMAT_PCAPNG)
		describe(&new);
	time_init(&new.clock);
	*f = new;
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
	return 0;
}

void format_close(struct format *f)
{
	free(f->taps);
	f->taps = NULL;
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
	size_t most = format_room(f, &none), bytes;

	for (size_t i = 0; i < f->n_sources; i++) {
		bytes = room(f, f->sources[i].tap.meta.snaplen);
		if (most < bytes)
			most = bytes;
	}
	return most;
}

static char *put_pcapng(struct format *f, char *p, const struct packet *packet)
{
	struct pcapng_packet out = {
		.bytes = packet_bytes(packet),
		.wall_ns = time_wall_ns(&f->clock, packet->event->ts_ns),
		.interface = packet->tap,
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

	for (size_t i = 0; i < f->n_sources; i++) {
		one = interface(f, i);
		head += pcapng_interface_room(&one);
	}
	return head + f->n_sources * PCAPNG_STATISTICS_ROOM;
}

char *format_put_head(struct format *f, char *p)
{
	struct pcapng_interface one;
	struct pcapng_section s;

	if (f->o->kind != FORMAT_PCAPNG)
		return p;
	s = section(f);
	p = pcapng_put_section(p, &s);
	for (size_t i = 0; i < f->n_sources; i++) {
		one = interface(f, i);
		p = pcapng_put_interface(p, &one);
	}
	return p;
}

char *format_put_statistics(const struct format *f, char *p, const struct pcapng_statistics *s)
{
	return f->o->kind == FORMAT_PCAPNG ? pcapng_put_statistics(p, s) : p;
}
