// SPDX-License-Identifier: BSD-2-Clause
/* Whether the verifier has refused a filter, and what it said; for attach and set. */
#include <errno.h>

#include "loader/log.h"
#include "loader/refusal.h"
#include "pin/cli/capability.h"
#include "pin/cli/diag.h"

bool refusal_of_filter(int err, const struct capture_settings *settings)
{
	if (!*settings->filter)
		return false;
	return err == -EINVAL || err == -E2BIG || err == -ENOSPC ||
	       /* Without it, the verifier refuses the program with or without a filter. */
	       (err == -EACCES && capability_has(CAPABILITY_PERFMON));
}

const char *refusal_permission(void)
{
	/* libxdp refuses to look at programs that are there already only after it may load ours. */
	return capability_advice(capability_has(CAPABILITY_LOAD) ? CAPABILITY_LOOK
								 : CAPABILITY_LOAD);
}

void refusal_permission_hint(void)
{
	diag_hint("%s", refusal_permission());
}

void refusal_say_lines(void)
{
	const char *lines = log_verifier_lines();

	if (lines && diag_debug())
		diag_lines(lines);
}

void refusal_hint(void)
{
	diag_hint("use a simpler expression%s",
		  diag_debug() ? "" : "; '--debug' shows what the verifier says");
}
