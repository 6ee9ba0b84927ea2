// SPDX-License-Identifier: BSD-2-Clause
/* Draws the last minute; called by screen.c. */
#include <string.h>

#include "reader/stats/bar.h"
#include "reader/stats/screen_minute.h"
#include "reader/stats/screen_rates.h"
#include "reader/stats/terminal.h"
#include "reader/text/quantity.h"

/* The minute is drawn in at most so many parts, each at most so many cells wide. */
enum { PARTS_MAX = 60, PART_CELLS_MAX = 2 };

int screen_minute_draw(int y, int rows, const struct history *h)
{
	int room = terminal_columns() - SCREEN_LABEL, n = PARTS_MAX, cells, eighths;
	double values[PARTS_MAX], max;
	char text[QUANTITY_MAX];

	while (n > room && n > 1)
		n = n > 30 ? 30 : n / 2;
	if (n > room || y + rows >= terminal_rows())
		return y;
	cells = room / n < PART_CELLS_MAX ? room / n : PART_CELLS_MAX;
	max = history_minute(h, values, (size_t)n);
	strcpy(text, "-");
	for (int i = 0; i < n; i++)
		if (values[i] >= 0)
			quantity_short(text, max);
	terminal_put(y, 0, TERMINAL_NORMAL, rows > 1 ? "last minute," : "60s, max %s", text);
	if (rows > 1)
		terminal_put(y + 1, 0, TERMINAL_NORMAL, "max %s pkt/s", text);
	for (int i = 0; i < n * cells; i++) {
		eighths = bar_eighths(values[i / cells], max, rows);
		for (int row = 0; row < rows; row++)
			terminal_put_block(y + rows - 1 - row, SCREEN_LABEL + i, eighths - row * 8);
	}
	return y + rows + 1;
}
