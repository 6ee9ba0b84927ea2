// SPDX-License-Identifier: BSD-2-Clause
/* Captured packets of others; used by corpus_test.c and mutate.c. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <pcap/pcap.h>

#include "tests/bpf/captures.h"

#define DEFAULT_DIR "../shared/packets"

const char *captures_dir(void)
{
	const char *dir = getenv("XDPTAP_PACKETS");
	char path[PATH_MAX];

	if (!dir || !*dir)
		dir = DEFAULT_DIR;
	snprintf(path, sizeof(path), "%s/expected.tsv", dir);
	return access(path, R_OK) ? NULL : dir;
}

struct pcap *capture_open(const char *name, char *err)
{
	const char *const suffixes[] = { "pcap", "pcapng" };
	char path[PATH_MAX];

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/captures/%s.%s", captures_dir(), name,
			 suffixes[i]);
		if (!access(path, R_OK))
			return pcap_open_offline(path, err);
	}
	snprintf(err, PCAP_ERRBUF_SIZE, "there is no capture of that name");
	return NULL;
}

static void *check_memory(void *p)
{
	if (!p) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	return p;
}

static size_t load_file(const char *path, struct captured_frame **frames, size_t n)
{
	char err[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const unsigned char *data;
	unsigned char *copy;
	pcap_t *pcap = pcap_open_offline(path, err);

	if (!pcap) {
		fprintf(stderr, "%s: %s\n", path, err);
		exit(1);
	}
	while (pcap_next_ex(pcap, &header, &data) == 1) {
		*frames = check_memory(realloc(*frames, (n + 1) * sizeof(**frames)));
		copy = check_memory(malloc(header->caplen + 1));
		memcpy(copy, data, header->caplen);
		(*frames)[n].data = copy;
		(*frames)[n].len = header->caplen;
		n++;
	}
	pcap_close(pcap);
	return n;
}

static int is_capture(const struct dirent *entry)
{
	return strstr(entry->d_name, ".pcap") != NULL;
}

size_t captures_load(const struct captured_frame **frames)
{
	static struct captured_frame *loaded; /* what points to it is never lost */
	struct dirent **names;
	char path[PATH_MAX];
	size_t n = 0;
	int files;

	*frames = NULL;
	if (!captures_dir())
		return 0;
	snprintf(path, sizeof(path), "%s/captures", captures_dir());
	files = scandir(path, &names, is_capture, alphasort);
	if (files < 0)
		return 0;
	for (int i = 0; i < files; i++) {
		snprintf(path, sizeof(path), "%s/captures/%s", captures_dir(), names[i]->d_name);
		n = load_file(path, &loaded, n);
		free(names[i]);
	}
	free(names);
	*frames = loaded;
	return n;
}
