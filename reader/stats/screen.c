// SPDX-License-Identifier: BSD-2-Clause
/*
 * The whole screen of `watch`, from top to bottom; called by watch.c. What does not fit is
 * left out, beginning at the bottom.
 */
#include <stdio.h>

#include "pin/now.h"
#include "reader/stats/screen.h"
#include "reader/stats/screen_cpus.h"
#include "reader/stats/screen_list.h"
#include "reader/stats/screen_minute.h"
#include "reader/stats/screen_rates.h"
#include "reader/stats/screen_tap.h"
#include "reader/stats/terminal.h"
#include "reader/text/duration.h"
#include "reader/text/time.h"

/*
 * In rows: all except the list of taps and the CPUs; the lowest screen with a line of
 * keys; the lowest with a higher chart of the minute, and how high that is.
 */
enum { ROWS_TAP = 19, ROWS_KEYS = 10, ROWS_TALL = 30, MINUTE_TALL = 3 };

static enum screen_action move_by(struct screen_view *v, const struct taps *t, size_t by)
{
	if (t->n)
		v->selected = (v->selected + by) % t->n;
	return SCREEN_DRAW;
}

enum screen_action screen_take_key(struct screen_view *v, const struct taps *t)
{
	int key = terminal_key();

	if (key == TERMINAL_KEY_NONE)
		return SCREEN_NONE;
	if (key == TERMINAL_KEY_QUIT)
		return SCREEN_QUIT;
	if (v->help && key != TERMINAL_KEY_RESIZE) {
		v->help = false;
		return SCREEN_DRAW;
	}
	switch (key) {
	case '?':
	case 'h':
		v->help = true;
		return SCREEN_DRAW;
	case ' ':
		v->paused = !v->paused;
		return v->paused ? SCREEN_DRAW : SCREEN_RESUME;
	case 'j':
	case TERMINAL_KEY_NEXT:
		return move_by(v, t, 1);
	case 'k':
	case TERMINAL_KEY_PREVIOUS:
		return move_by(v, t, t->n - 1);
	default:
		return SCREEN_DRAW;
	}
}

static void draw_title(const struct screen_view *v, const struct taps *t)
{
	const double seconds = (double)t->interval_ns / 1e9;
	char text[DURATION_MAX], now[TIME_TEXT_MAX];

	/* As the user gave it: 0.25 is not rounded. */
	snprintf(text, sizeof(text), "%gs", seconds);
	if (seconds >= 60)
		duration_text(text, seconds);
	terminal_put(0, 0, TERMINAL_BOLD, "xdptap-stats");
	terminal_put(0, SCREEN_LABEL, TERMINAL_NORMAL, "every %s", text);
	if (v->paused)
		terminal_put(0, SCREEN_LABEL + 16, TERMINAL_REVERSE, " PAUSED ");
	terminal_put_cell(0, SCREEN_TABLE - 1, TERMINAL_NORMAL, time_local(now, t->realtime_ns));
}

static void draw_keys(const struct screen_view *v, const struct taps *t)
{
	if (terminal_rows() >= ROWS_KEYS)
		terminal_put(terminal_rows() - 1, 0, TERMINAL_DIM, "q quit   space %s   %s? keys",
			     v->paused ? "resume" : "pause", t->n > 1 ? "Tab next tap   " : "");
}

static void draw_help(int y)
{
	static const char *const lines[] = {
		"q, Ctrl-C          quit",
		"space              pause; resume",
		"Tab, down, j       next tap",
		"Shift-Tab, up, k   previous tap",
		"Ctrl-L             repaint the screen",
		"?                  show this help",
		"",
		"Rates are per second of the time that really passed between two samples.",
		"1k is 1000; the K and M of a ring's size are 1024 and 1048576.",
		"",
		"Press any key to go back.",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		terminal_put(y++, 2, TERMINAL_NORMAL, "%s", lines[i]);
}

static void draw_taps(int y, const struct screen_view *v, const struct taps *t)
{
	const struct history *h = t->list[v->selected];
	bool tall = terminal_rows() >= ROWS_TALL;

	/* Of the rows that the tap leaves free, the list takes half and the CPUs the rest. */
	y = screen_list_draw(y, (terminal_rows() - ROWS_TAP + 1) / 2, t, v->selected);
	if (h->state == HISTORY_GONE) {
		screen_tap_draw_gone(y, h, t);
		return;
	}
	y = screen_tap_draw(y, h, t);
	y = screen_minute_draw(y, tall ? MINUTE_TALL : 1, h);
	screen_cpus_draw(y, tall, h);
}

static void draw(const struct screen_view *v, const struct taps *t)
{
	const int y = 2;

	draw_title(v, t);
	if (v->help) {
		draw_help(y);
		return;
	}
	if (t->n)
		draw_taps(y, v, t);
	else
		terminal_put(
			y, 0, TERMINAL_NORMAL,
			"There are no taps. Attach one with 'xdptap-loader attach dev IFACE'.");
	draw_keys(v, t);
}

void screen_draw(const struct screen_view *v, const struct taps *t)
{
	if (!terminal_draw_begin())
		return;
	draw(v, t);
	terminal_draw_end();
}
