/* SPDX-License-Identifier: BSD-2-Clause */
/* What other XDP programs returned, as a tap with `verdicts` counted it; for all three tools. */
#ifndef XDPTAP_PIN_VERDICTS_H
#define XDPTAP_PIN_VERDICTS_H

#include <stdint.h>

#include "bpf/abi.h"

/* A member of XDPTAP_MAP_MEMBERS whose entry is not free, and the sums over all CPUs. */
struct verdict {
	__u32 index;
	struct tap_member member;
	struct verdict_stats total;
};

struct verdicts {
	__u32 n;
	/* First those that are traced, in the order in which they run, then those that have left.
	 */
	struct verdict list[XDPTAP_MEMBERS_MAX];
};

/*
 * Reads the entries of XDPTAP_MAP_MEMBERS into `members`, with names that end in a NUL. Returns 0
 * or -errno.
 */
int verdicts_read_members(int members_fd, struct tap_member members[XDPTAP_MEMBERS_MAX]);

/* Reads members and counters. Returns 0 or -errno. */
int verdicts_read(int members_fd, int verdicts_fd, struct verdicts *v);

/* Reads the sums of XDPTAP_MAP_ERRORS over all CPUs. Returns 0 or -errno. */
int verdicts_read_errors(int errors_fd, struct xdp_errors *total);

/* Returns "ABORTED", "DROP", "PASS", "TX", "REDIRECT" or, for all else, "OTHER". */
const char *verdicts_action_name(__u32 action);

/* The same in lower case. */
const char *verdicts_action_key(__u32 action);

/* All bits of tap_settings.actions. */
#define VERDICTS_ALL_ACTIONS ((1u << XDPTAP_ACTIONS) - 1)

/* Prints those of these, bit 1 << enum xdptap_action, as "aborted,drop", or "all". Returns it. */
#define VERDICTS_ACTIONS_TEXT_MAX 48
const char *verdicts_actions_text(char text[VERDICTS_ACTIONS_TEXT_MAX], __u32 actions);

#endif
