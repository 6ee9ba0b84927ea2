// SPDX-License-Identifier: BSD-2-Clause
/* Draws rates and shares; called by the other screen_*.c. */
#include "reader/stats/screen_rates.h"
#include "reader/stats/terminal.h"
#include "reader/text/percent.h"
#include "reader/text/quantity.h"

static const struct column {
	const char *title;
	int end;
} columns[SCREEN_COLUMNS] = {
	{ "pkt/s", 25 }, { "bit/s", 34 }, { "drop/s", 43 }, { "TCP", 49 },    { "UDP", 54 },
	{ "other", 60 }, { "IPv4", 66 },  { "IPv6", 71 },   { "non-IP", 78 },
};

void screen_rates_draw_titles(int y, int x, int n)
{
	for (int i = 0; i < n; i++)
		terminal_put_cell(y, x + columns[i].end, TERMINAL_BOLD, columns[i].title);
}

void screen_rates_draw(int y, int x, const struct history_span *s)
{
	char text[QUANTITY_MAX];

	if (s->seconds <= 0) {
		for (int i = 0; i < SCREEN_RATES; i++)
			terminal_put_cell(y, x + columns[i].end, TERMINAL_NORMAL, "-");
		return;
	}
	terminal_put_cell(y, x + columns[0].end, TERMINAL_NORMAL,
			  quantity_short(text, history_rate(s, s->grown.packets)));
	terminal_put_cell(y, x + columns[1].end, TERMINAL_NORMAL,
			  quantity_short(text, history_rate(s, s->grown.bytes) * 8));
	terminal_put_cell(y, x + columns[2].end,
			  s->grown.dropped ? TERMINAL_ALARM : TERMINAL_NORMAL,
			  quantity_short(text, history_rate(s, s->grown.dropped)));
}

void screen_rates_draw_row(int y, int x, const char *label, const struct history_span *s)
{
	const struct packet_stats *g = &s->grown;
	const uint64_t parts[] = { g->tcp, g->udp, g->other, g->ipv4, g->ipv6, g->non_ip };
	char text[PERCENT_MAX];

	terminal_put(y, x, TERMINAL_NORMAL, "%s", label);
	screen_rates_draw(y, x, s);
	for (int i = SCREEN_RATES; i < SCREEN_COLUMNS; i++)
		terminal_put_cell(y, x + columns[i].end, TERMINAL_NORMAL,
				  percent_text(text, parts[i - SCREEN_RATES], g->packets));
}
