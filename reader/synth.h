/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes a frame for an event without captured bytes, so that a capture file can hold it. The frame
 * has the headers that the event describes. The bytes after them are unknown and omitted.
 */
#ifndef XDPTAP_READER_SYNTH_H
#define XDPTAP_READER_SYNTH_H

#include <stdint.h>

#include "bpf/abi.h"

/* Ethernet, tags, IPv6, eight extension headers, TCP. */
#define SYNTH_MAX (14 + XDPTAP_MAX_VLAN_TAGS * 4 + 40 + 8 * 8 + 20)

/*
 * Writes the frame of `event`, which may hold any bytes, into `frame`. Returns its length, which
 * never exceeds event->len: longer headers are truncated. If zeros follow up to event->len, the
 * checksums are right, and parse.h makes the same event of it, unless the event is
 * XDPTAP_EV_MALFORMED.
 *
 * These are invented, since no event has them: MAC addresses of IP packets (0), IDs of inner VLAN
 * tags (0), types of tags (802.1ad if others follow, then 802.1Q), TTL (64, or the highest low
 * one), IP IDs (0), the offset of a later fragment (8 bytes, more follow), sequence numbers (0)
 * and window of TCP, the checksum coverage of UDP-Lite, tag and checksum of SCTP (0). These are
 * omitted: IPv4 options, IPv6 extension headers except for fragments, and the padding of
 * Ethernet, which becomes payload. The checksum of a fragment covers this fragment alone.
 */
uint32_t synth_frame(uint8_t frame[SYNTH_MAX], const struct packet_event *event);

/* Returns a line that says so, for the comment of the packet: static ASCII text. */
const char *synth_comment(const struct packet_event *event);

#endif
