/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What became of a frame, in the words of an output: the action, and the program that said so.
 * Only events that are made at the exit of a program tell it.
 */
#ifndef XDPTAP_READER_FATE_H
#define XDPTAP_READER_FATE_H

#include "bpf/abi.h"

enum fate_form {
	FATE_TEXT,    /* " [DROP by xdpfilt_alw_all]" */
	FATE_JSON,    /* ",\"action\":\"drop\",\"prog\":\"xdpfilt_alw_all\",\"prog_id\":57" */
	FATE_COMMENT, /* "DROP by xdpfilt_alw_all" */
};

/* Bytes of the longest words, with their NUL. */
#define FATE_MAX 832

/*
 * Writes the words for an action, of which those that are unknown count as XDPTAP_OTHER, and a
 * program. Its name, which ends with a NUL, may hold any other bytes; they are escaped, but not for
 * the comment. `member` NULL: the program is unknown, and the action stands alone.
 */
void fate_put(char out[FATE_MAX], enum fate_form form, __u32 action,
	      const struct tap_member *member);

/* The words for all events of a tap, each put together once. */
struct fate_table;

/* Returns them, or NULL without memory. */
struct fate_table *fate_table_create(enum fate_form form);
void fate_table_free(struct fate_table *f); /* `f` may be NULL */

/*
 * Reads the programs from XDPTAP_MAP_MEMBERS: call it at first, and when the settings of the tap
 * have changed. If they can't be read, those that were known stay.
 */
void fate_table_read(struct fate_table *f, int members_fd);

/* Call it before each batch: an event of an unknown program makes for one look at the map. */
void fate_table_begin(struct fate_table *f);

/* Returns the words for the event. They are valid until the next call for this tap. */
const char *fate_table_words(struct fate_table *f, int members_fd, const struct packet_event *ev);

#endif
