/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the XDP programs on the interface of a tap with `verdicts` with those that it traces,
 * without libxdp. For all three tools.
 */
#ifndef XDPTAP_PIN_CHAIN_LOOK_H
#define XDPTAP_PIN_CHAIN_LOOK_H

#include <stdbool.h>

#include "bpf/abi.h"
#include "pin/dispatcher.h"
#include "pin/in_force.h"

/* A dispatcher, or a single program, in native mode and one in generic mode. */
#define CHAIN_LOOK_MAX (2 * DISPATCHER_MAX)

struct chain_look {
	bool known; /* false: it can't be found out; then all the rest is 0 */
	__u32 n;    /* programs on the interface that the tap does not trace, but its own */
	struct {
		__u32 id;
		char name[XDPTAP_TRACED_NAME_MAX]; /* its function; any bytes, NUL-terminated */
	} untraced[CHAIN_LOOK_MAX];                /* in the order in which they run */
	/* By index in XDPTAP_MAP_MEMBERS: it is traced, but not on the interface any more. */
	bool gone[XDPTAP_MEMBERS_MAX];
};

/*
 * Looks at the interface of a tap that is open, in `bpffs`, in native and generic mode. `members`
 * are those of verdicts_read_members(). It takes permission to read libxdp's pins; without, or if
 * the interface is not in this network namespace, look->known is false. Without CAP_SYS_ADMIN names
 * of programs that are not traced are cut to 15 characters, and one that is alone has none. A call
 * reads the BTF of programs that are not traced: once a second is enough.
 */
void chain_look_take(struct chain_look *look, const char *bpffs, const struct tap_meta *meta,
		     const struct in_force *f, const struct tap_member members[XDPTAP_MEMBERS_MAX]);

#endif
