/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * CLOCK_TAI, 6 ns cheaper than bpf_ktime_get_tai_ns(): it differs from
 * CLOCK_MONOTONIC by what changes only when somebody sets the clock, or the
 * machine was suspended. That is looked at once a millisecond, if there is a
 * frame in it. Used by capture.bpf.c.
 */
#ifndef XDPTAP_BPF_TAI_CLOCK_H
#define XDPTAP_BPF_TAI_CLOCK_H

#include <linux/types.h>
#include <bpf/bpf_helpers.h>

/* How late a step of the clock may show in the events. */
#define TAI_CLOCK_CHECK_NS 1000000

/*
 * Of all CPUs; two that write at once write the same, but for nanoseconds. Not
 * static: clang would split it, and describe the parts so that no kernel takes
 * the BTF.
 */
volatile struct {
	__u64 tai_ns;     /* CLOCK_TAI minus CLOCK_MONOTONIC; the loader sets it first */
	__u64 checked_ns; /* CLOCK_MONOTONIC */
} tai_clock;

/* Returns CLOCK_MONOTONIC anew. */
static __noinline __u64 tai_clock_check(__u64 before)
{
	__u64 tai = bpf_ktime_get_tai_ns();
	__u64 after = bpf_ktime_get_ns();
	__u64 least = tai - after, width = after - before;

	/*
	 * The difference is between these two, and what we have may be the
	 * truth: an interrupt here makes the reading vague, not a step.
	 */
	if (tai_clock.tai_ns - least > width)
		tai_clock.tai_ns = least + width / 2;
	tai_clock.checked_ns = after;
	return after;
}

static __always_inline __u64 tai_clock_now_ns(void)
{
	__u64 now = bpf_ktime_get_ns();

	/* Signed: another CPU's check may be a little later than this reading. */
	if ((__s64)(now - tai_clock.checked_ns) > TAI_CLOCK_CHECK_NS)
		now = tai_clock_check(now);
	return now + tai_clock.tai_ns;
}

#endif
