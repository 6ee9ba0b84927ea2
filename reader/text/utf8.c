// SPDX-License-Identifier: BSD-2-Clause
/* For names of interfaces and comments that are written to JSON and capture files. */
#include <stdint.h>
#include <string.h>

#include "reader/text/utf8.h"

/* U+FFFD in UTF-8. */
#define REPLACEMENT       "\xef\xbf\xbd"
#define REPLACEMENT_BYTES (sizeof(REPLACEMENT) - 1)

_Static_assert(REPLACEMENT_BYTES == UTF8_GROWTH, "the longest that a byte becomes");

/* RFC 3629 section 4. The NUL at the end is no continuation byte, so nothing is read beyond. */
size_t utf8_bytes(const char *text)
{
	const uint8_t *s = (const uint8_t *)text;
	uint8_t min = 0x80, max = 0xbf;
	size_t bytes = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	if (s[0] == 0xe0) /* overlong: fewer bytes would do */
		min = 0xa0;
	else if (s[0] == 0xf0)
		min = 0x90;
	else if (s[0] == 0xed) /* surrogates */
		max = 0x9f;
	else if (s[0] == 0xf4) /* beyond U+10FFFF */
		max = 0x8f;
	if (s[1] < min || s[1] > max)
		return 0;
	for (size_t i = 2; i < bytes; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return bytes;
}

char *utf8_put(char *p, const char *limit, const char *text)
{
	const uint8_t *s = (const uint8_t *)text, *end = s + strlen(text);

	while (s < end) {
		uint64_t word;
		size_t bytes;

		/* Each packet may have a comment, and it is ASCII: copy eight bytes at a time. */
		if (end - s >= (ptrdiff_t)sizeof(word) && limit - p >= (ptrdiff_t)sizeof(word)) {
			memcpy(&word, s, sizeof(word));
			if (!(word & 0x8080808080808080)) {
				memcpy(p, &word, sizeof(word));
				p += sizeof(word);
				s += sizeof(word);
				continue;
			}
		}
		bytes = utf8_bytes((const char *)s);
		if (limit - p < (ptrdiff_t)(bytes ? bytes : REPLACEMENT_BYTES))
			break;
		if (bytes) {
			memcpy(p, s, bytes);
			p += bytes;
			s += bytes;
		} else {
			memcpy(p, REPLACEMENT, REPLACEMENT_BYTES);
			p += REPLACEMENT_BYTES;
			s++;
		}
	}
	return p;
}
