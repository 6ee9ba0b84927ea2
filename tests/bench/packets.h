/* SPDX-License-Identifier: BSD-2-Clause */
/* The frames that BPF_PROG_TEST_RUN is given. */
#ifndef XDPTAP_BENCH_PACKETS_H
#define XDPTAP_BENCH_PACKETS_H

#include <linux/types.h>

/* Sizes in bytes of the whole frame, without FCS. */
enum packet {
	UDP_64, /* to port 443, as all but TCP_80 */
	UDP_512,
	UDP_1500,
	UDP_9000,
	TCP_SYN_64,
	UDP_IPV6,
	UDP_VLAN,
	TCP_443,
	TCP_80,
	PACKETS
};

/* Valid as long as the program runs. */
const void *packet_data(enum packet which, __u32 *len);

/* For the report. */
const char *packet_name(enum packet which);

#endif
