/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet as it lies in a ring: the event, and the bytes of the frame behind it. */
#ifndef XDPTAP_READER_PACKET_H
#define XDPTAP_READER_PACKET_H

#include <stdint.h>

#include "bpf/abi.h"

struct packet {
	const struct packet_event *event;
	uint32_t caplen; /* bytes of the frame that were captured; 0: none */
	uint32_t tap;    /* which one it is of: its number among those that are read */
};

/* The first packet->caplen bytes of the frame, as they were on the wire. */
static inline const uint8_t *packet_bytes(const struct packet *packet)
{
	return (const uint8_t *)(packet->event + 1);
}

#endif
