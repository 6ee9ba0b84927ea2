// SPDX-License-Identifier: BSD-2-Clause
/* Draws the selected tap; called by screen.c. */
#include <stdio.h>
#include <string.h>

#include "pin/now.h"
#include "pin/tap.h"
#include "reader/stats/bar.h"
#include "reader/stats/screen_rates.h"
#include "reader/stats/screen_tap.h"
#include "reader/stats/terminal.h"
#include "reader/stats/verdict_rates.h"
#include "reader/text/ascii.h"
#include "reader/text/duration.h"
#include "reader/text/percent.h"
#include "reader/text/quantity.h"
#include "reader/text/size.h"
#include "reader/text/time.h"

/* Width of the bar that shows how full the rings are, in cells. */
enum { RING_BAR = 20 };

/* How the tap is attached. Returns the next row. */
static int draw_head(int y, const struct history *h, const struct taps *t)
{
	struct history_span whole = history_whole(h);
	char name[IF_NAMESIZE], ago[DURATION_MAX], when[TIME_TEXT_MAX];

	time_local(when, h->now.meta.attached_ns);
	terminal_put(y, 0, TERMINAL_BOLD, "%s", ascii_ifname(name, h->ifname));
	duration_text(ago, whole.seconds);
	if (h->now.state != TAP_STATE_ATTACHED)
		terminal_put(y, SCREEN_LABEL, TERMINAL_ALARM, "%s; attached %s, %s ago",
			     tap_state_name(h->now.state), when, ago);
	else
		terminal_put(y, SCREEN_LABEL, TERMINAL_NORMAL, "%s mode, attached %s%s, %s ago",
			     tap_mode_name(h->now.meta.mode),
			     history_restarted_lately(h, t->sampled_ns) ? "again " : "", when, ago);
	return y + 2;
}

/* "last 10s", or how much of that the samples cover: "3s of 10s". */
#define LABEL_MAX (DURATION_MAX + 16)
static const char *window_label(char buf[LABEL_MAX], unsigned int window,
				const struct history_span *s)
{
	char text[DURATION_MAX];

	if (s->seconds <= 0 || (s->seconds > 0.9 * window && s->seconds < 1.1 * window))
		snprintf(buf, LABEL_MAX, "last %us", window);
	else
		snprintf(buf, LABEL_MAX, "%s of %us", duration_text(text, s->seconds), window);
	return buf;
}

/* Rates now and on average. Returns the next row. */
static int draw_rates(int y, const struct history *h)
{
	struct history_span last = history_last(h), ten = history_over(h, 10),
			    minute = history_over(h, 60), whole = history_whole(h);
	char label[LABEL_MAX], text[DURATION_MAX];

	screen_rates_draw_titles(y++, 0, SCREEN_COLUMNS);
	if (last.seconds > 0)
		snprintf(label, sizeof(label), "now, %s", duration_text(text, last.seconds));
	else
		strcpy(label, "now");
	screen_rates_draw_row(y++, 0, label, &last);
	screen_rates_draw_row(y++, 0, window_label(label, 10, &ten), &ten);
	screen_rates_draw_row(y++, 0, window_label(label, 60, &minute), &minute);
	screen_rates_draw_row(y++, 0, "since attached", &whole);
	return y + 1;
}

/* Frames that were meant to become no event, if there are any. Returns the next row. */
static int draw_left_out(int y, const struct sample *s)
{
	const struct {
		const char *label;
		uint64_t n;
		bool on;
	} rows[] = {
		{ "filtered", s->total.filtered, s->in_force.filter != NULL },
		{ "sampled out", s->total.sampled_out, s->in_force.sample > 1 },
		{ "paused", s->total.paused_out, s->in_force.control.paused },
	};
	char a[QUANTITY_MAX], percent[PERCENT_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].n && !rows[i].on)
			continue;
		terminal_put(y, 0, TERMINAL_NORMAL, "%s", rows[i].label);
		terminal_put(y++, SCREEN_LABEL, TERMINAL_NORMAL, "%s (%s)%s",
			     quantity_exact(a, rows[i].n),
			     percent_text(percent, rows[i].n, s->total.packets),
			     rows[i].on && i == 2 ? ", now" : "");
	}
	return y;
}

/* What became of the frames since the previous sample, and who dropped most. Returns the next row.
 */
static int draw_verdicts(int y, const struct history *h)
{
	static const __u32 order[] = { XDPTAP_PASS,     XDPTAP_DROP,    XDPTAP_TX,
				       XDPTAP_REDIRECT, XDPTAP_ABORTED, XDPTAP_OTHER };
	struct verdict_rates r = verdict_rates_last(h);
	char text[QUANTITY_MAX], name[XDPTAP_TRACED_NAME_MAX];
	int x = SCREEN_LABEL;

	if (!h->now.verdicts)
		return y;
	terminal_put(y, 0, TERMINAL_NORMAL, "verdicts");
	if (r.seconds <= 0)
		terminal_put(y, x, TERMINAL_NORMAL, "-");
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]) && r.seconds > 0; i++) {
		if (!r.final[order[i]] && i > 1)
			continue;
		quantity_short(text, (double)r.final[order[i]] / r.seconds);
		terminal_put(y, x, TERMINAL_NORMAL, "%s/s %s", verdicts_action_name(order[i]),
			     text);
		x += (int)(strlen(verdicts_action_name(order[i])) + strlen(text)) + 5;
	}
	if (!r.dropper)
		return y + 1;
	terminal_put(++y, 0, TERMINAL_NORMAL, "top dropper");
	terminal_put(y, SCREEN_LABEL, TERMINAL_NORMAL, "%s/s by %s (id %u)",
		     quantity_short(text, (double)r.dropped / r.seconds),
		     ascii_text(name, sizeof(name), r.dropper->member.name),
		     r.dropper->member.prog_id);
	return y + 1;
}

/* Counters since the tap was attached, and the rings. Returns the next row. */
static int draw_totals(int y, const struct history *h)
{
	const struct sample *s = &h->now;
	int filled = (bar_eighths((double)s->ring_used, (double)s->ring_bytes, RING_BAR) + 7) / 8;
	char a[QUANTITY_MAX], b[QUANTITY_MAX], percent[PERCENT_MAX], size[SIZE_TEXT_MAX];
	char reader[SAMPLE_READER_MAX], cell[SAMPLE_READER_MAX + 8];

	terminal_put(y, 0, TERMINAL_NORMAL, "total");
	terminal_put(y++, SCREEN_LABEL, TERMINAL_NORMAL, "%s packet%s, %s bytes",
		     quantity_exact(a, s->total.packets), s->total.packets == 1 ? "" : "s",
		     quantity_exact(b, s->total.bytes));
	terminal_put(y, 0, TERMINAL_NORMAL, "dropped");
	terminal_put(y++, SCREEN_LABEL, s->total.dropped ? TERMINAL_ALARM : TERMINAL_NORMAL,
		     "%s (%s)", quantity_exact(a, s->total.dropped),
		     percent_text(percent, s->total.dropped, s->total.packets));
	y = draw_left_out(y, s);
	y = draw_verdicts(y, h);
	terminal_put(y, 0, TERMINAL_NORMAL, "ring");
	size_text(size, s->ring_bytes);
	if (s->ring_known)
		terminal_put(y, SCREEN_LABEL, TERMINAL_NORMAL, "[%.*s%*s] %4s of %s", filled,
			     "####################", RING_BAR - filled, "",
			     percent_text(percent, s->ring_used, s->ring_bytes), size);
	else
		terminal_put(y, SCREEN_LABEL, TERMINAL_NORMAL,
			     "of %s; no permission to read the fill level", size);
	snprintf(cell, sizeof(cell), "reader: %s", sample_reader_text(reader, s));
	terminal_put_cell(y++, SCREEN_TABLE - 1, TERMINAL_NORMAL, cell);
	return y + 1;
}

int screen_tap_draw(int y, const struct history *h, const struct taps *t)
{
	y = draw_head(y, h, t);
	y = draw_rates(y, h);
	return draw_totals(y, h);
}

void screen_tap_draw_gone(int y, const struct history *h, const struct taps *t)
{
	const char *state = tap_state_name(history_tap_state(h));
	char text[DURATION_MAX], name[IF_NAMESIZE];

	terminal_put(y, 0, TERMINAL_BOLD, "%s", ascii_ifname(name, h->ifname));
	terminal_put(y, SCREEN_LABEL, TERMINAL_ALARM, "%s", state);
	terminal_put(y, SCREEN_LABEL + (int)strlen(state) + 1, TERMINAL_NORMAL, "for %s",
		     duration_text(text, (double)(t->sampled_ns - h->gone_ns) / 1e9));
	if (*h->reason)
		terminal_put(y + 1, 0, TERMINAL_NORMAL, "%s", h->reason);
	else
		terminal_put(y + 1, SCREEN_LABEL, TERMINAL_NORMAL,
			     "It reappears when it is attached again.");
}
