// SPDX-License-Identifier: BSD-2-Clause
/* Describes a tap for pcapng files; used by format.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "pin/verdicts.h"
#include "reader/description.h"

void description_place(char out[DESCRIPTION_MAX], const struct tap *tap)
{
	const char *mode = tap_mode_name(tap->meta.mode);

	if (tap->meta.at_exit)
		snprintf(out, DESCRIPTION_MAX,
			 "received frames, at XDP in %s mode, at the exit of programs", mode);
	else
		snprintf(out, DESCRIPTION_MAX, "received frames, at XDP in %s mode%s%s", mode,
			 tap->meta.trace ? ", at the entry of " : "", tap->in_force.traced_name);
}

int description_settings(const struct in_force *settings, bool reader_filters, char **comment)
{
	char actions[VERDICTS_ACTIONS_TEXT_MAX], *text = NULL;
	const char *between = "";
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return -ENOMEM;
	if (settings->sample > 1) {
		fprintf(out, "one in %u of the frames that match was written", settings->sample);
		between = "; ";
	}
	if (settings->actions && settings->actions != VERDICTS_ALL_ACTIONS) {
		fprintf(out, "%sactions of the tap: %s", between,
			verdicts_actions_text(actions, settings->actions));
		between = "; ";
	}
	if (reader_filters && settings->filter)
		fprintf(out, "%sfilter of the tap: %s", between, settings->filter);
	if (fclose(out)) {
		free(text);
		return -ENOMEM;
	}
	*comment = size ? text : NULL;
	if (!size)
		free(text);
	return 0;
}
