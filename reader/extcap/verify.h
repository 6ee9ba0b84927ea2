/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges a capture filter while it is typed. */
#ifndef XDPTAP_READER_EXTCAP_VERIFY_H
#define XDPTAP_READER_EXTCAP_VERIFY_H

#include "reader/extcap/request.h"

/*
 * Prints, on stdout as Wireshark wants it, what is wrong with the filter; nothing if it is right.
 * Returns the exit status, which is EXIT_OK for both.
 */
int verify_filter(const struct request *r);

#endif
