// SPDX-License-Identifier: BSD-2-Clause
/* For the sizes of rings, in xdptap-loader and xdptap-stats. */
#include <inttypes.h>
#include <stdio.h>

#include "reader/text/size.h"

const char *size_text(char buf[SIZE_TEXT_MAX], uint64_t bytes)
{
	if (bytes && !(bytes % (1 << 20)))
		snprintf(buf, SIZE_TEXT_MAX, "%" PRIu64 "M", bytes >> 20);
	else if (bytes && !(bytes % (1 << 10)))
		snprintf(buf, SIZE_TEXT_MAX, "%" PRIu64 "K", bytes >> 10);
	else
		snprintf(buf, SIZE_TEXT_MAX, "%" PRIu64, bytes);
	return buf;
}
