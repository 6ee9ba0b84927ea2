/* SPDX-License-Identifier: BSD-2-Clause */
/* What tshark says of malformed outermost headers; used by corpus_test.c. */
#ifndef XDPTAP_TEST_EXPERTS_H
#define XDPTAP_TEST_EXPERTS_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/bpf/expected.h"

/*
 * Whether an expert item of tshark says of each frame that an outermost header is malformed: the
 * frames of DIR/captures, in the order of `captures` and of each file. The caller frees it. Prints
 * a line and exits if mergecap or tshark fail.
 */
bool *experts_read(const char *dir, const struct expected_capture *captures, size_t n);

#endif /* XDPTAP_TEST_EXPERTS_H */
