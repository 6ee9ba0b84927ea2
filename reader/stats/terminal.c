// SPDX-License-Identifier: BSD-2-Clause
/*
 * The ncurses terminal. The SIGTSTP and SIGWINCH handlers of ncurses draw, or make the next
 * getch() report a new size, so these signals are let in only while the program waits.
 */
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "pin/cli/stop.h"
#include "reader/stats/interval.h"
#include "reader/stats/terminal.h"

/* How long to wait for the rest of an escape sequence; a key arrives within a few ms. */
#define ESCAPE_MS 25

static SCREEN *screen;
static sigset_t signals_before;
static volatile sig_atomic_t continued;
static bool has_blocks;
static chtype alarm_attributes = A_BOLD;

static bool terminal_has_blocks(const char *term)
{
	/* The Linux console's font has at most 512 glyphs, without the eighth blocks. */
	return !strcmp(nl_langinfo(CODESET), "UTF-8") && strcmp(term, "linux");
}

/* SIGQUIT would end the program without restoring the terminal: make Ctrl-\ a key. */
static void disable_quit_signal(void)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, &t))
		return;
	t.c_cc[VQUIT] = _POSIX_VDISABLE;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
	def_prog_mode();
}

static void on_continue(int sig)
{
	(void)sig;
	continued = 1;
}

/* Call after newterm(), which installs handlers of its own. */
static void block_signals(void)
{
	struct sigaction action = { .sa_handler = on_continue };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTSTP);
	sigaddset(&blocked, SIGCONT);
	sigaddset(&blocked, SIGWINCH);
	sigprocmask(SIG_BLOCK, &blocked, &signals_before);
	sigaction(SIGCONT, &action, NULL);
}

const char *terminal_open(void)
{
	const char *term = getenv("TERM");
	bool moves;
	int err;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return "stdin is not a terminal";
	if (!term || !*term)
		return "TERM is not set";
	/* Check before anything is sent: newterm() accepts even a teletypewriter. */
	if (setupterm(term, STDOUT_FILENO, &err) != OK)
		return "TERM names an unknown terminal";
	moves = cursor_address && clear_screen;
	del_curterm(cur_term);
	if (!moves)
		return "this terminal can't move its cursor";

	setlocale(LC_CTYPE, ""); /* not LC_NUMERIC: the decimal point stays a point */
	set_escdelay(ESCAPE_MS);
	screen = newterm(term, stdout, stdin);
	if (!screen)
		return "the terminal can't be used";
	block_signals();
	has_blocks = terminal_has_blocks(term);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	disable_quit_signal();
	if (!getenv("NO_COLOR") && has_colors() && start_color() == OK) {
		use_default_colors();
		if (init_pair(1, COLOR_RED, -1) == OK)
			alarm_attributes = A_BOLD | COLOR_PAIR(1);
	}
	return NULL;
}

void terminal_close(void)
{
	if (!screen)
		return;
	/* After Ctrl-S the restoring output would block; Linux undoes only a tcflow() stop. */
	tcflow(STDOUT_FILENO, TCOOFF);
	tcflow(STDOUT_FILENO, TCOON);
	endwin();
	delscreen(screen);
	screen = NULL;
	signal(SIGTSTP, SIG_DFL); /* the handler of ncurses would draw */
	sigprocmask(SIG_SETMASK, &signals_before, NULL);
}

/* A stopped process receives no SIGWINCH, so ask for the size. */
static void update_size(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col &&
	    is_term_resized(size.ws_row, size.ws_col))
		resizeterm(size.ws_row, size.ws_col);
}

/* After a signal: other programs may have used the terminal, or its size has changed. */
static void resume(void)
{
	if (continued) { /* ncurses does not notice SIGSTOP */
		reset_prog_mode();
		curs_set(0);
		clearok(curscr, TRUE);
	}
	continued = 0;
	update_size();
}

int terminal_wait(uint64_t until_ns)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = stop_fd(), .events = POLLIN },
	};

	if (interval_poll(until_ns, fds, 2, &signals_before) < 0) {
		if (errno != EINTR)
			return -errno;
		resume();
	} else if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
		return -EPIPE;
	}
	return stop_requested() ? -EINTR : 0;
}

int terminal_key(void)
{
	int key = getch();

	switch (key) {
	case ERR:
		return TERMINAL_KEY_NONE;
	case 'q':
	case 'Q':
	case '\x1c': /* Ctrl-\ */
		return TERMINAL_KEY_QUIT;
	case '\t':
	case KEY_DOWN:
	case KEY_RIGHT:
		return TERMINAL_KEY_NEXT;
	case KEY_BTAB:
	case KEY_UP:
	case KEY_LEFT:
		return TERMINAL_KEY_PREVIOUS;
	case KEY_RESIZE:
		return TERMINAL_KEY_RESIZE;
	case '\x0c': /* Ctrl-L */
		clearok(curscr, TRUE);
		return TERMINAL_KEY_OTHER;
	default:
		return key >= ' ' && key <= '~' ? key : TERMINAL_KEY_OTHER;
	}
}

bool terminal_draw_begin(void)
{
	struct pollfd terminal = { .fd = STDOUT_FILENO, .events = POLLOUT };

	/* After Ctrl-S, or if the terminal hangs, refresh() would block. */
	if (poll(&terminal, 1, 0) != 1)
		return false;
	update_size();
	erase();
	return true;
}

void terminal_draw_end(void)
{
	refresh();
}

int terminal_rows(void)
{
	return LINES;
}

int terminal_columns(void)
{
	return COLS;
}

static chtype attributes_of(enum terminal_style style)
{
	switch (style) {
	case TERMINAL_BOLD:
		return A_BOLD;
	case TERMINAL_DIM:
		return A_DIM;
	case TERMINAL_REVERSE:
		return A_BOLD | A_REVERSE;
	case TERMINAL_ALARM:
		return alarm_attributes;
	default:
		return A_NORMAL;
	}
}

void terminal_put(int y, int x, enum terminal_style style, const char *fmt, ...)
{
	char text[512];
	va_list args;

	if (y < 0 || y >= LINES || x < 0 || x >= COLS)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	attrset(attributes_of(style));
	mvaddnstr(y, x, text, COLS - x);
	attrset(A_NORMAL);
}

void terminal_put_cell(int y, int end, enum terminal_style style, const char *text)
{
	if (end <= COLS)
		terminal_put(y, end - (int)strlen(text), style, "%s", text);
}

void terminal_put_block(int y, int x, int eighths)
{
	static const wchar_t blocks[] = L" ▁▂▃▄▅▆▇█";
	static const char ascii[] = " .,:;=+*#";

	if (eighths < 0)
		eighths = 0;
	if (eighths > 8)
		eighths = 8;
	if (has_blocks)
		mvaddnwstr(y, x, &blocks[eighths], 1);
	else
		mvaddch(y, x, (chtype)ascii[eighths]);
}
