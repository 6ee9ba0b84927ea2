/* SPDX-License-Identifier: BSD-2-Clause */
/* Ending at once by SIGINT, SIGTERM or SIGHUP, wherever the program waits. */
#ifndef XDPTAP_PIN_CLI_STOP_H
#define XDPTAP_PIN_CLI_STOP_H

#include <stdbool.h>

/*
 * Catches the three signals (SIGHUP not if it is ignored, as under nohup), and
 * ignores SIGXFSZ. Returns 0 or -errno.
 */
int stop_init(void);

/* Whether one of them came. */
bool stop_requested(void);

/*
 * Milliseconds that are left to bring to an end what was begun, whoever it is that
 * does not take it: STOP_GRACE_MS from the first signal on.
 */
#define STOP_GRACE_MS 1000
int stop_grace_ms(void);

/* A descriptor that is readable from then on, for epoll and poll. */
int stop_fd(void);

/*
 * Returns a duplicate of fd, or -errno. A signal interrupts a write to it, and
 * lets one that had not yet begun fail: no write blocks once stop_requested().
 * It stays open; there can be STOP_GUARDS of them, else -ENFILE.
 */
#define STOP_GUARDS 2
int stop_guard(int fd);

#endif
