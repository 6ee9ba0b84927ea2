// SPDX-License-Identifier: BSD-2-Clause
/* Draws the list of taps; called by screen.c. */
#include <stdbool.h>

#include "reader/stats/screen_list.h"
#include "reader/stats/screen_rates.h"
#include "reader/stats/terminal.h"
#include "reader/text/ascii.h"
#include "reader/text/percent.h"
#include "reader/text/quantity.h"

/* Where the state begins in the place of the rates, and where the other cells end. */
enum { STATE = 18, DROPPED_END = 54, RING_END = 60, READER_END = 72 };

static void draw_row(int y, const struct history *h, const struct taps *t, bool selected)
{
	struct history_span last = history_last(h);
	enum tap_state state = history_tap_state(h);
	char text[QUANTITY_MAX], name[IF_NAMESIZE], reader[SAMPLE_READER_MAX];

	terminal_put(y, 0, selected ? TERMINAL_BOLD : TERMINAL_NORMAL, "%c %s",
		     selected ? '>' : ' ', ascii_ifname(name, h->ifname));
	if (state != TAP_STATE_ATTACHED)
		terminal_put(y, STATE, TERMINAL_ALARM, "%s", tap_state_name(state));
	else
		screen_rates_draw(y, 0, &last);
	if (h->state == HISTORY_GONE)
		return;
	terminal_put_cell(y, DROPPED_END, h->now.total.dropped ? TERMINAL_ALARM : TERMINAL_NORMAL,
			  quantity_short(text, (double)h->now.total.dropped));
	terminal_put_cell(
		y, RING_END, TERMINAL_NORMAL,
		h->now.ring_known ? percent_text(text, h->now.ring_used, h->now.ring_bytes) : "?");
	terminal_put_cell(y, READER_END, TERMINAL_NORMAL, sample_reader_text(reader, &h->now));
	if (history_restarted_lately(h, t->sampled_ns))
		terminal_put(y, READER_END + 2, TERMINAL_BOLD, "again");
}

int screen_list_draw(int y, int room, const struct taps *t, size_t selected)
{
	int n = (int)t->n, at = (int)selected, first;

	if (n < 2)
		return y;
	if (room > n)
		room = n;
	if (room < 1)
		room = 1;
	first = at - room / 2;
	if (first > n - room)
		first = n - room;
	if (first < 0)
		first = 0;
	terminal_put(y, 0, TERMINAL_BOLD, room < n ? "tap %d of %d" : "tap", at + 1, n);
	screen_rates_draw_titles(y, 0, SCREEN_RATES);
	terminal_put_cell(y, DROPPED_END, TERMINAL_BOLD, "dropped");
	terminal_put_cell(y, RING_END, TERMINAL_BOLD, "ring");
	terminal_put_cell(y++, READER_END, TERMINAL_BOLD, "reader");
	for (int i = first; i < first + room; i++)
		draw_row(y++, t->list[i], t, i == at);
	return y + 1;
}
