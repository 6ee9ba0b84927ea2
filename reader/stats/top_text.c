// SPDX-License-Identifier: BSD-2-Clause
/* The head and the table of `xdptap-stats top`. */
#include <inttypes.h>
#include <string.h>

#include <linux/if_ether.h>

#include "pin/now.h"
#include "reader/stats/top_text.h"
#include "reader/text/address.h"
#include "reader/text/ascii.h"
#include "reader/text/digits.h"
#include "reader/text/duration.h"
#include "reader/text/names.h"
#include "reader/text/quantity.h"
#include "reader/text/time.h"

static char *put_address(char *p, const struct flow_key *k, const __u8 *address)
{
	return k->eth_type == ETH_P_IPV6 ? address_put_ipv6(p, address)
					 : address_put_ipv4(p, address);
}

/* Address and port, with brackets as xdptap-reader writes them. */
static char *put_endpoint(char *p, const struct flow_key *k, const __u8 *address, __u16 port)
{
	/* Fragments after the first have no ports. */
	bool ports = rank_has_ports(k->proto) && (k->sport || k->dport);
	bool brackets = ports && k->eth_type == ETH_P_IPV6;

	if (brackets)
		*p++ = '[';
	p = put_address(p, k, address);
	if (brackets)
		*p++ = ']';
	if (ports) {
		*p++ = ':';
		p = digits_put_u32(p, port);
	}
	return p;
}

static char *put_protocol(char *p, __u8 proto)
{
	const struct packet_event ev = { .flags = XDPTAP_EV_IP, .proto = proto };

	return names_put_protocol(p, &ev);
}

static char *put_port(char *p, __u8 proto, __u16 port)
{
	p = put_protocol(p, proto);
	if (!rank_has_ports(proto))
		return p;
	*p++ = '/';
	return digits_put_u32(p, port);
}

const char *top_text_label(char buf[TOP_TEXT_LABEL_MAX], const struct flow_key *k,
			   enum rank_key key)
{
	char *p = buf;

	switch (key) {
	case RANK_SRC:
		p = put_address(p, k, k->src);
		break;
	case RANK_DST:
		p = put_address(p, k, k->dst);
		break;
	case RANK_SPORT:
		p = put_port(p, k->proto, k->sport);
		break;
	case RANK_DPORT:
		p = put_port(p, k->proto, k->dport);
		break;
	case RANK_PROTO:
		p = put_protocol(p, k->proto);
		break;
	case RANK_PAIR:
		p = stpcpy(put_address(p, k, k->src), " <-> ");
		p = put_address(p, k, k->dst);
		break;
	default:
		p = put_protocol(p, k->proto);
		*p++ = ' ';
		p = stpcpy(put_endpoint(p, k, k->src, k->sport), " -> ");
		p = put_endpoint(p, k, k->dst, k->dport);
	}
	*p = '\0';
	return buf;
}

/* The initials of the flags, which are all different: SFRPAUEC. */
#define FLAGS_MAX (NAMES_TCP_FLAGS + 1)

static const char *flags_text(char buf[FLAGS_MAX], __u8 flags)
{
	char *p = buf;

	for (size_t i = 0; i < NAMES_TCP_FLAGS; i++)
		if (flags & names_tcp_flags[i].bit)
			*p++ = names_tcp_flags[i].name[0];
	if (p == buf)
		*p++ = '-';
	*p = '\0';
	return buf;
}

static int flags_width(const struct ranking *t)
{
	int width = (int)strlen("FLAGS"), n;

	for (size_t i = 0; i < t->count; i++) {
		n = __builtin_popcount(t->rows[i].sum.tcp_flags);
		if (n > width)
			width = n;
	}
	return width;
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* With `watch`, the time of the sample. */
static void put_time(FILE *out, const struct ranking *t)
{
	char now[TIME_TEXT_MAX];

	if (t->seconds > 0)
		fprintf(out, "%s ", time_local_of_day(now, t->sample->wall_ns));
}

static void head(FILE *out, const struct ranking *t)
{
	const struct flow_sample *r = t->sample;
	char packets[QUANTITY_MAX], bytes[QUANTITY_MAX], name[IF_NAMESIZE], seconds[DURATION_MAX];
	uint64_t evicted = flow_sample_evicted(r);
	bool attached = r->state == TAP_STATE_ATTACHED;

	put_time(out, t);
	fprintf(out, "%s: %s%s%" PRIu64 " flow%s, room for %u; %s packet%s, %s bytes",
		ascii_ifname(name, r->ifname), attached ? "" : tap_state_name(r->state),
		attached ? "" : "; ", r->present, plural(r->present), r->meta.flows,
		quantity_count(packets, t->total.packets), plural(t->total.packets),
		quantity_count(bytes, t->total.bytes));
	if (t->seconds > 0)
		fprintf(out, " in %s%s", duration_text(seconds, t->seconds),
			t->restarted ? ", attached again" : "");
	fputc('\n', out);
	if (evicted)
		fprintf(out,
			"about %" PRIu64 " flow%s evicted for lack of room: not counted here\n",
			evicted, plural(evicted));
	if (r->lost)
		fprintf(out, "%" PRIu64 " packet%s in no flow: no entry could be created\n",
			r->lost, plural(r->lost));
}

/* Seconds from `then_ns` to the sample; 0 if the clock was set back. */
static double since(const struct ranking *t, uint64_t then_ns)
{
	return t->sample->taken_ns > then_ns ? (double)(t->sample->taken_ns - then_ns) / 1e9 : 0;
}

static void row(FILE *out, const struct ranking *t, const struct flow *f, int width)
{
	char packets[QUANTITY_MAX], bytes[QUANTITY_MAX], rate[QUANTITY_MAX];
	char age[DURATION_MAX], idle[DURATION_MAX], number[QUANTITY_MAX];
	char flags[FLAGS_MAX], label[TOP_TEXT_LABEL_MAX];

	fprintf(out, "%5.1f %5s %5s %5s %4s %4s ", 100 * ranking_share(t, &f->sum),
		quantity_count(packets, f->sum.packets), quantity_count(bytes, f->sum.bytes),
		quantity_short(rate, 8 * ranking_rate(t, &f->sum, f->sum.bytes)),
		duration_cell(age, since(t, f->sum.first_ns)),
		duration_cell(idle, since(t, f->sum.last_ns)));
	if (t->by == RANK_SYN)
		fprintf(out, "%5s ", quantity_count(number, f->sum.syns));
	if (t->key != RANK_FLOW)
		fprintf(out, "%5s ", quantity_count(number, f->flows));
	fprintf(out, "%-*s %s\n", width, flags_text(flags, f->sum.tcp_flags),
		top_text_label(label, &f->key, t->key));
}

void top_text_print(FILE *out, const struct ranking *t)
{
	static const char *const labels[RANK_KEYS] = { "FLOW", "SOURCE",   "DESTINATION", "FROM",
						       "TO",   "PROTOCOL", "PAIR" };
	int width = flags_width(t);

	head(out, t);
	if (!t->count)
		return;
	fprintf(out, "    %%  PKTS BYTES BIT/S  AGE IDLE %s%s%-*s %s",
		t->by == RANK_SYN ? " SYNS " : "", t->key == RANK_FLOW ? "" : "FLOWS ", width,
		"FLAGS", labels[t->key]);
	if (t->count < t->n)
		fprintf(out, " (%zu of %zu)", t->count, t->n);
	fputc('\n', out);
	for (size_t i = 0; i < t->count; i++)
		row(out, t, &t->rows[i], width);
}
