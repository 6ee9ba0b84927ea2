/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A frame for an event that came without bytes: the headers that the event
 * tells of, so that a capture file can hold it. What follows them, as far as the
 * event's len, is not known and is not in it.
 */
#ifndef XDPTAP_READER_SYNTH_H
#define XDPTAP_READER_SYNTH_H

#include <stdint.h>

#include "bpf/abi.h"

/* Ethernet, tags, IPv6, eight extension headers, TCP. */
#define SYNTH_MAX (14 + XDPTAP_MAX_VLAN_TAGS * 4 + 40 + 8 * 8 + 20)

/*
 * Writes the frame of `event`, which may hold any bytes, into `frame`. Returns
 * its length: never more than event->len, and whatever is beyond that is cut
 * off. Followed by zeros up to event->len, its checksums are right, and parse.h
 * makes the same event of it, unless that is XDPTAP_EV_MALFORMED.
 *
 * Invented, since no event has it: MAC addresses of IP packets (0), IDs of inner
 * VLAN tags (0), the types of tags (802.1ad, if others follow, then 802.1Q), TTL
 * (64, or the most that is a low one), IP IDs (0), where a later fragment belongs
 * (at 8 bytes, with others behind it), TCP's sequence numbers (0) and window,
 * what UDP-Lite's checksum covers, SCTP's tag and checksum (0). Left out: IPv4
 * options, IPv6 extension headers but for fragments, and Ethernet's padding,
 * which becomes payload. A fragment's checksum is that of this fragment alone.
 */
uint32_t synth_frame(uint8_t frame[SYNTH_MAX], const struct packet_event *event);

/* A line that says so, for the packet's comment: ASCII, static. */
const char *synth_comment(const struct packet_event *event);

#endif
