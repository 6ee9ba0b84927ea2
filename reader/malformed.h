/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a frame is MALFORMED, in words, from its captured bytes. */
#ifndef XDPTAP_READER_MALFORMED_H
#define XDPTAP_READER_MALFORMED_H

#include "reader/packet.h"

/* Length of the longest reason. */
#define MALFORMED_REASON_MAX 96

/*
 * Writes at `p`, where the caller has MALFORMED_REASON_MAX bytes and one for a NUL, the first of
 * the reasons that parse.h had for XDPTAP_EV_MALFORMED, such as "UDP length 7 below 8". Returns
 * its end; `p` if the frame is not malformed, or if the reason is not in the captured bytes.
 */
char *malformed_put_reason(char *p, const struct packet *packet);

#endif
