// SPDX-License-Identifier: BSD-2-Clause
/* The terminal, by ncurses, whose handlers of SIGTSTP and SIGWINCH may run in a wait only. */
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "reader/stats_top_screen.h"

static SCREEN *screen;

const char *top_screen_open(void)
{
	const char *term = getenv("TERM");
	int err;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return "there is no terminal";
	if (!term || !*term)
		return "TERM is not set";
	/* newterm() would end the program. */
	if (setupterm(term, STDOUT_FILENO, &err) != OK)
		return "the terminal that TERM names is not known";
	if (!cursor_address || !clear_screen)
		return "the terminal that TERM names can't move its cursor";
	screen = newterm(term, stdout, stdin);
	if (!screen)
		return "the terminal can't be used";
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	return NULL;
}

void top_screen_close(void)
{
	endwin();
	delscreen(screen);
	screen = NULL;
}

size_t top_screen_lines(void)
{
	return (size_t)LINES;
}

void top_screen_draw(const char *text)
{
	const char *end;

	erase();
	for (int y = 0; *text && y < LINES; y++) {
		end = strchrnul(text, '\n');
		mvaddnstr(y, 0, text, end - text < COLS ? (int)(end - text) : COLS);
		text = *end ? end + 1 : end;
	}
	refresh();
}

bool top_screen_quit(bool continued)
{
	struct winsize size;
	bool quit = false;
	int key;

	if (continued) { /* after SIGSTOP ncurses does not know */
		reset_prog_mode();
		curs_set(0);
		clearok(curscr, TRUE);
	}
	/* While it was stopped no SIGWINCH came. */
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col &&
	    is_term_resized(size.ws_row, size.ws_col))
		resizeterm(size.ws_row, size.ws_col);
	while ((key = getch()) != ERR)
		quit |= key == 'q' || key == 'Q';
	return quit;
}
