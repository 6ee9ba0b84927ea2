// SPDX-License-Identifier: BSD-2-Clause
/* Tables or JSON; called by all sections. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>

#include "tests/bench/machine.h"
#include "tests/bench/report.h"

/* Of a row; a longer name has a line of its own. */
enum { NAME_COLUMNS = 31 };

static struct {
	bool json;
	struct json_object *document;
	struct json_object *sections;
	struct json_object *section, *rows, *bars, *notes;
} report;

/* Four digits that say something; at most 8 columns. */
static const char *number(char buf[32], double value)
{
	double size = value < 0 ? -value : value;

	snprintf(buf, 32, "%.*f", size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3, value);
	return buf;
}

static void add(struct json_object *to, const char *name, struct json_object *value)
{
	json_object_object_add(to, name, value);
}

static struct json_object *text(const char *s)
{
	return s ? json_object_new_string(s) : NULL;
}

int report_open(const struct bench *b, const struct machine *m, bool json)
{
	report.json = json;
	if (!json) {
		machine_print(m);
		printf("medians of %d interleaved runs%s\n", b->runs,
		       b->quick ? "; quick: only for a look" : "");
		puts("drop: disturbed by other processes, made again; +N: that count nevertheless");
		return 0;
	}
	report.document = json_object_new_object();
	report.sections = json_object_new_object();
	if (!report.document || !report.sections)
		return bench_fail(-ENOMEM, "no report");
	add(report.document, "machine", machine_json(m));
	add(report.document, "runs", json_object_new_int(b->runs));
	add(report.document, "quick", json_object_new_boolean(b->quick));
	add(report.document, "sections", report.sections);
	return 0;
}

void report_section(const char *name, const char *title)
{
	if (!report.json) {
		printf("\n%s: %s\n", name, title);
		printf("  %-*s%6s%8s%8s%8s%7s%5s%5s\n", NAME_COLUMNS, "", "", "median", "min",
		       "max", "ratio", "runs", "drop");
		fflush(stdout);
		return;
	}
	report.section = json_object_new_object();
	report.rows = json_object_new_array();
	report.bars = json_object_new_array();
	report.notes = json_object_new_array();
	add(report.section, "title", text(title));
	add(report.section, "rows", report.rows);
	add(report.section, "targets", report.bars);
	add(report.section, "notes", report.notes);
	add(report.sections, name, report.section);
}

static void print_row(const char *name, const char *unit, const struct samples *s, double ratio,
		      const char *note)
{
	char median[32], min[32], max[32], r[16] = "", dropped[16] = "";

	if (ratio != REPORT_NO_RATIO)
		snprintf(r, sizeof(r), "%.2f", ratio);
	if (s->dropped)
		snprintf(dropped, sizeof(dropped), "%d", s->dropped);
	if (strlen(name) > NAME_COLUMNS) {
		printf("  %s\n", name);
		name = "";
	}
	if (s->disturbed)
		snprintf(dropped, sizeof(dropped), "%d+%d", s->dropped, s->disturbed);
	printf("  %-*s%6s%8s", NAME_COLUMNS, name, unit, number(median, samples_median(s)));
	if (s->n > 1)
		printf("%8s%8s%7s%5d%5s", number(min, samples_min(s)), number(max, samples_max(s)),
		       r, s->n, dropped);
	else if (r[0])
		printf("%23s", r);
	putchar('\n');
	if (note)
		printf("      %s\n", note);
	fflush(stdout);
}

void report_row(const char *name, const char *unit, const struct samples *s, double ratio,
		const char *note)
{
	struct json_object *row;

	if (!report.json) {
		print_row(name, unit, s, ratio, note);
		return;
	}
	row = json_object_new_object();
	add(row, "name", text(name));
	add(row, "unit", text(unit));
	add(row, "median", json_object_new_double(samples_median(s)));
	add(row, "min", json_object_new_double(samples_min(s)));
	add(row, "max", json_object_new_double(samples_max(s)));
	add(row, "ratio", ratio == REPORT_NO_RATIO ? NULL : json_object_new_double(ratio));
	add(row, "runs", json_object_new_int(s->n));
	add(row, "dropped", json_object_new_int(s->dropped));
	add(row, "disturbed", json_object_new_int(s->disturbed));
	add(row, "note", text(note));
	json_object_array_add(report.rows, row);
}

void report_figure(const char *name, const char *unit, double value, double ratio, const char *note)
{
	struct samples one = { .value = { value }, .n = 1 };

	report_row(name, unit, &one, ratio, note);
}

void report_bar(const char *what, const char *unit, double measured, enum report_sense sense,
		double limit)
{
	bool met = sense == AT_MOST ? measured <= limit : measured >= limit;
	struct json_object *bar;
	char is[32], wanted[32];

	if (!report.json) {
		printf("  %-10s %s:\n             %s %s, wanted: at %s %s\n",
		       met ? "met" : "NOT MET", what, number(is, measured), unit,
		       sense == AT_MOST ? "most" : "least", number(wanted, limit));
		fflush(stdout);
		return;
	}
	bar = json_object_new_object();
	add(bar, "target", text(what));
	add(bar, "unit", text(unit));
	add(bar, "measured", json_object_new_double(measured));
	add(bar, sense == AT_MOST ? "at_most" : "at_least", json_object_new_double(limit));
	add(bar, "met", json_object_new_boolean(met));
	json_object_array_add(report.bars, bar);
}

void report_note(const char *fmt, ...)
{
	char buf[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	if (report.json)
		json_object_array_add(report.notes, text(buf));
	else
		printf("  %s\n", buf);
}

int report_close(void)
{
	int err = 0;

	if (report.json) {
		puts(json_object_to_json_string_ext(
			report.document, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED));
		json_object_put(report.document);
	}
	if (fflush(stdout) || ferror(stdout))
		err = bench_fail(errno ? -errno : -EIO, "cannot write the report");
	return err;
}
