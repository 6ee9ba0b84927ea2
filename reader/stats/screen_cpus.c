// SPDX-License-Identifier: BSD-2-Clause
/* Draws the CPUs of a tap; called by screen.c. */
#include <stdio.h>

#include "reader/stats/screen_cpus.h"
#include "reader/stats/screen_rates.h"
#include "reader/stats/terminal.h"

/* Width of a block of CPUs and the gap to the next block. */
enum { BLOCK = SCREEN_TABLE + 3 };

static void draw_rest(int y, int hidden, int idle)
{
	const char *s = hidden > 1 ? "s" : "";

	if (hidden && idle)
		terminal_put(y, 0, TERMINAL_NORMAL, "%d more CPU%s, %d without packets", hidden, s,
			     idle);
	else if (hidden)
		terminal_put(y, 0, TERMINAL_NORMAL, "%d more CPU%s", hidden, s);
	else if (idle)
		terminal_put(y, 0, TERMINAL_NORMAL, "%d CPU%s without packets", idle,
			     idle > 1 ? "s" : "");
}

void screen_cpus_draw(int y, bool tall, const struct history *h)
{
	int room = terminal_rows() - 1 - y - 1, active = 0, shown = 0;
	int blocks = (terminal_columns() + BLOCK - SCREEN_TABLE) / BLOCK;
	int idle, fit, per_block;
	char label[16];
	bool titles;

	for (int i = 0; i < h->now.n_cpus; i++)
		active += h->now.cpus[i].packets != 0;
	idle = h->now.n_cpus - active;
	titles = tall || blocks > 1 || active + (idle != 0) <= room;
	room += !titles;
	if (room < 1)
		return;
	if (blocks < 1 || active <= room - (idle != 0))
		blocks = 1;
	fit = active <= (room - (idle != 0)) * blocks ? active : (room - 1) * blocks;
	per_block = (fit + blocks - 1) / blocks;
	for (int b = 0; titles && b < blocks && b * per_block < fit; b++)
		screen_rates_draw_titles(y, b * BLOCK, SCREEN_COLUMNS);
	y += titles && fit;
	for (int i = 0; i < h->now.n_cpus && shown < fit; i++) {
		struct history_span last = history_last_cpu(h, i);

		if (!h->now.cpus[i].packets)
			continue;
		snprintf(label, sizeof(label), "CPU %d", i);
		screen_rates_draw_row(y + shown % per_block, shown / per_block * BLOCK, label,
				      &last);
		shown++;
	}
	draw_rest(y + per_block, active - shown, idle);
}
