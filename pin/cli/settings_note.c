// SPDX-License-Identifier: BSD-2-Clause
/* Says what a tap captures; used by `xdptap-loader set` and by xdptap-reader. */
#include "pin/cli/diag.h"
#include "pin/cli/settings_note.h"

void settings_note(const char *ifname, const char *before, const struct in_force *f)
{
	diag_note("%s: %s%ssnaplen %u, sample %u, %s%s", ifname, before,
		  f->control.paused ? "paused, " : "", f->snaplen, f->sample,
		  f->filter ? "filter " : "no filter", f->filter ?: "");
}
