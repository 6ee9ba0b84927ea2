// SPDX-License-Identifier: BSD-2-Clause
/*
 * Writes the frames of the fixtures, and of others' captures where they are, as
 * files of raw bytes: what the fuzzers start from. Run by tests/fuzz/run.
 *
 * Usage: seeds DIRECTORY LONGEST
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/bpf/captures.h"

static int write_seed(const char *dir, size_t i, const struct captured_frame *frame)
{
	char path[4096];
	FILE *out;
	int err;

	snprintf(path, sizeof(path), "%s/%05zu", dir, i);
	out = fopen(path, "w");
	if (!out)
		return -1;
	err = fwrite(frame->data, 1, frame->len, out) != frame->len;
	return fclose(out) || err ? -1 : 0;
}

int main(int argc, char **argv)
{
	const struct captured_frame *frames;
	unsigned long longest;
	size_t n;

	if (argc != 3) {
		fputs("usage: seeds DIRECTORY LONGEST\n", stderr);
		return 2;
	}
	longest = strtoul(argv[2], NULL, 10);
	n = captures_load(&frames);
	for (size_t i = 0; i < n; i++) {
		if (frames[i].len > longest)
			continue;
		if (write_seed(argv[1], i, &frames[i])) {
			perror(argv[1]);
			return 1;
		}
	}
	return 0;
}
