/* SPDX-License-Identifier: BSD-2-Clause */
/* The clocks of the kernel in nanoseconds, the unit in which all tools count time. */
#ifndef XDPTAP_PIN_NOW_H
#define XDPTAP_PIN_NOW_H

#include <stdint.h>
#include <time.h>

#define NS_PER_SEC UINT64_C(1000000000)

static inline uint64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * NS_PER_SEC + (uint64_t)t.tv_nsec;
}

#endif
