/* SPDX-License-Identifier: BSD-2-Clause */
/* What `xdptap-loader show` says of the programs whose verdicts a tap counts. */
#ifndef XDPTAP_LOADER_SHOW_VERDICTS_H
#define XDPTAP_LOADER_SHOW_VERDICTS_H

#include "pin/chain_look.h"
#include "pin/tap.h"

struct json_object;

/* What is known of them. */
struct show_verdicts {
	struct tap_member members[XDPTAP_MEMBERS_MAX];
	struct chain_look look;
};

/* Reads it of a tap with meta.verdicts that is open. Returns 0 or -errno. */
int show_verdicts_read(struct show_verdicts *v, const char *bpffs, const struct tap *tap);

/* Prints a line: "    verdicts of NAME id N, ...". */
void show_verdicts_text(const struct show_verdicts *v);

/* Adds the keys "members" and "not_traced". */
void show_verdicts_json(struct json_object *o, const struct show_verdicts *v);

/* Says which programs are not traced, and which of those that are have left. */
void show_verdicts_note(const struct show_verdicts *v, const struct tap *tap);

#endif
