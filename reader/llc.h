/* SPDX-License-Identifier: BSD-2-Clause */
/* What an 802.3 frame with LLC carries (IEEE 802.2), from its captured bytes. */
#ifndef XDPTAP_READER_LLC_H
#define XDPTAP_READER_LLC_H

#include <stdbool.h>

#include "reader/packet.h"

/* All in host byte order. */
struct llc {
	const char *name; /* of the protocol; NULL: it has none here */
	uint8_t dsap;
	uint8_t ssap;
	bool snap; /* the next two are there */
	uint32_t oui;
	uint16_t type;
};

/* Length of the longest name, without its NUL. */
#define LLC_NAME_MAX 15

/*
 * Reads the LLC header after the 802.3 length, and the SNAP header if there is one. Returns false
 * if the frame has none, or if it was not captured; *llc is then untouched.
 */
bool llc_parse(const struct packet *packet, struct llc *llc);

#endif
