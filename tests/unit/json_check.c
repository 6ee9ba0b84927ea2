// SPDX-License-Identifier: BSD-2-Clause
/*
 * A packet as JSON once more, by json-c and libc: written after
 * docs/packet.schema.json, and it shares with json.c only the names.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "reader/details.h"
#include "reader/llc.h"
#include "reader/malformed.h"
#include "reader/text/names.h"
#include "tests/unit/json_check.h"

#define EV(name) XDPTAP_EV_##name

static void add_string(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

static void add_number(struct json_object *o, const char *key, uint32_t value)
{
	json_object_object_add(o, key, json_object_new_int64(value));
}

static void add_time(struct json_object *o, const struct packet_json *j, uint64_t ts_ns)
{
	int64_t wall = time_wall_ns(j->clock, ts_ns), ns = wall % 1000000000;
	time_t second = wall / 1000000000;
	char text[64], all[96];
	struct tm tm;

	if (ns < 0) {
		ns += 1000000000;
		second--;
	}
	gmtime_r(&second, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(all, sizeof(all), "%s.%09dZ", text, (int)ns);
	add_string(o, "ts", all);
}

static void add_mac(struct json_object *o, const char *key, const uint8_t *mac)
{
	char text[32];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	add_string(o, key, text);
}

static void add_address(struct json_object *o, const char *key, const struct packet_event *ev,
			const uint8_t *address)
{
	char text[INET6_ADDRSTRLEN];

	if (!(ev->flags & EV(IP))) {
		add_mac(o, key, address);
		return;
	}
	inet_ntop(ev->eth_type == 0x86dd ? AF_INET6 : AF_INET, address, text, sizeof(text));
	add_string(o, key, text);
}

static void add_llc(struct json_object *o, const struct llc *llc)
{
	add_string(o, "proto", llc->name ? llc->name : llc->snap ? "SNAP" : "LLC");
	add_number(o, "llc_dsap", llc->dsap);
	add_number(o, "llc_ssap", llc->ssap);
	if (!llc->snap)
		return;
	add_number(o, "snap_oui", llc->oui);
	add_number(o, "snap_type", llc->type);
}

static void add_protocol(struct json_object *o, const struct packet *packet)
{
	const struct packet_event *ev = packet->event;
	struct llc llc;
	const char *name = ev->flags & EV(IP) ? names_protocol(ev->proto, ev->eth_type)
			   : ev->len < 14     ? NULL
					      : names_ethertype(ev->eth_type);
	char text[32];

	if (llc_parse(packet, &llc)) {
		add_llc(o, &llc);
		return;
	}
	if (ev->flags & EV(IP))
		snprintf(text, sizeof(text), "PROTO_%u", ev->proto);
	else
		snprintf(text, sizeof(text), "0x%04x", ev->eth_type);
	add_string(o, "proto", name ? name : text);
}

static void add_names(struct json_object *o, const char *key, uint32_t bits, const uint32_t *which,
		      const char *const *names)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; names[i]; i++)
		if (bits & which[i])
			json_object_array_add(array, json_object_new_string(names[i]));
	json_object_object_add(o, key, array);
}

static int is_tag(uint16_t type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200 ||
	       type == 0x9300;
}

static void add_event(struct json_object *o, const struct packet *packet)
{
	const struct packet_event *ev = packet->event;
	static const uint32_t bits[] = { 2, 1, 4, 8, 16, 32, 64, 128, 256 };
	static const char *const names[] = { "SYN", "FIN", "RST", "PSH", "ACK",
					     "URG", "ECE", "CWR", "AE",  NULL };

	if (ev->len >= 14)
		add_number(o, "eth_type", ev->eth_type);
	if (ev->flags & EV(VLAN))
		add_number(o, "vlan", ev->vlan & 0xfff);
	if (ev->flags & EV(VLAN) && ev->vlan >> 12 > 1)
		add_number(o, "vlan_tags", ev->vlan >> 12);
	if (ev->flags & EV(VLAN) && ev->vlan >> 12 == 4 && is_tag(ev->eth_type) &&
	    !(ev->flags & EV(MALFORMED)))
		json_object_object_add(o, "vlan_more_tags", json_object_new_boolean(1));
	if (ev->len < 14 && !(ev->flags & EV(IP)))
		return;
	add_address(o, "src", ev, ev->src);
	add_address(o, "dst", ev, ev->dst);
	if (ev->flags & EV(IP) && ev->flags & EV(PORTS)) {
		add_number(o, "sport", ev->sport);
		add_number(o, "dport", ev->dport);
	}
	add_protocol(o, packet);
	if (!(ev->flags & EV(IP)))
		return;
	add_number(o, "proto_num", ev->proto);
	if (ev->flags & EV(FRAG))
		add_string(o, "fragment", ev->flags & EV(LATER) ? "later" : "first");
	if (ev->flags & EV(TCP_FLAGS))
		add_names(o, "tcp_flags", ev->tcp_flags | (ev->flags & EV(AE) ? 256u : 0), bits,
			  names);
	if (ev->flags & EV(ICMP)) {
		add_number(o, "icmp_type", ev->icmp_type);
		add_number(o, "icmp_code", ev->icmp_code);
	}
}

static void add_arp(struct json_object *o, const struct packet_event *ev)
{
	char text[INET_ADDRSTRLEN];

	add_number(o, "arp_op", ev->arp_op);
	add_string(o, "arp_sender_ip", inet_ntop(AF_INET, ev->src + 6, text, sizeof(text)));
	add_mac(o, "arp_sender_mac", ev->src + 10);
	add_string(o, "arp_target_ip", inet_ntop(AF_INET, ev->dst + 6, text, sizeof(text)));
	add_mac(o, "arp_target_mac", ev->dst + 10);
}

/* An event of IP only. */
static void add_quoted(struct json_object *o, const struct packet_event *quoted)
{
	const struct packet none = { .event = quoted };
	struct json_object *object = json_object_new_object();

	add_address(object, "src", quoted, quoted->src);
	add_address(object, "dst", quoted, quoted->dst);
	if (quoted->flags & EV(PORTS)) {
		add_number(object, "sport", quoted->sport);
		add_number(object, "dport", quoted->dport);
	}
	add_protocol(object, &none);
	add_number(object, "proto_num", quoted->proto);
	json_object_object_add(o, "quoted", object);
}

/* The values have tests of their own. */
static void add_details(struct json_object *o, const struct packet *packet)
{
	const uint8_t *bytes = packet_bytes(packet);
	uint32_t tags = packet->event->vlan >> 12;
	struct json_object *inner = NULL;
	struct details d;
	int64_t value;

	details_get(packet, &d);
	for (size_t i = 0; i < DETAILS_FIELDS; i++) {
		value = details_value(&d, &details_fields[i]);
		if (value >= 0 && details_fields[i].flag)
			json_object_object_add(o, details_fields[i].key,
					       json_object_new_boolean(1));
		else if (value >= 0)
			add_number(o, details_fields[i].key, (uint32_t)value);
	}
	if (d.quoted.flags)
		add_quoted(o, &d.quoted);
	for (uint32_t i = 1; i < tags && i < 4 && packet->caplen >= 16 + 4 * i; i++) {
		if (!inner)
			inner = json_object_new_array();
		json_object_array_add(inner, json_object_new_int((bytes[14 + 4 * i] & 15) << 8 |
								 bytes[15 + 4 * i]));
	}
	if (inner)
		json_object_object_add(o, "vlan_inner", inner);
}

static void add_captured(struct json_object *o, const struct packet_json *j,
			 const struct packet *packet)
{
	const struct packet_event *ev = packet->event;
	const uint8_t *bytes = packet_bytes(packet);
	uint32_t n = packet->caplen;
	uint32_t ip = 14 + (ev->vlan >> 12) * 4u;
	char *hex;

	if (ev->flags & EV(IP) && ev->eth_type == 0x86dd) {
		if (n > ip + 7)
			add_number(o, "ttl", bytes[ip + 7]);
		if (j->verbose && n > ip + 3)
			add_number(o, "flow_label",
				   bytes[ip + 1] % 16 * 65536u + bytes[ip + 2] * 256u +
					   bytes[ip + 3]);
	} else if (ev->flags & EV(IP)) {
		if (n > ip + 8)
			add_number(o, "ttl", bytes[ip + 8]);
		if (j->verbose && n > ip + 5)
			add_number(o, "ip_id", bytes[ip + 4] * 256u + bytes[ip + 5]);
	}
	if (j->verbose)
		add_details(o, packet);
	if (j->link_level && n >= 12) {
		add_mac(o, "eth_src", bytes + 6);
		add_mac(o, "eth_dst", bytes);
	}
	if (!j->dump || !n)
		return;
	hex = malloc(2 * (size_t)n + 1);
	if (!hex)
		abort();
	for (uint32_t i = 0; i < n; i++)
		sprintf(hex + 2 * (size_t)i, "%02x", bytes[i]);
	add_string(o, "data", hex);
	free(hex);
}

/* What json-c reads from it; NULL: it does not. */
static struct json_object *parse_with(int flags, const char *line, size_t bytes)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *o;

	json_tokener_set_flags(tokener, flags);
	o = json_tokener_parse_ex(tokener, line, (int)bytes);
	if (json_tokener_get_error(tokener) != json_tokener_success) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(tokener);
	return o;
}

/*
 * By the letter of the standard. When it is strict, json-c 0.18 takes bytes above 0x7f for control
 * characters, so it is strict with a copy that has letters instead of them.
 */
static struct json_object *parse(const char *line, size_t bytes)
{
	char *ascii = malloc(bytes);
	struct json_object *strict;

	for (size_t i = 0; i < bytes; i++)
		ascii[i] = line[i] & 0x80 ? 'x' : line[i];
	strict = parse_with(JSON_TOKENER_STRICT, ascii, bytes);
	free(ascii);
	if (!strict)
		return NULL;
	json_object_put(strict);
	return parse_with(JSON_TOKENER_VALIDATE_UTF8, line, bytes);
}

/* The keys of a fate, as json-c reads them, whatever is in the name. */
static void add_fate(struct json_object *o, const char *fate)
{
	static const char *const keys[] = { "action", "prog", "prog_id" };
	size_t bytes = strlen(fate) + 2;
	char *text = malloc(bytes);
	struct json_object *read, *value;

	if (!text)
		abort();
	snprintf(text, bytes, "{%s}", fate + 1);
	read = *fate == ',' ? parse(text, strlen(text)) : NULL;
	free(text);
	if (!read || json_object_object_length(read) > 3)
		json_object_object_add(o, "fate", NULL); /* nothing like it is in a line */
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (read && json_object_object_get_ex(read, keys[i], &value))
			json_object_object_add(o, keys[i], json_object_get(value));
	json_object_put(read);
}

static struct json_object *object_of(const struct packet_json *j, const char *ifname,
				     const char *fate, const struct packet *packet)
{
	static const uint32_t bits[] = { EV(FRAG), EV(LOW_TTL), EV(MALFORMED) };
	static const char *const names[] = { "FRAG", "LOW_TTL", "MALFORMED", NULL };
	const struct packet_event *ev = packet->event;
	struct json_object *o = json_object_new_object();
	char reason[MALFORMED_REASON_MAX + 1];

	add_time(o, j, ev->ts_ns);
	add_string(o, "ifname", ifname);
	add_number(o, "len", ev->len);
	add_number(o, "caplen", packet->caplen);
	if (fate)
		add_fate(o, fate);
	add_event(o, packet);
	if (ev->flags & EV(ARP))
		add_arp(o, ev);
	if (packet->caplen)
		add_captured(o, j, packet);
	if (ev->flags & (EV(FRAG) | EV(LOW_TTL) | EV(MALFORMED)))
		add_names(o, "flags", ev->flags, bits, names);
	*malformed_put_reason(reason, packet) = '\0';
	if (j->verbose && *reason)
		add_string(o, "malformed_reason", reason);
	return o;
}

const char *json_check(const struct packet_json *j, const char *ifname, const char *fate,
		       const struct packet *packet, const char *line, size_t bytes)
{
	static struct json_object *wanted;
	struct json_object *got;
	const char *text;
	int wrong;

	json_object_put(wanted);
	wanted = object_of(j, ifname, fate, packet);
	text = json_object_to_json_string_ext(wanted, JSON_C_TO_STRING_NOSLASHESCAPE);
	if (bytes != strlen(text) + 1 || memcmp(line, text, bytes - 1) || line[bytes - 1] != '\n')
		return text;
	got = parse(line, bytes);
	wrong = !got || !json_object_equal(got, wanted);
	json_object_put(got);
	return wrong ? text : NULL;
}
