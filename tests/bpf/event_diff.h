/* SPDX-License-Identifier: BSD-2-Clause */
/* Two events compared field by field; used by the unit and BPF tests of the parser. */
#ifndef XDPTAP_TEST_EVENT_DIFF_H
#define XDPTAP_TEST_EVENT_DIFF_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "bpf/abi.h"

/* Bytes that a text of event_diff() can take. */
#define EVENT_DIFF_MAX 1024

static inline int event_field_print(char *to, const void *field, size_t size)
{
	const __u8 *p = field;
	__u16 half;

	switch (size) {
	case sizeof(*p):
		return sprintf(to, "0x%02x", *p);
	case sizeof(half):
		memcpy(&half, field, size);
		return sprintf(to, "0x%04x", half);
	}
	for (size_t i = 0; i < size; i++)
		sprintf(to + 2 * i, "%02x", p[i]);
	return (int)(2 * size);
}

/*
 * Writes "field: expected X, got Y" into `text`, a line a field, for all but
 * ts_ns. Returns the number of fields that differ.
 */
static inline int event_diff(const struct packet_event *want, const struct packet_event *got,
			     char text[EVENT_DIFF_MAX])
{
/* clang-format off */
#define FIELD(name) { #name, offsetof(struct packet_event, name), sizeof(want->name) }
	static const struct {
		const char *name;
		size_t offset, size;
	} fields[] = {
		FIELD(src), FIELD(dst), FIELD(sport), FIELD(dport),
		FIELD(eth_type), FIELD(vlan), FIELD(proto), FIELD(tcp_flags), FIELD(flags),
	};
#undef FIELD
	/* clang-format on */
	/* Those that share their bytes. */
	const struct {
		const char *name;
		__u32 want, got;
	} numbers[] = {
		{ "len", want->len, got->len },
		{ "action", want->action, got->action },
		{ "member", want->member, got->member },
	};
	int differ = 0;
	char *to = text;

	*to = 0;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].want == numbers[i].got)
			continue;
		differ++;
		to += sprintf(to, "%s: expected %u, got %u\n", numbers[i].name, numbers[i].want,
			      numbers[i].got);
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *w = (const char *)want + fields[i].offset;
		const char *g = (const char *)got + fields[i].offset;

		if (!memcmp(w, g, fields[i].size))
			continue;
		differ++;
		to += sprintf(to, "%s: expected ", fields[i].name);
		to += event_field_print(to, w, fields[i].size);
		to += sprintf(to, ", got ");
		to += event_field_print(to, g, fields[i].size);
		to += sprintf(to, "\n");
	}
	return differ;
}

#endif /* XDPTAP_TEST_EVENT_DIFF_H */
