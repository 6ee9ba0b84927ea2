// SPDX-License-Identifier: BSD-2-Clause
/* Prints messages on stderr; used by all three tools. */
#include <stdarg.h>
#include <stdio.h>

#include <bpf/libbpf.h>

#include "pin/cli/diag.h"

static const char *program = "xdptap";
static bool debug;

__attribute__((format(printf, 2, 0))) static int print_libbpf(enum libbpf_print_level level,
							      const char *fmt, va_list args)
{
	(void)level;
	return debug ? vfprintf(stderr, fmt, args) : 0;
}

void diag_init(const char *name)
{
	program = name;
	libbpf_set_print(print_libbpf);
}

void diag_set_debug(void)
{
	debug = true;
}

bool diag_debug(void)
{
	return debug;
}

__attribute__((format(printf, 2, 0))) static void say(const char *prefix, const char *fmt,
						      va_list args)
{
	flockfile(stderr);
	fprintf(stderr, "%s: ", prefix);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	funlockfile(stderr);
}

void diag_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(program, fmt, args);
	va_end(args);
}

void diag_note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(program, fmt, args);
	va_end(args);
}

void diag_hint(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("hint", fmt, args);
	va_end(args);
}
