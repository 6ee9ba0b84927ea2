// SPDX-License-Identifier: BSD-2-Clause
/* Reads the expressions of tests/filter/expressions.txt, which says what its lines are. */
#include <stdlib.h>

#include "pin/cli/expression.h"
#include "tests/bpf/expressions.h"

FILE *expressions_open(void)
{
	return fopen("tests/filter/expressions.txt", "r");
}

const char *expressions_next(FILE *from, bool *optimize)
{
	static char *line;
	static size_t room;
	struct reason why;
	ssize_t len;

	while ((len = getline(&line, &room, from)) > 0) {
		struct sock_filter *classic;
		size_t n;

		line[len - 1] = '\0';
		if (!*line || *line == '#')
			continue;
		*optimize = *line != '-';
		if (*line != '?')
			return line + !*optimize;
		if (expression_compile(line + 1, true, &classic, &n, &why))
			continue;
		free(classic);
		return line + 1;
	}
	return NULL;
}
