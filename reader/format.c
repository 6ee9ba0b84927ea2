// SPDX-License-Identifier: BSD-2-Clause
/* Hands packets to packet_text.c, packet_json.c or pcapng.c; used by writer.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/description.h"
#include "reader/fate.h"
#include "reader/format.h"
#include "reader/pcapng.h"
#include "reader/synth.h"
#include "reader/text/escape.h"

struct format_tap {
	char ifname_json[PACKET_JSON_IFNAME_MAX]; /* the name, and with it the sample */
	char ifname_text[ESCAPE_IFNAME_MAX];
	char description[DESCRIPTION_MAX];
	char *comment;            /* NULL: none */
	struct fate_table *fates; /* NULL: its events don't tell what became of the frames */
	uint64_t speed;           /* bit/s; 0: unknown */
	uint32_t interface;       /* its number in this file */
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

/* Frees what it owns. */
static void drop_tap(struct format_tap *t)
{
	free(t->comment);
	fate_table_free(t->fates);
}

void format_close(struct format *f)
{
	for (size_t i = 0; i < f->n_taps; i++)
		drop_tap(&f->taps[i]);
	free(f->taps);
	f->taps = NULL;
	f->n_taps = 0;
}

/* The words for what became of the frames. Returns 0 or -ENOMEM. */
static int add_fates(struct format *f, const struct tap *tap, struct fate_table **fates)
{
	static const enum fate_form forms[] = {
		[FORMAT_TEXT] = FATE_TEXT,
		[FORMAT_JSON] = FATE_JSON,
		[FORMAT_PCAPNG] = FATE_COMMENT,
	};

	if (!tap->meta.at_exit)
		return 0;
	*fates = fate_table_create(forms[f->o->kind]);
	if (!*fates)
		return -ENOMEM;
	fate_table_read(*fates, tap->members_fd);
	f->fates = true;
	return 0;
}

/* Makes the place `i`, which is empty then. Returns 0 or -ENOMEM. */
static int add_place(struct format *f, size_t i)
{
	struct format_tap *taps;

	if (i < f->n_taps) {
		drop_tap(&f->taps[i]);
		f->taps[i] = (struct format_tap){ 0 };
		return 0;
	}
	taps = reallocarray(f->taps, i + 1, sizeof(*taps));
	if (!taps)
		return -ENOMEM;
	memset(taps + f->n_taps, 0, (i + 1 - f->n_taps) * sizeof(*taps));
	f->taps = taps;
	f->n_taps = i + 1;
	return 0;
}

int format_add(struct format *f, size_t i)
{
	const struct tap *tap = &f->sources->list[i].tap;
	struct format_tap *to;
	char sample[24];
	int err;

	err = add_place(f, i);
	if (err)
		return err;
	to = &f->taps[i];
	escape_ifname(to->ifname_text, tap->ifname);
	description_place(to->description, tap);
	if (f->o->kind == FORMAT_PCAPNG && tap->meta.netns_ino == tap_netns_ino())
		to->speed = host_link_speed(tap->ifname);
	err = packet_json_ifname(to->ifname_json, tap->ifname);
	/* The key follows that of the name, in each object. */
	if (!err && tap->in_force.sample > 1) {
		snprintf(sample, sizeof(sample), ",\"sample\":%u", tap->in_force.sample);
		strcat(to->ifname_json, sample);
	}
	if (!err)
		err = description_settings(&tap->in_force, f->o->filter, &to->comment);
	return err ? err : add_fates(f, tap, &to->fates);
}

void format_begin(struct format *f)
{
	time_sample(&f->clock);
	for (size_t i = 0; f->fates && i < f->n_taps; i++)
		if (f->taps[i].fates)
			fate_table_begin(f->taps[i].fates);
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
	return PCAPNG_PACKET_ROOM(caplen) + PCAPNG_FATE_ROOM(FATE_MAX);
}

/*
 * Room for a packet without captured bytes, whose headers are made up. It does not depend on the
 * event, which may change before it is formatted: then another reader has given it back.
 */
static size_t synthesized_room(void)
{
	static const struct packet_event longest = { .flags = XDPTAP_EV_IP | XDPTAP_EV_MALFORMED };
	const struct pcapng_packet packet = { .caplen = SYNTH_MAX,
					      .comment = synth_comment(&longest) };

	return pcapng_packet_room(&packet) + PCAPNG_FATE_ROOM(FATE_MAX);
}

static bool is_synthesized(const struct format *f, const struct packet *packet)
{
	return f->o->kind == FORMAT_PCAPNG && !packet->caplen;
}

size_t format_room(const struct format *f, const struct packet *packet)
{
	return is_synthesized(f, packet) ? synthesized_room() : room(f, packet->caplen);
}

size_t format_room_max(const struct format *f)
{
	const struct packet none = { 0 };
	size_t without = format_room(f, &none), whole = room(f, XDPTAP_CAPLEN_MAX);

	return without > whole ? without : whole;
}

/* What became of the frame; NULL: the tap does not tell. Kept out of the way of other taps. */
static __attribute__((noinline, cold)) const char *look_up_fate(const struct format *f,
								const struct packet *packet)
{
	struct fate_table *fates = f->taps[packet->tap].fates;

	return fates ? fate_table_words(fates, f->sources->list[packet->tap].tap.members_fd,
					packet->event)
		     : NULL;
}

static const char *fate_of(const struct format *f, const struct packet *packet)
{
	return f->fates ? look_up_fate(f, packet) : NULL;
}

static char *put_pcapng(struct format *f, char *p, const struct packet *packet)
{
	struct pcapng_packet out = {
		.bytes = packet_bytes(packet),
		.fate = fate_of(f, packet),
		.wall_ns = time_wall_ns(&f->clock, packet->event->ts_ns),
		.interface = f->taps[packet->tap].interface,
		.caplen = packet->caplen,
		.len = packet->event->len,
	};
	struct packet_event once;
	uint8_t frame[SYNTH_MAX];

	if (out.fate)
		out.verdict = packet->event->action;
	if (is_synthesized(f, packet)) {
		once = *packet->event; /* that in the ring buffer may change */
		out.bytes = frame;
		out.caplen = synth_frame(frame, &once);
		out.comment = synth_comment(&once);
	}
	return pcapng_put_packet(p, &out);
}

char *format_put(struct format *f, char *p, const struct packet *packet)
{
	switch (f->o->kind) {
	case FORMAT_TEXT:
		return packet_text_put(&f->text, p,
				       f->o->ifname ? f->taps[packet->tap].ifname_text : NULL,
				       fate_of(f, packet), packet);
	case FORMAT_JSON:
		return packet_json_put(&f->json, p, f->taps[packet->tap].ifname_json,
				       fate_of(f, packet), packet);
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
