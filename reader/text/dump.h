/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes in hexadecimal, 16 at a time: each function writes at `p`, where the
 * caller has made room, and returns the end, without a NUL.
 */
#ifndef XDPTAP_READER_TEXT_DUMP_H
#define XDPTAP_READER_TEXT_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two digits a byte, lower case: exactly 2 * n bytes. */
char *dump_put_hex(char *p, const uint8_t *bytes, size_t n);

/* Bytes that dump_put_lines() writes at most. */
size_t dump_room(uint32_t n);

/*
 * Lines as of tcpdump -xx, or -XX with `ascii`:
 *	0x0000:  0200 0000 0002 0200 0000 0001 0800 4500  ..............E.
 */
char *dump_put_lines(char *p, const uint8_t *bytes, uint32_t n, bool ascii);

#endif
