// SPDX-License-Identifier: BSD-2-Clause
/* The screen and the keys of `top … watch`; the terminal itself is that of stats_screen.c. */
#include <curses.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "reader/stats_top_screen.h"

size_t top_screen_lines(void)
{
	return (size_t)LINES;
}

void top_screen_draw(const char *text)
{
	struct pollfd terminal = { .fd = STDOUT_FILENO, .events = POLLOUT };
	const char *end;

	/* Held up by Ctrl-S, or a terminal that hangs: it would be waited for in here. */
	if (poll(&terminal, 1, 0) != 1)
		return;
	erase();
	for (int y = 0; *text && y < LINES; y++) {
		end = strchrnul(text, '\n');
		mvaddnstr(y, 0, text, end - text < COLS ? (int)(end - text) : COLS);
		text = *end ? end + 1 : end;
	}
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
