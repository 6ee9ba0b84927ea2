/* SPDX-License-Identifier: BSD-2-Clause */
/* The standard descriptors, whatever whoever started the tool did to them. */
#ifndef XDPTAP_PIN_CLI_STANDARD_FDS_H
#define XDPTAP_PIN_CLI_STANDARD_FDS_H

#include <stdbool.h>

/*
 * Prepares descriptors 0 to 2; call it before anything is opened. A closed one is replaced by
 * /dev/null, so that nothing opened later gets its number: reading such a stdin and writing
 * such a stdout fail with EBADF, as before, and stderr is lost. SIGPIPE is ignored: a closed
 * pipe becomes the error EPIPE of write(2); and so is SIGXFSZ: beyond `ulimit -f`, where nothing
 * may be killed in the middle of its work, write(2) fails with EFBIG. Returns whether stdout was
 * open.
 */
bool standard_fds_prepare(void);

#endif
