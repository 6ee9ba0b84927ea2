/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages on stderr: one line for what went wrong, one for the next step. stdout carries data
 * only. Control characters in names and paths are escaped.
 */
#ifndef XDPTAP_PIN_CLI_DIAG_H
#define XDPTAP_PIN_CLI_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Exit codes of the three tools. */
enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* Names the program in every line, and silences libbpf until diag_set_debug(). Call it first. */
void diag_init(const char *program);

/* Prints all messages of libbpf, down to its debug level. */
void diag_set_debug(void);
bool diag_debug(void);

/* "PROGRAM: ..." */
void diag_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same, for what is worth knowing but no failure. */
void diag_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "hint: ..." */
void diag_hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "PROGRAM: WHAT: " with the first line of the text, then its other lines without a prefix. */
void diag_error_lines(const char *what, const char *text);
/* The same, but a second line is a hint; without one, `otherwise` is, unless that is NULL. */
void diag_error_hint(const char *what, const char *text, const char *otherwise);
/* The lines of the text, without a prefix. */
void diag_lines(const char *text);
/* A message of libbpf or libxdp, which consists of whole lines, after diag_set_debug(). Returns 0.
 */
int diag_library(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));

#endif
