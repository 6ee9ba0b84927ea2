// SPDX-License-Identifier: BSD-2-Clause
/* The print callbacks of libbpf and libxdp; for attach and the start of the tool. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "loader/log.h"
#include "pin/cli/diag.h"

/* libbpf reports the extended ack in this line; no function returns it. */
static const char ack_prefix[] = "libbpf: Kernel error message: ";
static char kernel_words[256];

__attribute__((format(printf, 2, 0))) static int print_libbpf(enum libbpf_print_level level,
							      const char *fmt, va_list args)
{
	char line[sizeof(ack_prefix) - 1 + sizeof(kernel_words)];
	va_list again;

	if (level == LIBBPF_WARN) {
		va_copy(again, args);
		vsnprintf(line, sizeof(line), fmt, again);
		va_end(again);
		if (!strncmp(line, ack_prefix, sizeof(ack_prefix) - 1)) {
			line[strcspn(line, "\n")] = '\0';
			strcpy(kernel_words, line + sizeof(ack_prefix) - 1);
		}
	}
	return diag_debug() ? vfprintf(stderr, fmt, args) : 0;
}

__attribute__((format(printf, 2, 0))) static int print_libxdp(enum libxdp_print_level level,
							      const char *fmt, va_list args)
{
	(void)level;
	return diag_debug() ? vfprintf(stderr, fmt, args) : 0;
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

void log_forget(void)
{
	kernel_words[0] = '\0';
}
