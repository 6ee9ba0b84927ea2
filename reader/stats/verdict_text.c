// SPDX-License-Identifier: BSD-2-Clause
/* Prints verdicts; called by show.c. */
#include <inttypes.h>
#include <string.h>

#include "reader/stats/verdict_text.h"
#include "reader/text/escape.h"
#include "reader/text/quantity.h"

/* In columns: the whole table; where its heading and its rows begin; where the numbers of the other
 * counters end; and what a label has if the numbers leave little room. */
enum { WIDTH = 80, HEADING = 4, ROW = 6, COUNTERS_END = 36, LABEL_MIN = 32 };

#define LABEL_MAX (ESCAPE_GROWTH * XDPTAP_TRACED_NAME_MAX + 32)

static const __u32 order[] = { XDPTAP_PASS,     XDPTAP_DROP,    XDPTAP_TX,
			       XDPTAP_REDIRECT, XDPTAP_ABORTED, XDPTAP_OTHER };
enum { COLUMNS = sizeof(order) / sizeof(order[0]) };

struct table {
	const struct verdict_sample *v;
	__u64 final[XDPTAP_ACTIONS];
	bool exact; /* numbers have all their digits */
	int label;  /* width of the first column, from ROW on */
	/* Of the other ones, by enum xdptap_action, with the space before them; 0: left out. */
	int widths[XDPTAP_ACTIONS];
};

static const char *number(char buf[QUANTITY_MAX], const struct table *t, uint64_t value)
{
	if (!t->exact)
		return quantity_count(buf, value);
	snprintf(buf, QUANTITY_MAX, "%" PRIu64, value);
	return buf;
}

/* A character of UTF-8 takes a column. */
static int columns_of(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

/* Cuts text off so that it has at most so many columns. */
static void cut(char *text, int columns)
{
	char *end = text;

	if (columns_of(text) <= columns)
		return;
	for (int n = 0; n < columns - 3; n++)
		for (end++; (*end & 0xc0) == 0x80;)
			end++;
	strcpy(end, "...");
}

/* Writes "NAME (id 57)" and `more` in at most so many columns. */
static void label(char buf[LABEL_MAX], const char *name, __u32 id, const char *more, int columns)
{
	char suffix[32];

	snprintf(suffix, sizeof(suffix), " (id %u)%s", id, more);
	*escape_put(buf, name) = '\0';
	cut(buf, columns - (int)strlen(suffix));
	strcat(buf, suffix);
}

static void member_label(char buf[LABEL_MAX], const struct table *t, const struct verdict *one,
			 int columns)
{
	label(buf, one->member.name, one->member.prog_id,
	      verdict_sample_has_left(t->v, one) ? " left" : "", columns);
}

/* Widens a column so that the numbers fit. */
static void fit(struct table *t, const __u64 values[XDPTAP_ACTIONS])
{
	char buf[QUANTITY_MAX];
	int width;

	for (int action = 0; action < XDPTAP_ACTIONS; action++) {
		width = 2 + (int)strlen(number(buf, t, values[action]));
		if (t->widths[action] && t->widths[action] < width)
			t->widths[action] = width;
	}
}

/* Finds the columns and their widths. Returns their sum. */
static int measure(struct table *t, bool exact)
{
	const struct verdicts *v = &t->v->counted;
	int sum = 0;

	t->exact = exact;
	memset(t->widths, 0, sizeof(t->widths));
	t->widths[XDPTAP_PASS] = t->widths[XDPTAP_DROP] = 1;
	for (__u32 i = 0; i < v->n; i++)
		for (int action = 0; action < XDPTAP_ACTIONS; action++)
			if (v->list[i].total.returned[action])
				t->widths[action] = 1;
	for (__u32 i = 0; i < v->n; i++)
		fit(t, v->list[i].total.returned);
	fit(t, t->final);
	for (__u32 action = 0; action < XDPTAP_ACTIONS; action++) {
		int title = 2 + (int)strlen(verdicts_action_name(action));

		if (t->widths[action] && t->widths[action] < title)
			t->widths[action] = title;
		sum += t->widths[action];
	}
	return sum;
}

static void lay_out(struct table *t)
{
	int longest = (int)strlen("final"), numbers, room, under_counters;
	char text[LABEL_MAX];

	for (__u32 i = 0; i < t->v->counted.n; i++) {
		member_label(text, t, &t->v->counted.list[i], LABEL_MAX);
		if (columns_of(text) > longest)
			longest = columns_of(text);
	}
	numbers = measure(t, true);
	if (numbers + (longest < LABEL_MIN ? longest : LABEL_MIN) > WIDTH - ROW)
		numbers = measure(t, false);
	room = WIDTH - ROW - numbers;
	/* The first column ends where the numbers above it do, if there is room for that. */
	under_counters = COUNTERS_END - ROW - t->widths[XDPTAP_PASS];
	t->label = longest > under_counters ? longest : under_counters;
	if (t->label > room)
		t->label = room;
}

/* Prints a row. A NULL for `values` means the titles. */
static void print_row(FILE *out, const struct table *t, int x, const char *text,
		      const __u64 *values)
{
	char buf[QUANTITY_MAX];

	fprintf(out, "%*s%s%*s", x, "", text, ROW + t->label - x - columns_of(text), "");
	for (int i = 0; i < COLUMNS; i++)
		if (t->widths[order[i]])
			fprintf(out, "%*s", t->widths[order[i]],
				values ? number(buf, t, values[order[i]])
				       : verdicts_action_name(order[i]));
	fputc('\n', out);
}

/* As the counters of the tap are printed. */
static void print_errors(FILE *out, const struct xdp_errors *errors)
{
	fprintf(out,
		"    %-15s %16" PRIu64 "  (ABORTED, OTHER or failed TX)\n"
		"    %-15s %16" PRIu64 "  (failed REDIRECT)\n",
		"exceptions", (uint64_t)errors->exceptions, "redirect errors",
		(uint64_t)errors->redirect);
}

void verdict_text_print(FILE *out, const struct verdict_sample *v)
{
	struct table t = { .v = v };
	char text[LABEL_MAX];

	verdict_sample_final(v, t.final);
	lay_out(&t);
	print_row(out, &t, HEADING, "verdicts", NULL);
	for (__u32 i = 0; i < v->counted.n; i++) {
		const struct verdict *one = &v->counted.list[i];

		member_label(text, &t, one, t.label);
		print_row(out, &t, ROW, text, one->total.returned);
	}
	print_row(out, &t, ROW, "final", t.final);
	if (v->errors_known)
		print_errors(out, &v->errors);
	for (__u32 i = 0; i < v->chain.n; i++) {
		label(text, v->chain.untraced[i].name, v->chain.untraced[i].id, "",
		      WIDTH - HEADING - (int)strlen("not traced: "));
		fprintf(out, "%*snot traced: %s\n", HEADING, "", text);
	}
}
