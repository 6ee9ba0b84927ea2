/* SPDX-License-Identifier: BSD-2-Clause */
/* The XDP program that a trace tap sees: on its interface, of whomever; for attach and set. */
#ifndef XDPTAP_LOADER_TRACED_H
#define XDPTAP_LOADER_TRACED_H

#include <stdbool.h>

#include "bpf/abi.h"

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
 * Returns 0, then the caller closes it; or -errno after saying why, and what to do.
 */
int traced_find(const char *ifname, __u32 ifindex, const char *wanted, struct traced *t);

/* Opens the program of this id and name again, wherever it is. Returns 0 or -errno. */
int traced_reopen(__u32 id, const char *name, __u32 ifindex, struct traced *t);

/* Finds at which place a program runs on the interface. Returns whether it is there. */
bool traced_place(__u32 ifindex, __u32 id, __u32 *place);

void traced_close(struct traced *t);

#endif
