/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * CLOCK_TAI, 6 ns cheaper than bpf_ktime_get_tai_ns(). Its difference from CLOCK_MONOTONIC
 * changes only when somebody sets the clock or the machine was suspended. The difference is
 * checked once per millisecond, as long as there are frames. Used by capture.h.
 */
#ifndef XDPTAP_BPF_TAI_CLOCK_H
#define XDPTAP_BPF_TAI_CLOCK_H

#include <linux/types.h>
#include <bpf/bpf_helpers.h>

/* A step of the clock shows in the events after at most this time. */
#define TAI_CLOCK_CHECK_NS 1000000

/*
 * Shared by all CPUs. Two that write at the same time write the same value, give or take
 * nanoseconds. It is not static: clang would split it, and describe the parts in BTF that no
 * kernel accepts.
 */
volatile struct {
	__u64 tai_ns;     /* CLOCK_TAI minus CLOCK_MONOTONIC; the loader sets it first */
	__u64 checked_ns; /* CLOCK_MONOTONIC */
} tai_clock;

/* Checks the difference. Returns the current CLOCK_MONOTONIC. */
static __noinline __u64 tai_clock_check(__u64 before)
{
	__u64 tai = bpf_ktime_get_tai_ns();
	__u64 after = bpf_ktime_get_ns();
	__u64 least = tai - after, width = after - before;

	/*
	 * The true difference lies between `least` and `least + width`. The stored one moves no
	 * farther than into that: so vague readings, with an interrupt between them, never make
	 * a good one worse.
	 */
	if ((__s64)(tai_clock.tai_ns - least) < 0)
		tai_clock.tai_ns = least;
	else if ((__s64)(tai_clock.tai_ns - least - width) > 0)
		tai_clock.tai_ns = least + width;
	tai_clock.checked_ns = after;
	return after;
}

static __always_inline __u64 tai_clock_now_ns(void)
{
	__u64 now = bpf_ktime_get_ns();

	/* Signed: another CPU may have checked a little later than this reading. */
	if ((__s64)(now - tai_clock.checked_ns) > TAI_CLOCK_CHECK_NS)
		now = tai_clock_check(now);
	return now + tai_clock.tai_ns;
}

#endif
