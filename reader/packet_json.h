/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet as one line of JSON; docs/packet.schema.json describes its keys. */
#ifndef XDPTAP_READER_PACKET_JSON_H
#define XDPTAP_READER_PACKET_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "reader/text/time.h"
#include "reader/fate.h"
#include "reader/packet.h"

struct packet_json {
	struct time_base *clock; /* stays the caller's */
	bool link_level;         /* eth_src, eth_dst, if captured */
	bool verbose;            /* what the schema says of -v, if captured */
	bool dump;               /* data: the captured bytes */
};

/* Maximum length of an interface name as a JSON string, with quotes and NUL. */
#define PACKET_JSON_IFNAME_MAX 128

/*
 * Writes `ifname`, shorter than IF_NAMESIZE, as a JSON string. Each byte that is no UTF-8 becomes
 * U+FFFD. Returns 0 or -ENOMEM. Call it once per tap.
 */
int packet_json_ifname(char out[PACKET_JSON_IFNAME_MAX], const char *ifname);

/* Maximum length of a line without `data`, whatever the event holds. */
#define JSON_LINE_MAX (2048 + FATE_MAX)

/* Returns the maximum of bytes that packet_json_put() writes: JSON_LINE_MAX and those for `data`.
 */
size_t packet_json_room(const struct packet_json *j, uint32_t caplen);

/*
 * Writes `packet` as an object at `p`, where the caller has packet_json_room(). `ifname_json`
 * comes from packet_json_ifname(); `fate` is the FATE_JSON of the packet, or NULL. Returns the end,
 * after the newline.
 */
char *packet_json_put(const struct packet_json *j, char *p, const char *ifname_json,
		      const char *fate, const struct packet *packet);

#endif
