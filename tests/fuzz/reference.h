/* SPDX-License-Identifier: BSD-2-Clause */
/* A second opinion on what follows an IP header; used by parse_fuzz.c. */
#ifndef XDPTAP_FUZZ_REFERENCE_H
#define XDPTAP_FUZZ_REFERENCE_H

#include <stddef.h>

#include "bpf/abi.h"

/*
 * `ip` is a whole IPv4 or IPv6 header, of a plausible version and length, and
 * `room` what the frame has from there, in bytes. Sets proto, ports, ICMP, TCP
 * flags and the flags that belong to them in `ev`, which must be 0 there.
 */
void reference_ipv4(const __u8 *ip, size_t room, struct packet_event *ev);
void reference_ipv6(const __u8 *ip, size_t room, struct packet_event *ev);

#endif /* XDPTAP_FUZZ_REFERENCE_H */
