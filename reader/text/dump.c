// SPDX-License-Identifier: BSD-2-Clause
/*
 * Captured bytes in hexadecimal, for text and JSON. With whole frames they are most of the
 * output, so 16 bytes are converted at a time, in vectors: nearly all processors have vectors
 * of that size, and the compiler emulates them on the others.
 */
#include <string.h>

#include "reader/text/digits.h"
#include "reader/text/dump.h"

/* Signed, so that bytes above 0x7f compare below the space: one comparison fewer. */
typedef int8_t bytes16 __attribute__((vector_size(16)));

/* Takes `yes` where the mask is -1 and `no` where it is 0. */
static bytes16 choose(bytes16 mask, bytes16 yes, bytes16 no)
{
	return (mask & yes) | (~mask & no);
}

static bytes16 hex_digit(bytes16 nibble)
{
	return nibble + '0' + ((nibble > 9) & ('a' - '0' - 10));
}

static void hex_of(char to[32], bytes16 bytes)
{
	bytes16 high = hex_digit((bytes >> 4) & 15), low = hex_digit(bytes & 15), out;

	out = __builtin_shufflevector(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7,
				      23);
	memcpy(to, &out, sizeof(out));
	out = __builtin_shufflevector(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14,
				      30, 15, 31);
	memcpy(to + sizeof(out), &out, sizeof(out));
}

static void ascii_of(char to[16], bytes16 bytes)
{
	bytes16 out = choose((bytes > ' ') & (bytes <= '~'), bytes, (bytes16){ 0 } + '.');

	memcpy(to, &out, sizeof(out));
}

/* Loads the next 16 bytes; if fewer are left, the rest is 0. */
static bytes16 load(const uint8_t *p, size_t left)
{
	bytes16 bytes = { 0 };

	if (left >= sizeof(bytes))
		memcpy(&bytes, p, sizeof(bytes));
	else
		memcpy(&bytes, p, left);
	return bytes;
}

char *dump_put_hex(char *p, const uint8_t *bytes, size_t n)
{
	char tail[32];

	for (; n >= 16; n -= 16, bytes += 16, p += 32)
		hex_of(p, load(bytes, 16));
	if (!n)
		return p;
	hex_of(tail, load(bytes, n));
	return mempcpy(p, tail, 2 * n);
}

/* "\t0x00000000: ", 8 times " 0123", two spaces, 16 characters, "\n" */
#define LINE_MAX_BYTES (1 + 10 + 2 + 8 * 5 + 2 + 16 + 1)

size_t dump_room(uint32_t n)
{
	return ((size_t)n + 15) / 16 * LINE_MAX_BYTES;
}

/* Writes the offset with at least four digits. */
static char *put_offset(char *p, uint32_t offset)
{
	p = mempcpy(p, "\t0x", 3);
	p = offset >> 16 ? digits_put_hex32(p, offset) : digits_put_hex4(p, (uint16_t)offset);
	return mempcpy(p, ": ", 2);
}

/* Writes 16 bytes as " 0123 4567 ...". */
static char *put_groups(char *p, bytes16 bytes)
{
	char hex[32];

	hex_of(hex, bytes);
	for (int i = 0; i < 8; i++) {
		*p++ = ' ';
		p = mempcpy(p, hex + 4 * i, 4);
	}
	return p;
}

/* Writes the last line. It is a separate function so that full lines need not count bytes. */
static char *put_rest(char *p, bytes16 bytes, uint32_t n, bool ascii)
{
	char groups[40], text[16];

	put_groups(groups, bytes);
	p = mempcpy(p, groups, 2 * n + (n + 1) / 2);
	if (!ascii)
		return p;
	n = 16 - n;
	memset(p, ' ', 40);
	p += 2 * n + n / 2 + 2;
	ascii_of(text, bytes);
	return mempcpy(p, text, 16 - n);
}

char *dump_put_lines(char *p, const uint8_t *bytes, uint32_t n, bool ascii)
{
	uint32_t offset = 0;

	for (; n - offset >= 16; offset += 16) {
		p = put_groups(put_offset(p, offset), load(bytes + offset, 16));
		if (ascii) {
			p = mempcpy(p, "  ", 2);
			ascii_of(p, load(bytes + offset, 16));
			p += 16;
		}
		*p++ = '\n';
	}
	if (n == offset)
		return p;
	p = put_rest(put_offset(p, offset), load(bytes + offset, n - offset), n - offset, ascii);
	*p++ = '\n';
	return p;
}
