/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes in hexadecimal. Each dump_put function writes at `p`, where the caller provides the
 * room, and returns the end of what it wrote; it writes no NUL.
 */
#ifndef XDPTAP_READER_TEXT_DUMP_H
#define XDPTAP_READER_TEXT_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two lower-case digits per byte: writes exactly 2 * n characters. */
char *dump_put_hex(char *p, const uint8_t *bytes, size_t n);

/* Returns the number of characters that dump_put_lines() writes at most for `n` bytes. */
size_t dump_room(uint32_t n);

/*
 * Lines of 16 bytes as tcpdump -xx prints them, or with `ascii` as -XX does:
 *	0x0000:  0200 0000 0002 0200 0000 0001 0800 4500  ..............E.
 */
char *dump_put_lines(char *p, const uint8_t *bytes, uint32_t n, bool ascii);

#endif
