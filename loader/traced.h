/* SPDX-License-Identifier: BSD-2-Clause */
/* The XDP program that a trace tap sees: on its interface, of whomever; for attach and set. */
#ifndef XDPTAP_LOADER_TRACED_H
#define XDPTAP_LOADER_TRACED_H

#include <stdbool.h>

#include "bpf/abi.h"
#include "pin/tap.h"

struct traced {
	int fd; /* owned by this struct; -1: none */
	__u32 id;
	__u32 ifindex;
	__u32 netns_ino;
	enum xdptap_mode mode;
	bool dispatcher;                   /* it is in libxdp's dispatcher */
	__u32 place;                       /* 0: it runs first on this interface */
	char name[XDPTAP_TRACED_NAME_MAX]; /* its function, as BTF has it */
};

#define TRACED_NONE      \
	{                \
		.fd = -1 \
	}

/*
 * Finds a program on the interface: that of this name or id, or if `wanted` is NULL the only one.
 * Returns 0, then the caller closes it; or -errno after saying why. After -ENODATA, there is no
 * program at all, the caller says what to do.
 */
int traced_find(const char *ifname, __u32 ifindex, const char *wanted, struct traced *t);

/* Opens the program again that the tap traces, wherever it is. Returns 0 or -errno. */
int traced_reopen(const struct tap *tap, struct traced *t);

/*
 * Finds at which place a program runs on the interface. Returns 0; -ENOENT if it is not there, or
 * -errno.
 */
int traced_place(__u32 ifindex, __u32 id, __u32 *place);

/* Says that the traced program has left the interface, and what to do. */
void traced_say_gone(const char *ifname, const struct in_force *f);

void traced_close(struct traced *t);

#endif
