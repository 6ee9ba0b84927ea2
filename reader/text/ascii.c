// SPDX-License-Identifier: BSD-2-Clause
/* For the text output of xdptap-stats. */
#include "reader/text/ascii.h"

const char *ascii_ifname(char buf[IF_NAMESIZE], const char *ifname)
{
	size_t i;

	for (i = 0; i < IF_NAMESIZE - 1 && ifname[i]; i++)
		buf[i] = ifname[i] > ' ' && ifname[i] < 0x7f ? ifname[i] : '?';
	buf[i] = '\0';
	return buf;
}
