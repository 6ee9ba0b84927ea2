/* SPDX-License-Identifier: BSD-2-Clause */
/* What a capture file says about the machine that wrote it. */
#ifndef XDPTAP_READER_HOST_H
#define XDPTAP_READER_HOST_H

#include <stdint.h>

struct host {
	char hardware[128];   /* name of the processor, or the machine name of uname(2) */
	char os[140];         /* "Linux 6.1.0-50-amd64" */
	char application[32]; /* "xdptap-reader 0.1.0" */
};

/* Never fails: what can't be found out becomes an empty string. */
void host_describe(struct host *host);

/*
 * Returns the speed of the interface of that name in bit/s, in the network namespace of the calling
 * thread; 0 if it is unknown, the link is down, or there is no such interface. tap_meta.netns_ino
 * names the namespace of a tap's interface.
 */
uint64_t host_link_speed(const char *ifname);

#endif
