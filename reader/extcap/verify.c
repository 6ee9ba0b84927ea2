// SPDX-License-Identifier: BSD-2-Clause
/*
 * The answer to --extcap-capture-filter without --capture; used by main.c. The loader judges the
 * expression, which the kernel has to run, as for a tap that is made.
 */
#include <stdio.h>
#include <string.h>

#include "pin/cli/diag.h"
#include "reader/extcap/child.h"
#include "reader/extcap/verify.h"

int verify_filter(const struct request *r)
{
	const char *const argv[] = { "xdptap-loader", "--", "filter", "check", r->filter, NULL };
	struct child c = CHILD_NONE;
	char line[1024];
	int status = child_run(&c, argv);

	if (status < 0)
		diag_error("can't start xdptap-loader: %s", strerror(-status));
	else if (status)
		puts(child_first_line(&c, line, sizeof(line)));
	child_close(&c);
	return status < 0 ? EXIT_FAILED : EXIT_OK;
}
