// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-stats watch` to a pipe: a line per tap and interval, like vmstat. */
#include <inttypes.h>
#include <string.h>

#include "pin/now.h"
#include "reader/stats/lines.h"
#include "reader/stats/verdict_rates.h"
#include "reader/text/ascii.h"
#include "reader/text/escape.h"
#include "reader/text/percent.h"
#include "reader/text/quantity.h"
#include "reader/text/time.h"

/* For people and awk: every line has the same number of words, except for a remark at its end. */
static const char *const titles[] = { "pkt/s", "bit/s",  "TCP",     "UDP",  "other", "IPv4",
				      "IPv6",  "drop/s", "dropped", "ring", "reader" };
static const int widths[] = { 5, 5, 4, 4, 5, 4, 4, 6, 7, 4, 6 };

enum { COLUMNS = sizeof(titles) / sizeof(titles[0]) };

static int name_width(const struct taps *t)
{
	size_t width = strlen("tap");

	for (size_t i = 0; i < t->n; i++)
		if (strlen(t->list[i]->ifname) > width)
			width = strlen(t->list[i]->ifname);
	return (int)width;
}

static void header(const struct taps *t, int time_width, FILE *out)
{
	fprintf(out, "%-*s %-*s", time_width, "time", name_width(t), "tap");
	for (int i = 0; i < COLUMNS; i++)
		fprintf(out, " %*s", widths[i], titles[i]);
	fputc('\n', out);
}

static const char *reader_yes_no(const struct sample *s)
{
	if (!s->reader_known)
		return "?";
	return s->reader ? "yes" : "no";
}

/* A word for each action that frames came to, and one for the program that dropped most. */
static void put_verdicts(const struct history *h, FILE *out)
{
	struct verdict_rates r = verdict_rates_last(h);
	char text[QUANTITY_MAX], name[XDPTAP_TRACED_NAME_MAX];

	for (__u32 action = 0; action < XDPTAP_ACTIONS; action++)
		if (r.final[action])
			fprintf(out, " %s/s=%s", verdicts_action_name(action),
				quantity_short(text, (double)r.final[action] / r.seconds));
	if (r.dropper)
		fprintf(out, " dropper=%s(%u)",
			ascii_text(name, sizeof(name), r.dropper->member.name),
			r.dropper->member.prog_id);
}

/* It may name a pin, and with it the interface. */
static void put_reason(const char *reason, FILE *out)
{
	char text[ESCAPE_GROWTH * sizeof(((struct history *)0)->reason)];

	*escape_put(text, reason) = '\0';
	fprintf(out, ": %s", text);
}

static void tap_line(const struct history *h, FILE *out)
{
	enum tap_state state = history_tap_state(h);
	const struct packet_stats *total = &h->now.total;
	struct history_span last = history_last(h);
	const struct packet_stats *g = &last.grown;
	char text[COLUMNS][QUANTITY_MAX];
	int i;

	for (i = 0; i < COLUMNS; i++)
		strcpy(text[i], "-");
	if (last.seconds > 0) {
		quantity_short(text[0], history_rate(&last, g->packets));
		quantity_short(text[1], history_rate(&last, g->bytes) * 8);
		percent_text(text[2], g->tcp, g->packets);
		percent_text(text[3], g->udp, g->packets);
		percent_text(text[4], g->other, g->packets);
		percent_text(text[5], g->ipv4, g->packets);
		percent_text(text[6], g->ipv6, g->packets);
		quantity_short(text[7], history_rate(&last, g->dropped));
	}
	if (h->state != HISTORY_GONE) {
		snprintf(text[8], QUANTITY_MAX, "%" PRIu64, (uint64_t)total->dropped);
		if (h->now.ring_known)
			percent_text(text[9], h->now.ring_used, h->now.ring_bytes);
		else
			strcpy(text[9], "?");
		strcpy(text[10], reader_yes_no(&h->now));
	}
	for (i = 0; i < COLUMNS; i++)
		fprintf(out, " %*s", widths[i], text[i]);
	if (h->state == HISTORY_RESTARTED)
		fputs(" restarted", out);
	if (h->state != HISTORY_GONE && h->now.in_force.control.paused)
		fputs(" paused", out);
	if (h->state != HISTORY_GONE)
		put_verdicts(h, out);
	if (state != TAP_STATE_ATTACHED)
		fprintf(out, " %s", tap_state_name(state));
	if (h->state == HISTORY_GONE && *h->reason)
		put_reason(h->reason, out);
	fputc('\n', out);
}

void lines_print(struct lines *l, const struct taps *t, FILE *out)
{
	bool tenths = t->interval_ns < NS_PER_SEC;
	char now[TIME_TEXT_MAX], name[IF_NAMESIZE];
	size_t size = strlen(time_local_of_day(now, t->realtime_ns));

	if (tenths)
		snprintf(now + size, sizeof(now) - size, ".%u",
			 (unsigned int)(t->realtime_ns % NS_PER_SEC / (NS_PER_SEC / 10)));
	if (l->begun && l->changes != t->changes)
		l->begun = false;
	for (size_t i = 0; i < t->n; i++) {
		if (!l->begun || l->since_header >= LINES_HEADER_EACH) {
			header(t, tenths ? 10 : 8, out);
			l->begun = true;
			l->since_header = 0;
			l->changes = t->changes;
		}
		l->since_header++;
		fprintf(out, "%s %-*s", now, name_width(t), ascii_ifname(name, t->list[i]->ifname));
		tap_line(t->list[i], out);
	}
}
