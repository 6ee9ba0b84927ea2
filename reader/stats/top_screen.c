// SPDX-License-Identifier: BSD-2-Clause
/* Draws the table of `top ... watch`; called by top_watch.c. */
#include <string.h>

#include "reader/stats/terminal.h"
#include "reader/stats/top_screen.h"

/* Column where the rest of a long line begins: below PKTS. */
#define INDENT 7

size_t top_screen_rows(void)
{
	return terminal_rows() > 1 ? (size_t)terminal_rows() - 1 : 0;
}

/* How many bytes of the line fit into `columns`, preferably up to a space. */
static int row_bytes(const char *line, int size, int columns)
{
	if (size <= columns)
		return size;
	for (int i = columns; i > 0; i--)
		if (line[i] == ' ')
			return i;
	return columns > 0 ? columns : 1;
}

/* Returns the row after the line. */
static int draw_line(int y, const char *line, int size)
{
	const int columns = terminal_columns();
	int x = 0, n;

	while (size > 0 && y < terminal_rows() - 1) {
		n = row_bytes(line, size, columns - x);
		terminal_put(y++, x, TERMINAL_NORMAL, "%.*s", n, line);
		for (; n < size && line[n] == ' '; n++)
			;
		line += n;
		size -= n;
		x = INDENT < columns / 2 ? INDENT : 0;
	}
	return y;
}

void top_screen_draw(const char *text)
{
	const char *end;
	int y = 0;

	if (!terminal_draw_begin())
		return;
	for (; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		y = draw_line(y, text, (int)(end - text));
	}
	terminal_put(terminal_rows() - 1, 0, TERMINAL_DIM, "q quit");
	terminal_draw_end();
}

bool top_screen_quit(void)
{
	bool quit = false;
	int key;

	while ((key = terminal_key()) != TERMINAL_KEY_NONE)
		quit |= key == TERMINAL_KEY_QUIT;
	return quit;
}
