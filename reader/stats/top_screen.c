// SPDX-License-Identifier: BSD-2-Clause
/* The screen and the keys of `top … watch`; the terminal itself is that of stats_screen.c. */
#include <curses.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "reader/stats/top_screen.h"

/* Where what does not fit in one row goes on: below PKTS. */
#define INDENT 7

size_t top_screen_lines(void)
{
	return LINES > 1 ? (size_t)LINES - 1 : 0;
}

/* How much of the line goes into a row of so many columns: up to a space, if there is one. */
static int row_bytes(const char *line, int size, int columns)
{
	if (size <= columns)
		return size;
	for (int i = columns; i > 0; i--)
		if (line[i] == ' ')
			return i;
	return columns > 0 ? columns : 1;
}

/* Returns the row behind it. */
static int draw_line(int y, const char *line, int size)
{
	int x = 0, n;

	while (size > 0 && y < LINES - 1) {
		n = row_bytes(line, size, COLS - x);
		mvaddnstr(y++, x, line, n);
		for (; n < size && line[n] == ' '; n++)
			;
		line += n;
		size -= n;
		x = INDENT < COLS / 2 ? INDENT : 0;
	}
	return y;
}

void top_screen_draw(const char *text)
{
	struct pollfd terminal = { .fd = STDOUT_FILENO, .events = POLLOUT };
	const char *end;
	int y = 0;

	/* Held up by Ctrl-S, or a terminal that hangs: it would be waited for in here. */
	if (poll(&terminal, 1, 0) != 1)
		return;
	erase();
	for (; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		y = draw_line(y, text, (int)(end - text));
	}
	attrset(A_DIM);
	mvaddnstr(LINES - 1, 0, "q quit", COLS);
	attrset(A_NORMAL);
	refresh();
}

bool top_screen_quit(void)
{
	bool quit = false;
	int key;

	while ((key = getch()) != ERR) {
		if (key == 'q' || key == 'Q' || key == '\x1c') /* Ctrl-\ */
			quit = true;
		if (key == '\x0c') /* Ctrl-L */
			clearok(curscr, TRUE);
	}
	return quit;
}
