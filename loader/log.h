/* SPDX-License-Identifier: BSD-2-Clause */
/* What libbpf and libxdp print: nothing, or with --debug everything. */
#ifndef XDPTAP_LOADER_LOG_H
#define XDPTAP_LOADER_LOG_H

/* Takes over both libraries' printing. Call after diag_init(). */
void log_init(void);

/*
 * The kernel's own words (netlink's extended ack) for the last thing that it
 * refused since log_forget(); NULL if it gave none.
 */
const char *log_kernel_words(void);
void log_forget(void);

#endif
