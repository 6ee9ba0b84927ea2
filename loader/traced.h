/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The XDP programs that a tap traces: on its interface, of whomever; for attach and set. A trace
 * tap at the entry traces one; at the exit, or for verdicts, there may be several.
 */
#ifndef XDPTAP_LOADER_TRACED_H
#define XDPTAP_LOADER_TRACED_H

#include <stdbool.h>

#include "bpf/abi.h"
#include "pin/tap.h"

struct traced {
	int fd; /* owned by this struct */
	__u32 id;
	__u32 ifindex;
	__u32 netns_ino;
	__u32 chain_actions;               /* bit 1 << XDP_*: the chain continues after that */
	__u32 member;                      /* index in XDPTAP_MAP_MEMBERS, by members_assign() */
	char name[XDPTAP_TRACED_NAME_MAX]; /* its function, as BTF has it */
};

/* A dispatcher has ten, and one more may be offloaded. */
#define TRACED_MAX 11

/* In the order in which they run. All 0: none. */
struct traced_list {
	__u32 n;
	struct traced list[TRACED_MAX];
	enum xdptap_mode mode;
	bool dispatcher; /* they are in libxdp's dispatcher */
	bool all;        /* all that are on the interface are meant, and those that join as well */
	bool at_exit;    /* events are made when they return */
};

/*
 * Finds a program on the interface: that of this name or id, or if `wanted` is NULL the only one.
 * Returns 0, then the caller closes *l; or -errno after saying why. After -ENODATA, there is no
 * program at all, the caller says what to do.
 */
int traced_find(const char *ifname, __u32 ifindex, const char *wanted, struct traced_list *l);

/*
 * Finds all programs on the interface, but for those that use the map with this id, and those that
 * can't be traced, after saying so. Returns 0, there may be none; or as above.
 */
int traced_find_all(const char *ifname, __u32 ifindex, __u32 own_map_id, struct traced_list *l);

/*
 * Opens the programs again that the programs in force trace, wherever they are, with what is known
 * of their places and chain actions. Returns 0 or -errno.
 */
int traced_reopen(const struct tap_name *name, const struct tap *tap, struct traced_list *l);

/* After which actions of number i a frame goes on to another one of the list, as
 * tap_member.chain_actions. */
static inline __u32 traced_passes_on(const struct traced_list *l, __u32 i)
{
	return i + 1 < l->n ? l->list[i].chain_actions : 0;
}

/* Prints "NAME (id N)" of each into `text`, with commas between. Returns it. */
#define TRACED_TEXT_MAX (TRACED_MAX * (XDPTAP_TRACED_NAME_MAX + 24))
const char *traced_text(char text[TRACED_TEXT_MAX], const struct traced_list *l);

/* Says that the traced program has left the interface, and what to do. */
void traced_say_gone(const char *ifname, const struct in_force *f);

void traced_close(struct traced_list *l);

#endif
