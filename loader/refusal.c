// SPDX-License-Identifier: BSD-2-Clause
/* Whether the verifier has refused a filter, and what it said; for attach and set. */
#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "loader/log.h"
#include "loader/refusal.h"
#include "pin/cli/diag.h"

static bool has(const struct __user_cap_data_struct *caps, int cap)
{
	return caps[CAP_TO_INDEX(cap)].effective & CAP_TO_MASK(cap);
}

/* Without these, the verifier refuses the program with -EACCES, with or without a filter. */
bool refusal_is_capable(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return !syscall(SYS_capget, &header, caps) &&
	       (has(caps, CAP_SYS_ADMIN) || has(caps, CAP_PERFMON));
}

bool refusal_of_filter(int err, const struct capture_settings *settings)
{
	if (!*settings->filter)
		return false;
	return err == -EINVAL || err == -E2BIG || err == -ENOSPC ||
	       (err == -EACCES && refusal_is_capable());
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
