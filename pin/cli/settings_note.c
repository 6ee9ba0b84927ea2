// SPDX-License-Identifier: BSD-2-Clause
/* Says what a tap captures; used by `xdptap-loader set` and by xdptap-reader. */
#include "pin/cli/diag.h"
#include "pin/cli/settings_note.h"
#include "pin/verdicts.h"

void settings_note(const char *ifname, const char *before, const struct in_force *f)
{
	char actions[VERDICTS_ACTIONS_TEXT_MAX];

	diag_note("%s: %s%ssnaplen %u, sample %u, %s%s%s%s%s", ifname, before,
		  f->control.paused ? "paused, " : "", f->snaplen, f->sample,
		  f->actions ? "action " : "",
		  f->actions ? verdicts_actions_text(actions, f->actions) : "",
		  f->actions ? ", " : "", f->filter ? "filter " : "no filter", f->filter ?: "");
}
