// SPDX-License-Identifier: BSD-2-Clause
/* Reads the table of what a parser must find in each captured frame; used by corpus_test.c. */
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "tests/bpf/expected.h"

/* "# NAME" starts a capture, then a line of these, then its frames. */
static const char columns[] = "frame\tlen\tcap\tl2\ttags\tip\tsrc\tdst\tttl\tchain\tl4\tfrag\t"
			      "sport\tdport\tflags\titype\ticode\twhy\n";

/* clang-format off */
enum column {
	FRAME, LEN, CAP, L2, TAGS, IP, SRC, DST, TTL, CHAIN, L4, FRAG,
	SPORT, DPORT, FLAGS, ITYPE, ICODE, WHY,
	COLUMNS,
};
/* clang-format on */

static void __attribute__((noreturn)) not_understood(const char *line)
{
	fprintf(stderr, "expected.tsv: not understood: %s\n", line);
	exit(1);
}

static int number(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (!*text)
		return -1;
	if (*end || n < 0)
		not_understood(text);
	return (int)n;
}

/* Comma-separated numbers, of which the first `max` are kept. Returns how many there are. */
static int numbers(char *text, int *to, int max)
{
	char *one;
	int n = 0;

	if (!*text)
		return 0;
	while ((one = strsep(&text, ","))) {
		if (n < max)
			to[n] = number(one);
		n++;
	}
	return n;
}

static void address(int ip, const char *text, __u8 to[16])
{
	if (inet_pton(ip == 4 ? AF_INET : AF_INET6, text, to) != 1)
		not_understood(text);
}

static enum expected_frag frag(const char *text)
{
	static const char *const words[] = {
		[FRAG_NONE] = "-",
		[FRAG_FIRST] = "first",
		[FRAG_LATER] = "later",
		[FRAG_ATOMIC] = "atomic",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(text, words[i]))
			return (enum expected_frag)i;
	not_understood(text);
}

static void parse(char *line, struct expected *e)
{
	char *field[COLUMNS], *rest = line;

	line[strcspn(line, "\n")] = 0;
	for (int i = 0; i < COLUMNS; i++) {
		field[i] = strsep(&rest, "\t");
		if (!field[i])
			not_understood("too few columns");
	}
	memset(e, 0, sizeof(*e));
	e->frame = (unsigned int)number(field[FRAME]);
	e->len = (unsigned int)number(field[LEN]);
	e->cap = (unsigned int)number(field[CAP]);
	e->runt = !strcmp(field[L2], "runt");
	e->llc = !strcmp(field[L2], "llc");
	e->tags = numbers(field[TAGS], e->vlan, EXPECTED_MAX_TAGS);
	e->ip = number(field[IP]);
	e->has_addresses = *field[SRC] && *field[DST];
	if (e->has_addresses) {
		address(e->ip, field[SRC], e->src);
		address(e->ip, field[DST], e->dst);
	}
	e->ttl = number(field[TTL]);
	e->chain_len = numbers(field[CHAIN], e->chain, EXPECTED_MAX_CHAIN);
	e->frag = frag(field[FRAG]);
	e->sport = number(field[SPORT]);
	e->dport = number(field[DPORT]);
	e->tcp_flags = number(field[FLAGS]);
	e->icmp_type = number(field[ITYPE]);
	e->icmp_code = number(field[ICODE]);
	snprintf(e->why, sizeof(e->why), "%s", field[WHY]);
}

int expected_next(FILE *table, struct expected *e)
{
	long start = ftell(table);
	char *line = NULL;
	size_t size = 0;
	int found;

	found = getline(&line, &size, table) > 0 && *line != '#';
	if (found)
		parse(line, e);
	else
		fseek(table, start, SEEK_SET);
	free(line);
	return found;
}

size_t expected_captures(FILE *table, struct expected_capture **captures)
{
	struct expected_capture *all = NULL, *c;
	struct expected e;
	char line[2048];
	size_t n = 0;

	while (fgets(line, sizeof(line), table)) {
		if (strncmp(line, "# ", 2))
			not_understood(line);
		all = realloc(all, (n + 1) * sizeof(*all));
		if (!all)
			not_understood("out of memory");
		c = &all[n++];
		if (sscanf(line, "# %127s", c->name) != 1)
			not_understood(line);
		if (!fgets(line, sizeof(line), table) || strcmp(line, columns))
			not_understood(line);
		c->offset = ftell(table);
		c->frames = 0;
		while (expected_next(table, &e))
			c->frames++;
	}
	*captures = all;
	return n;
}
