/* SPDX-License-Identifier: BSD-2-Clause */
/* A capture: from the tap to Wireshark's pipe. */
#ifndef XDPTAP_READER_EXTCAP_SESSION_H
#define XDPTAP_READER_EXTCAP_SESSION_H

#include "reader/extcap/request.h"

/*
 * Captures until the pipe is closed, a signal comes, the tap is gone or whoever started this
 * program has ended. Returns the exit status, after saying what went wrong and what was lost.
 */
int session_run(const struct request *r);

#endif
