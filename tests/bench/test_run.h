/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BPF_PROG_TEST_RUN many times over, timed. The program has to be attached
 * somewhere too (sandbox_attach()): else each call waits for RCU, for tens of ms.
 */
#ifndef XDPTAP_BENCH_TEST_RUN_H
#define XDPTAP_BENCH_TEST_RUN_H

#include "tests/bench/packets.h"

/*
 * Runs `prog_fd` on `packet`, `repeat` times, on the calling thread's CPU. *ns is
 * what one took, the kernel's loop around it included. Returns 0, -EAGAIN if
 * others took the CPU meanwhile (*ns is set), or another -errno, after bench_fail().
 */
int test_run(int prog_fd, enum packet packet, int repeat, double *ns);

/*
 * The same on PRODUCER_CPU and, if n is 2, on READER_CPU at the same time, in
 * threads of its own. *ns: from the first start to the last end, divided by
 * the n * repeat runs. Of two CPUs never -EAGAIN: who waits for a lock may be
 * halted by the hypervisor, which looks the same as a CPU that others took.
 */
int test_run_cpus(int prog_fd, enum packet packet, int repeat, int n, double *ns);

#endif
