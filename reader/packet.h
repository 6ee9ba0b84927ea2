/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet in a ring buffer: the event, and the captured bytes after it. */
#ifndef XDPTAP_READER_PACKET_H
#define XDPTAP_READER_PACKET_H

#include <stdint.h>

#include "bpf/abi.h"

struct packet {
	const struct packet_event *event;
	uint32_t caplen; /* number of captured bytes; 0: none */
	uint32_t tap;    /* index of its source among those that are read */
};

/* Returns the captured bytes: the first packet->caplen bytes of the frame, as on the wire. */
static inline const uint8_t *packet_bytes(const struct packet *packet)
{
	return (const uint8_t *)(packet->event + 1);
}

#endif
