// SPDX-License-Identifier: BSD-2-Clause
/* The table of `xdptap-stats top`. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include <linux/if_ether.h>

#include "pin/now.h"
#include "reader/text/address.h"
#include "reader/text/digits.h"
#include "reader/text/names.h"
#include "reader/text/figures.h"
#include "reader/stats/top.h"

/* Of things that are whole: to 999 as they are. */
static const char *count(char buf[FIGURE_MAX], uint64_t value)
{
	if (value >= 1000)
		return figure(buf, (double)value);
	*digits_put_u32(buf, (uint32_t)value) = '\0';
	return buf;
}

const char *top_span(char buf[TOP_SPAN_MAX], uint64_t ns)
{
	uint64_t seconds = ns / NS_PER_SEC;

	if (seconds < 10)
		snprintf(buf, TOP_SPAN_MAX, "%" PRIu64 ".%" PRIu64 "s", seconds,
			 ns % NS_PER_SEC / (NS_PER_SEC / 10));
	else if (seconds < 100)
		snprintf(buf, TOP_SPAN_MAX, "%" PRIu64 "s", seconds);
	else if (seconds < 100 * 60)
		snprintf(buf, TOP_SPAN_MAX, "%" PRIu64 "m", seconds / 60);
	else if (seconds < 100 * 3600)
		snprintf(buf, TOP_SPAN_MAX, "%" PRIu64 "h", seconds / 3600);
	else
		snprintf(buf, TOP_SPAN_MAX, "%" PRIu64 "d", seconds / 86400);
	return buf;
}

static char *put_address(char *p, const struct flow_key *k, const __u8 *address)
{
	return k->eth_type == ETH_P_IPV6 ? address_put_ipv6(p, address)
					 : address_put_ipv4(p, address);
}

/* With the brackets and the port that xdptap-reader writes. */
static char *put_endpoint(char *p, const struct flow_key *k, const __u8 *address, __u16 port)
{
	/* Later fragments have none. */
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

const char *top_label(char buf[TOP_LABEL_MAX], const struct flow_key *k, enum rank_key key)
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

/* Their initials, which are all different: SFRPAUEC. */
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

/* With watch: when it was. */
static void put_time(FILE *out, const struct ranking *t)
{
	time_t now = (time_t)(t->reading->wall_ns / NS_PER_SEC);
	char text[16];
	struct tm tm;

	if (t->seconds <= 0)
		return;
	strftime(text, sizeof(text), "%T", localtime_r(&now, &tm));
	fprintf(out, "%s ", text);
}

static void head(FILE *out, const struct ranking *t)
{
	const struct flow_reading *r = t->reading;
	char packets[FIGURE_MAX], bytes[FIGURE_MAX], name[FIGURE_MAX];
	uint64_t evicted = flow_reading_evicted(r);

	put_time(out, t);
	fprintf(out, "%s: %s%s%" PRIu64 " flow%s, room for %u; %s packet%s, %s bytes",
		figure_name(name, r->ifname), r->liveness ? liveness_name(r->liveness) : "",
		r->liveness ? "; " : "", r->present, plural(r->present), r->meta.flows,
		count(packets, t->total.packets), plural(t->total.packets),
		count(bytes, t->total.bytes));
	if (t->seconds > 0)
		fprintf(out, " in %.*f s%s", t->seconds < 9.95 ? 1 : 0, t->seconds,
			t->restarted ? ", attached again" : "");
	fputc('\n', out);
	if (evicted)
		fprintf(out,
			"about %" PRIu64
			" flow%s evicted, as there was no room: not counted here\n",
			evicted, plural(evicted));
	if (r->lost)
		fprintf(out, "%" PRIu64 " packet%s in no flow, as none could be made for them\n",
			r->lost, plural(r->lost));
}

/* Nanoseconds from then to the reading; 0 if the clock was set back. */
static uint64_t since(const struct ranking *t, uint64_t then_ns)
{
	return t->reading->taken_ns > then_ns ? t->reading->taken_ns - then_ns : 0;
}

static void row(FILE *out, const struct ranking *t, const struct flow *f, int width)
{
	char packets[FIGURE_MAX], bytes[FIGURE_MAX], rate[FIGURE_MAX];
	char age[TOP_SPAN_MAX], idle[TOP_SPAN_MAX], number[FIGURE_MAX];
	char flags[FLAGS_MAX], label[TOP_LABEL_MAX];

	fprintf(out, "%5.1f %5s %5s %5s %4s %4s ", 100 * ranking_share(t, &f->sum),
		count(packets, f->sum.packets), count(bytes, f->sum.bytes),
		figure(rate, 8 * ranking_rate(t, &f->sum, f->sum.bytes)),
		top_span(age, since(t, f->sum.first_ns)), top_span(idle, since(t, f->sum.last_ns)));
	if (t->by == RANK_SYN)
		fprintf(out, "%5s ", count(number, f->sum.syns));
	if (t->key != RANK_FLOW)
		fprintf(out, "%5s ", count(number, f->flows));
	fprintf(out, "%-*s %s\n", width, flags_text(flags, f->sum.tcp_flags),
		top_label(label, &f->key, t->key));
}

void top_text(FILE *out, const struct ranking *t)
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
