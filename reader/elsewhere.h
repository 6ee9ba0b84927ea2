/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether the interfaces of taps are still there that are in another network namespace, or are
 * moved to one. The namespaces are looked for while the reader has its privileges. From then on
 * notifications tell what becomes of the interfaces, and nothing of a namespace is held open: that
 * would keep it from ending.
 */
#ifndef XDPTAP_READER_ELSEWHERE_H
#define XDPTAP_READER_ELSEWHERE_H

#include <stdbool.h>
#include <stddef.h>

#include "pin/tap.h"

struct elsewhere {
	int fd; /* for epoll: readable when elsewhere_take() has to be called; -1: none */
	int own_nsid;
	__u32 netns_ino; /* ours */
	struct elsewhere_place *list;
	size_t n;
};

#define ELSEWHERE_CLOSED \
	{                \
		.fd = -1 \
	}

/* Returns 0; or -errno: then nothing is noticed. */
int elsewhere_open(struct elsewhere *e);
void elsewhere_close(struct elsewhere *e);

/*
 * Notices from now on what becomes of the interface of this tap. To find one that is in another
 * namespace takes CAP_SYS_ADMIN and CAP_SYS_PTRACE; without, its end goes unnoticed.
 */
void elsewhere_add(struct elsewhere *e, const char *bpffs, const struct tap *tap);

/* Takes the notifications. Returns whether elsewhere_gone() has something new to say. */
bool elsewhere_take(struct elsewhere *e);

/*
 * Returns, as static text, why no more events will come from a tap of another namespace, which has
 * lost its interface or its program; or NULL.
 */
const char *elsewhere_gone(const struct elsewhere *e, const struct tap *tap);

/*
 * Returns whether the interface of a tap of our namespace, where it is no longer, was moved to
 * another one and is still there.
 */
bool elsewhere_moved(const struct elsewhere *e, const struct tap *tap);

#endif
