// SPDX-License-Identifier: BSD-2-Clause
/* For names in lines of text and in messages. */
#include <stdbool.h>
#include <string.h>

#include "reader/text/escape.h"
#include "reader/text/utf8.h"

/* Whether the character of so many bytes, 0 for a stray byte, has to be escaped. */
static bool is_unsafe(const char *s, size_t bytes)
{
	const unsigned char c = (unsigned char)*s;

	if (!bytes || c < 0x20 || c == 0x7f || (c == '\\' && s[1] == 'x'))
		return true;
	return c == 0xc2 && (unsigned char)s[1] < 0xa0; /* U+0080 to U+009F */
}

char *escape_put(char *p, const char *text)
{
	static const char hex[] = "0123456789abcdef";

	while (*text) {
		size_t bytes = utf8_bytes(text);

		if (!is_unsafe(text, bytes)) {
			p = mempcpy(p, text, bytes);
			text += bytes;
			continue;
		}
		for (bytes = bytes ? bytes : 1; bytes; bytes--, text++) {
			const unsigned char c = (unsigned char)*text;

			*p++ = '\\';
			*p++ = 'x';
			*p++ = hex[c >> 4];
			*p++ = hex[c & 15];
		}
	}
	return p;
}

const char *escape_ifname(char buf[ESCAPE_IFNAME_MAX], const char *ifname)
{
	*escape_put(buf, ifname) = '\0';
	return buf;
}
