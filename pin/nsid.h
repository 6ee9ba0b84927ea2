/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The numbers by which our network namespace calls others in notifications of rtnetlink(7). A
 * number holds nothing: a namespace ends all the same, and its number with it.
 */
#ifndef XDPTAP_PIN_NSID_H
#define XDPTAP_PIN_NSID_H

/*
 * Returns the number of the namespace that this path is of, and gives it one if it has none, which
 * takes CAP_NET_ADMIN; or a number below 0 if that fails.
 */
int nsid_of(const char *path);

/* Returns the number by which our namespace calls itself, or -1: it hardly ever has one. */
int nsid_own(void);

#endif
