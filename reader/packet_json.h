/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet as one line of JSON; docs/packet.schema.json says what its keys mean. */
#ifndef XDPTAP_READER_PACKET_JSON_H
#define XDPTAP_READER_PACKET_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "reader/text/time.h"
#include "reader/packet.h"

struct packet_json {
	struct time_base *clock; /* stays the caller's */
	bool link_level;         /* eth_src, eth_dst, if captured */
	bool verbose;            /* ip_id or flow_label, if captured */
	bool dump;               /* data: the captured bytes */
};

/* An interface's name as a JSON string, quotes and a NUL included, is no longer. */
#define PACKET_JSON_IFNAME_MAX 96

/*
 * `ifname`, of less than IF_NAMESIZE bytes, as a JSON string; bytes that are no
 * UTF-8 become U+FFFD each. Returns 0 or -ENOMEM. To be done once a tap.
 */
int packet_json_ifname(char out[PACKET_JSON_IFNAME_MAX], const char *ifname);

/* No event makes a longer line without `data`, whatever bytes it holds. */
#define JSON_LINE_MAX 768

/* Bytes that packet_json_put() writes at most: JSON_LINE_MAX, and what `data` takes. */
size_t packet_json_room(const struct packet_json *j, uint32_t caplen);

/*
 * Writes `packet` as an object at `p`, where the caller has packet_json_room().
 * `ifname_json` is what packet_json_ifname() gave. Returns the end, behind the newline.
 */
char *packet_json_put(const struct packet_json *j, char *p, const char *ifname_json,
		      const struct packet *packet);

#endif
