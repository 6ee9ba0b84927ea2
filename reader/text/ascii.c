// SPDX-License-Identifier: BSD-2-Clause
/* For the text output of xdptap-stats. */
#include "reader/text/ascii.h"

const char *ascii_text(char *buf, size_t size, const char *text)
{
	size_t i;

	for (i = 0; i < size - 1 && text[i]; i++)
		buf[i] = text[i] > ' ' && text[i] < 0x7f ? text[i] : '?';
	buf[i] = '\0';
	return buf;
}

const char *ascii_ifname(char buf[IF_NAMESIZE], const char *ifname)
{
	return ascii_text(buf, IF_NAMESIZE, ifname);
}
