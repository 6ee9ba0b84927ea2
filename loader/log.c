// SPDX-License-Identifier: BSD-2-Clause
/* The print callbacks of libbpf and libxdp; for attach, set and the start of the tool. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "loader/log.h"
#include "pin/cli/diag.h"

/* libbpf reports the extended ack in this line; no function returns it. */
static const char ack_prefix[] = "libbpf: Kernel error message: ";
static char kernel_words[256];

/* And the whole of what the verifier said, between these. */
static const char log_begin[] = "-- BEGIN PROG LOAD LOG --\n",
		  log_end[] = "-- END PROG LOAD LOG --";

/* With --debug it is printed, unless it is longer: the verifier gives up after a million lines. */
#define VERIFIER_PRINTED_MAX (1 << 20)
/* Lines of it that are kept. */
#define VERIFIER_LINES 10
static char *verifier_lines;

/* Returns where the last lines of the text begin, which ends at `end`. */
static const char *last_lines(const char *text, const char *end, int n)
{
	const char *p = end;

	while (p > text && (p == end || p[-1] != '\n' || --n > 0))
		p--;
	return p;
}

/* Keeps the last lines of the text, which ends at `end`, each indented. Without memory, none. */
static void keep_lines(const char *text, const char *end)
{
	const char *p = last_lines(text, end, VERIFIER_LINES);
	size_t size;
	FILE *out;

	free(verifier_lines);
	verifier_lines = NULL;
	out = open_memstream(&verifier_lines, &size);
	if (!out)
		return;
	while (p < end) {
		const char *line_end = memchr(p, '\n', (size_t)(end - p));
		const char *next = line_end ? line_end + 1 : end;

		fprintf(out, "    %.*s\n", (int)((line_end ? line_end : end) - p), p);
		p = next;
	}
	fclose(out);
}

/* Returns whether the message has what the verifier said. */
static bool take_verifier_log(const char *message)
{
	const char *begin = strstr(message, log_begin), *end;

	if (!begin)
		return false;
	begin += strlen(log_begin);
	end = strstr(begin, log_end);
	keep_lines(begin, end ? end : begin + strlen(begin));
	return true;
}

static void take_kernel_words(const char *message)
{
	size_t len;

	if (strncmp(message, ack_prefix, sizeof(ack_prefix) - 1) != 0)
		return;
	message += sizeof(ack_prefix) - 1;
	len = strcspn(message, "\n");
	snprintf(kernel_words, sizeof(kernel_words), "%.*s", (int)len, message);
}

__attribute__((format(printf, 2, 0))) static int print_libbpf(enum libbpf_print_level level,
							      const char *fmt, va_list args)
{
	bool too_long = false;
	char *message;
	va_list again;

	if (level == LIBBPF_WARN) {
		va_copy(again, args);
		if (vasprintf(&message, fmt, again) >= 0) {
			too_long = take_verifier_log(message) &&
				   strlen(message) > VERIFIER_PRINTED_MAX;
			take_kernel_words(message);
			free(message);
		}
		va_end(again);
	}
	return too_long ? 0 : diag_library(fmt, args);
}

__attribute__((format(printf, 2, 0))) static int print_libxdp(enum libxdp_print_level level,
							      const char *fmt, va_list args)
{
	(void)level;
	return diag_library(fmt, args);
}

void log_init(void)
{
	libbpf_set_print(print_libbpf);
	libxdp_set_print(print_libxdp);
}

const char *log_kernel_words(void)
{
	return kernel_words[0] ? kernel_words : NULL;
}

const char *log_verifier_lines(void)
{
	return verifier_lines;
}

void log_forget(void)
{
	free(verifier_lines);
	verifier_lines = NULL;
	kernel_words[0] = '\0';
}
