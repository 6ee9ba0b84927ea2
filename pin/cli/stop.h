/* SPDX-License-Identifier: BSD-2-Clause */
/* Ending on SIGINT, SIGTERM or SIGHUP at once, wherever the program waits. */
#ifndef XDPTAP_PIN_CLI_STOP_H
#define XDPTAP_PIN_CLI_STOP_H

#include <stdbool.h>

/*
 * Catches the three signals, SIGHUP only if it is not ignored as under nohup(1), and ignores
 * SIGXFSZ. Call it after standard_fds_prepare(), which ignores SIGPIPE. Returns 0 or -errno.
 */
int stop_init(void);

/* Returns whether one of the signals has come. */
bool stop_requested(void);

/*
 * Returns the milliseconds that are left to finish what was begun, in case nobody takes it:
 * STOP_GRACE_MS from the first signal on.
 */
#define STOP_GRACE_MS 1000
int stop_grace_ms(void);

/* Returns a descriptor, for epoll and poll, that becomes readable with the first signal. */
int stop_fd(void);

/*
 * Returns a duplicate of fd, or -errno. A signal interrupts a write to the duplicate, and a
 * write that begins after the signal fails: so none blocks once stop_requested(). The
 * duplicate stays open. There can be STOP_GUARDS of them, else -ENFILE.
 */
#define STOP_GUARDS 2
int stop_guard(int fd);

#endif
