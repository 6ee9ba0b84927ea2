/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which capabilities a step takes, and which of them this process lacks. Nothing is refused in
 * advance: a step is tried, and if the kernel refuses it, the next step for the user is printed.
 */
#ifndef XDPTAP_PIN_CLI_CAPABILITY_H
#define XDPTAP_PIN_CLI_CAPABILITY_H

#include <stdbool.h>

/* Or-ed. CAP_SYS_ADMIN includes the first two, for the kernel. */
enum capability {
	CAPABILITY_BPF = 1,
	CAPABILITY_PERFMON = 2,
	CAPABILITY_NET_ADMIN = 4,
	CAPABILITY_SYS_ADMIN = 8,
	CAPABILITY_CHOWN = 16,
	CAPABILITY_DAC_OVERRIDE = 32,
};

/* What loading and attaching an XDP program takes, without libxdp's dispatcher. */
#define CAPABILITY_LOAD (CAPABILITY_BPF | CAPABILITY_PERFMON | CAPABILITY_NET_ADMIN)
/* What looking up what others have attached takes. */
#define CAPABILITY_LOOK CAPABILITY_SYS_ADMIN

/* Returns whether this process has all of these. */
bool capability_has(unsigned int wanted);

/*
 * Prints the hint after EPERM or EACCES: the names of those of `wanted` that this process lacks. If
 * it lacks none, something else forbids it.
 */
void capability_hint(unsigned int wanted);

/* The same as a string, without "hint: "; in a static buffer. */
const char *capability_advice(unsigned int wanted);

#endif
