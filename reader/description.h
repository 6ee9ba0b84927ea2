/* SPDX-License-Identifier: BSD-2-Clause */
/* What a capture file says of a tap: where its frames were seen, and which are not in the file. */
#ifndef XDPTAP_READER_DESCRIPTION_H
#define XDPTAP_READER_DESCRIPTION_H

#include <stdbool.h>

#include "pin/tap.h"

#define DESCRIPTION_MAX (64 + XDPTAP_TRACED_NAME_MAX)

/* Writes a line that says where XDP saw the frames. */
void description_place(char out[DESCRIPTION_MAX], const struct tap *tap);

/*
 * Says in a line which frames the tap has left out; its filter only if the reader has one, too,
 * since a file has a place of its own for the filter of whoever filters last. *comment is to be
 * freed; it is NULL if there is nothing to say. Returns 0 or -ENOMEM.
 */
int description_settings(const struct in_force *settings, bool reader_filters, char **comment);

#endif
