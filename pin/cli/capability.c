// SPDX-License-Identifier: BSD-2-Clause
/* Names the capabilities that a process lacks; used by all three tools. */
#include <stdio.h>

#include <cap-ng.h>

#include "pin/cli/capability.h"
#include "pin/cli/diag.h"

static const struct {
	enum capability flag;
	unsigned int cap;
	bool in_sys_admin;
	const char *name;
} all[] = {
	{ CAPABILITY_BPF, CAP_BPF, true, "CAP_BPF" },
	{ CAPABILITY_PERFMON, CAP_PERFMON, true, "CAP_PERFMON" },
	{ CAPABILITY_NET_ADMIN, CAP_NET_ADMIN, false, "CAP_NET_ADMIN" },
	{ CAPABILITY_SYS_ADMIN, CAP_SYS_ADMIN, false, "CAP_SYS_ADMIN" },
	{ CAPABILITY_CHOWN, CAP_CHOWN, false, "CAP_CHOWN" },
	{ CAPABILITY_DAC_OVERRIDE, CAP_DAC_OVERRIDE, false, "CAP_DAC_OVERRIDE" },
};
#define N_ALL (sizeof(all) / sizeof(all[0]))

/* Returns those of `wanted` that are missing. What can't be found out counts as there. */
static unsigned int missing(unsigned int wanted)
{
	unsigned int lacks = 0;

	capng_clear(CAPNG_SELECT_ALL);
	if (capng_get_caps_process())
		return 0;
	for (size_t i = 0; i < N_ALL; i++) {
		if (!(wanted & all[i].flag) || capng_have_capability(CAPNG_EFFECTIVE, all[i].cap) ||
		    (all[i].in_sys_admin && capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN)))
			continue;
		lacks |= all[i].flag;
	}
	return lacks;
}

bool capability_has(unsigned int wanted)
{
	return !missing(wanted);
}

const char *capability_advice(unsigned int wanted)
{
	static char text[256];
	unsigned int lacks = missing(wanted);
	const char *sep = "";
	int len = 0, n = 0;

	if (!lacks)
		return "this process has the capabilities; the kernel, a container or a security module forbids it";
	for (size_t i = 0; i < N_ALL; i++) {
		if (!(lacks & all[i].flag))
			continue;
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%s%s", sep, all[i].name);
		lacks &= ~(unsigned int)all[i].flag;
		sep = lacks & (lacks - 1) ? ", " : " and ";
		n++;
	}
	snprintf(text + len, sizeof(text) - (size_t)len,
		 " %s missing; run as root, or see Privileges in xdptap-loader(8)",
		 n == 1 ? "is" : "are");
	return text;
}

void capability_hint(unsigned int wanted)
{
	diag_hint("%s", capability_advice(wanted));
}
