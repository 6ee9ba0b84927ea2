/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors 0 to 2, which whoever started a tool may have closed. */
#ifndef XDPTAP_PIN_CLI_STANDARD_FDS_H
#define XDPTAP_PIN_CLI_STANDARD_FDS_H

#include <stdbool.h>

/*
 * Puts /dev/null in the place of those that are closed, so that nothing that is
 * opened later takes their number. stdin can't be read and stdout can't be written
 * then, as before: EBADF; what goes to stderr is lost. Call before anything is
 * opened. Returns whether stdout was open.
 */
bool standard_fds_occupy(void);

#endif
