/* SPDX-License-Identifier: BSD-2-Clause */
/* What a capture file says of where it was made. */
#ifndef XDPTAP_READER_HOST_H
#define XDPTAP_READER_HOST_H

#include <stdint.h>

struct host {
	char hardware[128];   /* the processor's name, or else what uname calls the machine */
	char os[140];         /* "Linux 6.1.0-50-amd64" */
	char application[32]; /* "xdptap-reader 0.1.0" */
};

/* Never fails: what can't be found out is an empty string. */
void host_describe(struct host *host);

/*
 * Bit/s of the interface of that name in the network namespace of the calling
 * thread. 0: it is not known, the link is down, or there is no such interface. A
 * tap's meta says of which namespace its interface is.
 */
uint64_t host_link_speed(const char *ifname);

#endif
