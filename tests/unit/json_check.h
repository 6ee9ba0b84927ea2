/* SPDX-License-Identifier: BSD-2-Clause */
/* A second opinion on what json.c writes; used by json_line_test.c and text_fuzz.c. */
#ifndef XDPTAP_TEST_JSON_CHECK_H
#define XDPTAP_TEST_JSON_CHECK_H

#include <stddef.h>

#include "reader/packet_json.h"

/*
 * Returns NULL if these `bytes` at `line` are what json-c makes of the packet,
 * newline and all, and json-c takes them for JSON in UTF-8. Else what was
 * wanted, until the next call. `ifname` is UTF-8, and ends with a NUL; `fate` is as that of
 * packet_json_put().
 */
const char *json_check(const struct packet_json *j, const char *ifname, const char *fate,
		       const struct packet *packet, const char *line, size_t bytes);

#endif
