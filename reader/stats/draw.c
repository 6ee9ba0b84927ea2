// SPDX-License-Identifier: BSD-2-Clause
/*
 * What is on the screen of `watch`, from top to bottom; called by stats_screen.c. All
 * tables share their columns. What does not fit is left out, the last first.
 */
#include <curses.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pin/now.h"
#include "pin/cli/output.h"
#include "pin/tap.h"
#include "reader/text/figures.h"
#include "reader/stats/screen.h"

/* Columns: of the labels, and of one block of CPUs with what lies between two. */
enum { LABEL = 16, TABLE = 79, BLOCK = TABLE + 3 };

enum { DROPPED_END = 54, RING_END = 60, READER_END = 72, RING_BAR = 20 };

/* Rows: of all but taps and CPUs; from how many on there are the keys, a taller minute. */
enum { LINES_TAP = 19, LINES_KEYS = 10, LINES_TALL = 30, SPARK_TALL = 3 };

/* Parts of the minute, and how wide each is at most. */
enum { SPARK_PARTS = 60, SPARK_WIDE = 2 };

/* One text, cut off at the edge of the screen. */
__attribute__((format(printf, 4, 5))) static void put(int y, int x, unsigned int attributes,
						      const char *fmt, ...)
{
	char text[512];
	va_list args;

	if (y < 0 || y >= LINES || x < 0 || x >= COLS)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	attrset(attributes);
	mvaddnstr(y, x, text, COLS - x);
	attrset(A_NORMAL);
}

/* A cell of a table that ends at column `end`: as a whole, or not at all. */
static void cell(int y, int end, unsigned int attributes, const char *text)
{
	if (end <= COLS)
		put(y, end - (int)strlen(text), attributes, "%s", text);
}

static const struct column {
	const char *title;
	int end;
} columns[] = {
	{ "pkt/s", 25 }, { "bit/s", 34 }, { "drop/s", 43 }, { "TCP", 49 },    { "UDP", 54 },
	{ "other", 60 }, { "IPv4", 66 },  { "IPv6", 71 },   { "non-IP", 78 },
};

enum { RATES = 3, ALL_COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static void draw_titles(int y, int x, int n)
{
	for (int i = 0; i < n; i++)
		cell(y, x + columns[i].end, A_BOLD, columns[i].title);
}

static unsigned int alarm_if(bool some)
{
	return some ? screen_alarm() : A_NORMAL;
}

static void draw_rates(int y, int x, const struct span *s)
{
	char text[FIGURE_MAX];

	if (s->seconds <= 0) {
		for (int i = 0; i < RATES; i++)
			cell(y, x + columns[i].end, A_NORMAL, "-");
		return;
	}
	cell(y, x + columns[0].end, A_NORMAL, figure(text, span_rate(s, s->grown.packets)));
	cell(y, x + columns[1].end, A_NORMAL, figure(text, span_rate(s, s->grown.bytes) * 8));
	cell(y, x + columns[2].end, alarm_if(s->grown.dropped),
	     figure(text, span_rate(s, s->grown.dropped)));
}

static void draw_shares(int y, int x, const struct packet_stats *g)
{
	const uint64_t parts[] = { g->tcp, g->udp, g->other, g->ipv4, g->ipv6, g->non_ip };
	char text[FIGURE_MAX];

	for (int i = RATES; i < ALL_COLUMNS; i++)
		cell(y, x + columns[i].end, A_NORMAL,
		     figure_percent(text, parts[i - RATES], g->packets));
}

static void draw_row(int y, int x, const char *label, const struct span *s)
{
	put(y, x, A_NORMAL, "%s", label);
	draw_rates(y, x, s);
	draw_shares(y, x, &s->grown);
}

static void draw_title(const struct view *v, const struct taps *t)
{
	time_t now = (time_t)(t->realtime_ns / NS_PER_SEC);
	char text[64], interval[FIGURE_MAX];
	struct tm tm;

	snprintf(text, sizeof(text), "%g s", (double)t->interval_ns / 1e9);
	if (t->interval_ns >= 60 * NS_PER_SEC)
		snprintf(text, sizeof(text), "%s",
			 figure_seconds(interval, (double)t->interval_ns / 1e9));
	put(0, 0, A_BOLD, "xdptap-stats");
	put(0, LABEL, A_NORMAL, "every %s", text);
	if (v->paused)
		put(0, LABEL + 16, A_BOLD | A_REVERSE, " PAUSED ");
	strftime(text, sizeof(text), "%F %T", localtime_r(&now, &tm));
	if (COLS >= TABLE - 1)
		cell(0, TABLE - 1, A_NORMAL, text);
}

static void draw_keys(const struct view *v, const struct taps *t)
{
	if (LINES < LINES_KEYS)
		return;
	put(LINES - 1, 0, A_DIM, "q quit   space %s   %s? keys", v->paused ? "go on" : "pause",
	    t->n > 1 ? "Tab next tap   " : "");
}

static const char *reader_text(char buf[FIGURE_MAX], const struct sample *s, const char *label)
{
	if (s->reader_pid)
		snprintf(buf, FIGURE_MAX, "%spid %d", label, (int)s->reader_pid);
	else
		snprintf(buf, FIGURE_MAX, "%s%s", label,
			 !s->reader_known ? "not known"
			 : s->reader      ? "attached"
					  : "none");
	return buf;
}

/* Whether it was attached again within the minute. */
static bool is_fresh(const struct history *h, const struct taps *t)
{
	/* The look that finds it is later than sampled_ns. */
	return h->state == HISTORY_RESTARTED ||
	       (h->restarted_ns && t->sampled_ns < h->restarted_ns + HISTORY_SECONDS * NS_PER_SEC);
}

/* A tap among others. */
static void draw_list_row(int y, const struct history *h, const struct taps *t, bool selected)
{
	struct span last = history_last(h);
	char text[FIGURE_MAX], name[FIGURE_MAX];
	unsigned int bold = selected ? A_BOLD : A_NORMAL;

	put(y, 0, bold, "%c %s", selected ? '>' : ' ', figure_name(name, h->ifname));
	if (h->state == HISTORY_GONE) {
		cell(y, columns[0].end, screen_alarm(), "gone");
		return;
	}
	draw_rates(y, 0, &last);
	cell(y, DROPPED_END, alarm_if(h->now.total.dropped),
	     figure(text, (double)h->now.total.dropped));
	cell(y, RING_END, A_NORMAL,
	     h->now.ring_known ? figure_percent(text, h->now.ring_used, h->now.ring_bytes) : "?");
	cell(y, READER_END, A_NORMAL, reader_text(text, &h->now, ""));
	if (h->now.liveness)
		put(y, READER_END + 2, screen_alarm(), "lost");
	else if (is_fresh(h, t))
		put(y, READER_END + 2, A_BOLD, "again");
}

/* The taps, if there are several; those around the selected one. Returns the next row. */
static int draw_list(int y, const struct view *v, const struct taps *t)
{
	/* Half of what the tap itself leaves; its CPUs have the other. */
	int room = (LINES - LINES_TAP + 1) / 2, n = (int)t->n, at = (int)v->selected, first;

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
	put(y, 0, A_BOLD, room < n ? "tap %d of %d" : "tap", at + 1, n);
	draw_titles(y, 0, RATES);
	cell(y, DROPPED_END, A_BOLD, "dropped");
	cell(y, RING_END, A_BOLD, "ring");
	cell(y++, READER_END, A_BOLD, "reader");
	for (int i = first; i < first + room; i++)
		draw_list_row(y++, t->list[i], t, i == at);
	return y + 1;
}

/* How it was attached. Returns the next row. */
static int draw_head(int y, const struct history *h, const struct taps *t)
{
	time_t attached = (time_t)(h->now.meta.attached_ns / NS_PER_SEC);
	struct span whole = history_whole(h);
	char name[FIGURE_MAX], ago[FIGURE_MAX], when[32];
	struct tm tm;

	strftime(when, sizeof(when), "%F %T", localtime_r(&attached, &tm));
	put(y, 0, A_BOLD, "%s", figure_name(name, h->ifname));
	figure_seconds(ago, whole.seconds);
	if (h->now.liveness)
		put(y, LABEL, screen_alarm(), "%s; attached %s, %s ago",
		    liveness_name(h->now.liveness), when, ago);
	else
		put(y, LABEL, A_NORMAL, "%s mode, attached %s%s, %s ago",
		    tap_mode_name(h->now.meta.mode), is_fresh(h, t) ? "again " : "", when, ago);
	return y + 2;
}

/* What it has counted, and what waits. Returns the next row. */
static int draw_totals(int y, const struct sample *s)
{
	int filled = (figure_bar((double)s->ring_used, (double)s->ring_bytes, RING_BAR) + 7) / 8;
	char a[FIGURE_MAX], b[FIGURE_MAX], size[OUTPUT_SIZE_MAX];

	put(y, 0, A_NORMAL, "total");
	put(y++, LABEL, A_NORMAL, "%s packet%s, %s bytes", figure_exact(a, s->total.packets),
	    s->total.packets == 1 ? "" : "s", figure_exact(b, s->total.bytes));
	put(y, 0, A_NORMAL, "dropped");
	put(y++, LABEL, alarm_if(s->total.dropped), "%s (%s)", figure_exact(a, s->total.dropped),
	    figure_percent(b, s->total.dropped, s->total.packets));
	put(y, 0, A_NORMAL, "ring");
	output_size(size, s->ring_bytes);
	if (s->ring_known)
		put(y, LABEL, A_NORMAL, "[%.*s%*s] %4s of %s", filled, "####################",
		    RING_BAR - filled, "", figure_percent(a, s->ring_used, s->ring_bytes), size);
	else
		put(y, LABEL, A_NORMAL, "of %s; no permission to see more", size);
	cell(y++, TABLE - 1, A_NORMAL, reader_text(a, s, "reader: "));
	return y + 1;
}

/* "last 10 s", or how many of them there are. */
static const char *window_label(char buf[FIGURE_MAX], unsigned int window, const struct span *s)
{
	char text[FIGURE_MAX];

	if (s->seconds <= 0 || (s->seconds > 0.9 * window && s->seconds < 1.1 * window))
		snprintf(buf, FIGURE_MAX, "last %u s", window);
	else
		snprintf(buf, FIGURE_MAX, "%s of %u", figure_seconds(text, s->seconds), window);
	return buf;
}

static int draw_table(int y, const struct history *h)
{
	struct span last = history_last(h), ten = history_over(h, 10), minute = history_over(h, 60),
		    whole = history_whole(h);
	char label[FIGURE_MAX], text[FIGURE_MAX];

	draw_titles(y++, 0, ALL_COLUMNS);
	if (last.seconds > 0)
		snprintf(label, sizeof(label), "now, %s", figure_seconds(text, last.seconds));
	else
		strcpy(label, "now");
	draw_row(y++, 0, label, &last);
	draw_row(y++, 0, window_label(label, 10, &ten), &ten);
	draw_row(y++, 0, window_label(label, 60, &minute), &minute);
	draw_row(y++, 0, "since attached", &whole);
	return y + 1;
}

/* Of `eighths` what falls into the row that is `row` rows above the lowest. */
static void draw_spark_cell(int y, int x, int eighths, int row)
{
	static const wchar_t blocks[] = L" ▁▂▃▄▅▆▇█";
	static const char ascii[] = " .,:;=+*#";
	int level = eighths - row * 8;

	if (level < 0)
		level = 0;
	if (level > 8)
		level = 8;
	if (screen_has_blocks())
		mvaddnwstr(y, x, &blocks[level], 1);
	else
		mvaddch(y, x, (chtype)ascii[level]);
}

/* The minute, as wide as it fits. Returns the next row. */
static int draw_spark(int y, const struct history *h)
{
	int rows = LINES >= LINES_TALL ? SPARK_TALL : 1, room = COLS - LABEL, n = SPARK_PARTS, each;
	double values[SPARK_PARTS], most;
	char text[FIGURE_MAX];

	while (n > room && n > 1)
		n = n > 30 ? 30 : n / 2;
	if (n > room || y + rows >= LINES)
		return y;
	each = room / n < SPARK_WIDE ? room / n : SPARK_WIDE;
	most = history_minute(h, values, (size_t)n);
	strcpy(text, "-");
	for (int i = 0; i < n; i++)
		if (values[i] >= 0)
			figure(text, most);
	put(y, 0, A_NORMAL, rows > 1 ? "last minute," : "60 s, max %s", text);
	if (rows > 1)
		put(y + 1, 0, A_NORMAL, "max %s pkt/s", text);
	for (int row = 0; row < rows; row++)
		for (int i = 0; i < n * each; i++)
			draw_spark_cell(y + rows - 1 - row, LABEL + i,
					figure_bar(values[i / each], most, rows), row);
	return y + rows + 1;
}

/*
 * Those that have counted anything, in blocks beside each other, and how many do not
 * fit. On a low screen their titles give way to one more of them: the same stand above.
 */
static void draw_cpus(int y, const struct history *h)
{
	int room = LINES - 1 - y - 1, blocks = (COLS + BLOCK - TABLE) / BLOCK, active = 0,
	    shown = 0;
	char label[FIGURE_MAX];
	int idle, fit, per_block;
	bool titles;

	for (int i = 0; i < h->now.n_cpus; i++)
		active += h->now.cpus[i].packets != 0;
	idle = h->now.n_cpus - active;
	titles = LINES >= LINES_TALL || blocks > 1 || active + (idle != 0) <= room;
	room += !titles;
	if (room < 1)
		return;
	if (blocks < 1 || active <= room - (idle != 0))
		blocks = 1;
	fit = active <= (room - (idle != 0)) * blocks ? active : (room - 1) * blocks;
	per_block = (fit + blocks - 1) / blocks;
	for (int b = 0; titles && b < blocks && b * per_block < fit; b++)
		draw_titles(y, b * BLOCK, ALL_COLUMNS);
	y += titles && fit;
	for (int i = 0; i < h->now.n_cpus && shown < fit; i++) {
		struct span last = history_last_cpu(h, i);

		if (!h->now.cpus[i].packets)
			continue;
		snprintf(label, sizeof(label), "CPU %d", i);
		draw_row(y + shown % per_block, shown / per_block * BLOCK, label, &last);
		shown++;
	}
	y += per_block;
	if (active > shown && idle)
		put(y, 0, A_NORMAL, "%d more CPU%s, %d without packets", active - shown,
		    active - shown > 1 ? "s" : "", idle);
	else if (active > shown)
		put(y, 0, A_NORMAL, "%d more CPU%s", active - shown, active - shown > 1 ? "s" : "");
	else if (idle)
		put(y, 0, A_NORMAL, "%d CPU%s without packets", idle, idle > 1 ? "s" : "");
}

static void draw_gone(int y, const struct history *h, const struct taps *t)
{
	char text[FIGURE_MAX], name[FIGURE_MAX];

	put(y, 0, A_BOLD, "%s", figure_name(name, h->ifname));
	put(y, LABEL, screen_alarm(), "gone");
	put(y, LABEL + 5, A_NORMAL, "for %s",
	    figure_seconds(text, (double)(t->sampled_ns - h->gone_ns) / 1e9));
	if (*h->reason)
		put(y + 1, 0, A_NORMAL, "%s", h->reason);
	else
		put(y + 1, LABEL, A_NORMAL, "it shows again when it is attached again");
}

static void draw_help(int y)
{
	static const char *const lines[] = {
		"q, Ctrl-C          quit",
		"space              pause: no looks, until space again",
		"Tab, down, j       next tap",
		"Shift-Tab, up, k   the tap before",
		"Ctrl-L             draw all anew",
		"?                  this",
		"",
		"Rates are over the time that has really elapsed.",
		"1k is 1000; a ring's K and M are 1024 and 1048576.",
		"",
		"Any key goes back.",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		put(y++, 2, A_NORMAL, "%s", lines[i]);
}

void draw(const struct view *v, const struct taps *t)
{
	const struct history *h;
	int y = 2;

	draw_title(v, t);
	if (v->help) {
		draw_help(y);
		return;
	}
	if (!t->n) {
		put(y, 0, A_NORMAL,
		    "There are no taps. 'xdptap-loader attach dev IFACE' makes one.");
	} else {
		h = t->list[v->selected];
		y = draw_list(y, v, t);
		if (h->state == HISTORY_GONE) {
			draw_gone(y, h, t);
		} else {
			y = draw_head(y, h, t);
			y = draw_table(y, h);
			y = draw_totals(y, &h->now);
			y = draw_spark(y, h);
			draw_cpus(y, h);
		}
	}
	draw_keys(v, t);
}
