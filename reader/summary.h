/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reader has read, and the block of statistics about it. */
#ifndef XDPTAP_READER_SUMMARY_H
#define XDPTAP_READER_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

struct summary {
	uint64_t total; /* events that this reader has read, and that match the filter */
	uint64_t tcp;   /* those with IP protocol 6, and with 17 */
	uint64_t udp;
	bool filters;      /* there is a filter, and the block says what it did */
	uint64_t filtered; /* events that did not match it; they are not in the total */
};

void summary_count(struct summary *s, const struct packet_event *event);

/*
 * Writes the block after `runtime_ns` nanoseconds and `lost` events. `final` adds the headline of
 * the last block. Returns its length, which is below SUMMARY_MAX.
 */
#define SUMMARY_MAX 512
size_t summary_text(char buf[SUMMARY_MAX], const struct summary *s, uint64_t lost,
		    uint64_t runtime_ns, bool final);

#endif
