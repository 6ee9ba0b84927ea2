// SPDX-License-Identifier: BSD-2-Clause
/* Makes the object that `xdptap-stats -j top` prints. */
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>
#include <linux/if_ether.h>

#include "pin/cli/output.h"
#include "reader/stats/top_json.h"
#include "reader/text/address.h"
#include "reader/text/names.h"
#include "reader/text/time.h"

static void add_u64(struct json_object *o, const char *key, uint64_t value)
{
	output_add(o, key, output_uint(value));
}

static void add_time(struct json_object *o, const char *key, struct time_base *clock, uint64_t ns)
{
	char text[TIME_RFC3339_BYTES];
	char *end = time_put_rfc3339(clock, text, ns);

	output_add(o, key, output_chars(text, end));
}

static struct json_object *address_json(const struct flow_key *k, const __u8 *address)
{
	char text[ADDRESS_IPV6_MAX];
	char *end = k->eth_type == ETH_P_IPV6 ? address_put_ipv6(text, address)
					      : address_put_ipv4(text, address);

	return output_chars(text, end);
}

static void add_protocol(struct json_object *o, __u8 proto)
{
	const struct packet_event ev = { .flags = XDPTAP_EV_IP, .proto = proto };
	char text[NAMES_MAX + 1];
	char *end = names_put_protocol(text, &ev);

	output_add(o, "proto", output_chars(text, end));
	add_u64(o, "proto_num", proto);
}

/* Adds what the group has in common, under the keys that xdptap-reader -j uses. */
static void add_key(struct json_object *o, const struct flow_key *k, enum rank_key key)
{
	/* Fragments after the first have no ports; as a group by port they are port 0. */
	bool ports = rank_has_ports(k->proto) && (key != RANK_FLOW || k->sport || k->dport);
	struct json_object *pair;

	if (key == RANK_PAIR) {
		pair = output_array();
		output_append(pair, address_json(k, k->src));
		output_append(pair, address_json(k, k->dst));
		output_add(o, "pair", pair);
		return;
	}
	if (key == RANK_FLOW || key == RANK_SRC)
		output_add(o, "src", address_json(k, k->src));
	if (key == RANK_FLOW || key == RANK_DST)
		output_add(o, "dst", address_json(k, k->dst));
	if (ports && (key == RANK_FLOW || key == RANK_SPORT))
		add_u64(o, "sport", k->sport);
	if (ports && (key == RANK_FLOW || key == RANK_DPORT))
		add_u64(o, "dport", k->dport);
	if (key != RANK_SRC && key != RANK_DST)
		add_protocol(o, k->proto);
}

static struct json_object *flags_json(__u8 flags)
{
	struct json_object *list = output_array();

	for (size_t i = 0; i < NAMES_TCP_FLAGS; i++)
		if (flags & names_tcp_flags[i].bit)
			output_append(list, output_text(names_tcp_flags[i].name));
	return list;
}

static struct json_object *row_json(const struct ranking *t, const struct flow *f,
				    struct time_base *clock)
{
	struct json_object *o = output_object();

	add_key(o, &f->key, t->key);
	add_u64(o, "flows", f->flows);
	add_u64(o, "packets", f->sum.packets);
	add_u64(o, "bytes", f->sum.bytes);
	add_u64(o, "syns", f->sum.syns);
	output_add(o, "share", output_decimal(ranking_share(t, &f->sum), 6));
	output_add(o, "packets_per_second",
		   output_decimal(ranking_rate(t, &f->sum, f->sum.packets), 3));
	output_add(o, "bits_per_second",
		   output_decimal(8 * ranking_rate(t, &f->sum, f->sum.bytes), 3));
	add_time(o, "first_seen", clock, f->sum.first_ns);
	add_time(o, "last_seen", clock, f->sum.last_ns);
	output_add(o, "tcp_flags", flags_json(f->sum.tcp_flags));
	return o;
}

struct json_object *top_json_create(const struct ranking *t, struct time_base *clock)
{
	struct json_object *o = output_object(), *list = output_array();
	const struct flow_sample *r = t->sample;
	char since[TIME_TEXT_MAX];

	output_add(o, "ifname", output_string(r->ifname));
	add_u64(o, "ifindex", r->meta.ifindex);
	add_time(o, "ts", clock, r->taken_ns);
	output_add(o, "attached_at", output_text(time_rfc3339(since, r->meta.attached_ns)));
	output_add(o, "state", output_text(tap_state_name(r->state)));
	if (t->seconds > 0) {
		output_add(o, "seconds", output_decimal(t->seconds, 6));
		output_add(o, "restarted", output_bool(t->restarted));
	}
	add_u64(o, "flows", r->present);
	add_u64(o, "flows_max", r->meta.flows);
	add_u64(o, "flows_evicted", flow_sample_evicted(r));
	add_u64(o, "flows_flushed", r->flushed);
	add_u64(o, "flow_lost", r->lost);
	add_u64(o, "packets", t->total.packets);
	add_u64(o, "bytes", t->total.bytes);
	add_u64(o, "syns", t->total.syns);
	output_add(o, "key", output_text(rank_key_names[t->key]));
	output_add(o, "by", output_text(rank_by_names[t->by]));
	add_u64(o, "groups", t->n);
	for (size_t i = 0; i < t->count; i++)
		output_append(list, row_json(t, &t->rows[i], clock));
	output_add(o, "top", list);
	return o;
}
