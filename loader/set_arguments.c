// SPDX-License-Identifier: BSD-2-Clause
/* Parses the arguments of `xdptap-loader set`; used by set.c. */
#include <stdint.h>
#include <string.h>

#include "loader/set_arguments.h"
#include "loader/settings_arguments.h"
#include "pin/cli/arguments.h"
#include "pin/cli/diag.h"
#include "pin/cli/options.h"

int set_arguments_parse(int argc, char **argv, struct set_request *rq)
{
	struct capture_settings s = { .sample = 0, .snaplen = UINT32_MAX };
	int status = EXIT_OK;
	const char *word;

	*rq = (struct set_request){ .snaplen = -1, .paused = -1 };
	if (!argc) {
		diag_error("nothing to set is named");
		diag_hint("use one of: " SETTINGS_WORDS
			  " nofilter pause resume trace prog verdicts");
		return EXIT_USAGE;
	}
	while (argc && status == EXIT_OK) {
		word = arguments_once(&argc, &argv);
		if (!word)
			status = EXIT_USAGE;
		else if (!strcmp(word, "nofilter") && !s.filter)
			s.filter = "";
		else if (!strcmp(word, "trace"))
			rq->trace = true;
		else if (!strcmp(word, "verdicts"))
			rq->verdicts = true;
		else if ((!strcmp(word, "pause") || !strcmp(word, "resume")) && rq->paused < 0)
			rq->paused = !strcmp(word, "pause");
		else if (!strcmp(word, "nofilter") || !strcmp(word, "pause") ||
			 !strcmp(word, "resume") || (!strcmp(word, "filter") && s.filter)) {
			diag_error("'%s' contradicts what was said before", word);
			status = EXIT_USAGE;
		} else if (!settings_arguments_know(word) && strcmp(word, "prog")) {
			status = settings_arguments_refuse(
				word, SETTINGS_WORDS " nofilter pause resume trace prog verdicts",
				&s);
		} else if (!argc) {
			diag_error("'%s' needs a value", word);
			status = EXIT_USAGE;
		} else {
			if (!strcmp(word, "prog"))
				rq->trace_wanted = *argv;
			else
				status = settings_arguments_take(word, *argv, &s);
			argv++;
			argc--;
		}
	}
	if (status == EXIT_OK && rq->trace_wanted && !rq->trace) {
		diag_error("'prog' needs 'trace'");
		status = EXIT_USAGE;
	}
	if (s.snaplen != UINT32_MAX)
		rq->snaplen = s.snaplen;
	rq->sample = s.sample;
	rq->settings = s;
	return status;
}
