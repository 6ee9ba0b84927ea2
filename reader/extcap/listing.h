/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints, in extcap's sentences, which interfaces there are, their link type and their options. */
#ifndef XDPTAP_READER_EXTCAP_LISTING_H
#define XDPTAP_READER_EXTCAP_LISTING_H

#include "reader/extcap/request.h"

/* Prints the taps that this user may read, then the interfaces on which it could make one. */
void listing_interfaces(const struct request *r);

/* Prints the link type, which is the same for all. */
void listing_dlts(void);

/* Prints the options of a tap that would be made; of one that exists nothing can be chosen. */
void listing_config(const struct request *r);

#endif
