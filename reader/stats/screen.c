// SPDX-License-Identifier: BSD-2-Clause
/*
 * The terminal, by ncurses. Its handlers of SIGTSTP and SIGWINCH draw, or have the
 * next key say that the size changed: so the loop lets these signals in only while
 * it waits.
 */
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "reader/stats/interval.h"
#include "reader/stats/screen.h"
#include "pin/cli/stop.h"

/* Some hundred bytes a second at most: no need to wait long for the rest of a key. */
#define ESCAPE_MS 25

static SCREEN *screen;
static sigset_t signals_before;
static volatile sig_atomic_t continued;
static bool has_blocks;
static chtype alarm_attributes = A_BOLD;

static bool terminal_has_blocks(const char *term)
{
	/* The console has 512 characters, the eighths are not among them. */
	return !strcmp(nl_langinfo(CODESET), "UTF-8") && strcmp(term, "linux");
}

/* Ctrl-\ would leave the terminal as it is: it becomes a key. */
static void take_quit_key(void)
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

/* After newterm(), which sets handlers itself. */
static void hold_signals(void)
{
	struct sigaction action = { .sa_handler = on_continue };
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGTSTP);
	sigaddset(&held, SIGCONT);
	sigaddset(&held, SIGWINCH);
	sigprocmask(SIG_BLOCK, &held, &signals_before);
	sigaction(SIGCONT, &action, NULL);
}

const char *screen_open(void)
{
	const char *term = getenv("TERM");
	bool moves;
	int err;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return "stdin is no terminal";
	if (!term || !*term)
		return "TERM is not set";
	/* Asked before anything is sent to it: newterm() takes a typewriter too. */
	if (setupterm(term, STDOUT_FILENO, &err) != OK)
		return "TERM names no terminal that is known";
	moves = cursor_address && clear_screen;
	del_curterm(cur_term);
	if (!moves)
		return "TERM names one that can't move its cursor";

	setlocale(LC_CTYPE, ""); /* not the numbers: a point is a point */
	set_escdelay(ESCAPE_MS);
	screen = newterm(term, stdout, stdin);
	if (!screen)
		return "the terminal can't be used";
	hold_signals();
	has_blocks = terminal_has_blocks(term);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	take_quit_key();
	if (!getenv("NO_COLOR") && has_colors() && start_color() == OK) {
		use_default_colors();
		if (init_pair(1, COLOR_RED, -1) == OK)
			alarm_attributes = A_BOLD | COLOR_PAIR(1);
	}
	return NULL;
}

void screen_close(void)
{
	if (!screen)
		return;
	/* Ctrl-S would hold up what restores it too, and Linux lifts only a stop of tcflow(). */
	tcflow(STDOUT_FILENO, TCOOFF);
	tcflow(STDOUT_FILENO, TCOON);
	endwin();
	delscreen(screen);
	screen = NULL;
	signal(SIGTSTP, SIG_DFL); /* ncurses' handler would draw */
	sigprocmask(SIG_SETMASK, &signals_before, NULL);
}

/* While it was stopped no SIGWINCH came. */
static void take_size(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col &&
	    is_term_resized(size.ws_row, size.ws_col))
		resizeterm(size.ws_row, size.ws_col);
}

/* Other programs had the terminal meanwhile, or it has another size. */
static void resume(void)
{
	if (continued) { /* after SIGSTOP ncurses does not know */
		reset_prog_mode();
		curs_set(0);
		clearok(curscr, TRUE);
	}
	continued = 0;
	take_size();
}

int screen_wait(uint64_t until_ns)
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

static enum screen_key move_by(struct view *v, const struct taps *t, size_t by)
{
	if (t->n)
		v->selected = (v->selected + by) % t->n;
	return SCREEN_DRAW;
}

enum screen_key screen_key(struct view *v, const struct taps *t)
{
	int key = getch();

	if (key == ERR)
		return SCREEN_NONE;
	if (v->help && key != KEY_RESIZE && key != 'q' && key != 'Q') {
		v->help = false;
		return SCREEN_DRAW;
	}
	switch (key) {
	case 'q':
	case 'Q':
	case '\x1c': /* Ctrl-\ */
		return SCREEN_QUIT;
	case '?':
	case 'h':
		v->help = true;
		return SCREEN_DRAW;
	case ' ':
		v->paused = !v->paused;
		return v->paused ? SCREEN_DRAW : SCREEN_RESUME;
	case '\t':
	case 'j':
	case KEY_DOWN:
	case KEY_RIGHT:
		return move_by(v, t, 1);
	case 'k':
	case KEY_BTAB:
	case KEY_UP:
	case KEY_LEFT:
		return move_by(v, t, t->n - 1);
	case '\x0c': /* Ctrl-L */
		clearok(curscr, TRUE);
		return SCREEN_DRAW;
	default:
		return SCREEN_DRAW; /* KEY_RESIZE; another costs nothing */
	}
}

void screen_draw(const struct view *v, const struct taps *t)
{
	struct pollfd terminal = { .fd = STDOUT_FILENO, .events = POLLOUT };

	/* Held up by Ctrl-S, or a terminal that hangs: it would be waited for in here. */
	if (poll(&terminal, 1, 0) != 1)
		return;
	take_size();
	erase();
	draw(v, t);
	refresh();
}

bool screen_has_blocks(void)
{
	return has_blocks;
}

unsigned int screen_alarm(void)
{
	return alarm_attributes;
}
