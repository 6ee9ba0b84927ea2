/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of libbpf and libxdp: suppressed, or with --debug printed. */
#ifndef XDPTAP_LOADER_LOG_H
#define XDPTAP_LOADER_LOG_H

/* Installs the print callbacks of both libraries. Call it after diag_init(). */
void log_init(void);

/*
 * Returns the kernel's message (netlink extended ack) about the last operation that it refused
 * since log_forget(), or NULL if there was none.
 */
const char *log_kernel_words(void);

/*
 * Returns the last lines that the kernel's verifier said, indented, about the last program that it
 * refused since log_forget(), or NULL if there was none. They stay valid until the next refusal.
 * --debug prints all that it said, unless that is more than a megabyte.
 */
const char *log_verifier_lines(void);

/* Forgets both. */
void log_forget(void);

#endif
