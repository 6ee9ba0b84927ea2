// SPDX-License-Identifier: BSD-2-Clause
/* Fixtures and captured packets of others; used by the tests that run many frames. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <pcap/pcap.h>

#include "tests/bpf/captures.h"

const char *captures_dir(void)
{
	const char *dir = getenv("XDPTAP_PACKETS");

	return dir && *dir ? dir : NULL;
}

struct pcap *capture_open(const char *dir, const char *name, char *err)
{
	const char *const suffixes[] = { "pcap", "pcapng" };
	char path[PATH_MAX];

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/captures/%s.%s", dir, name, suffixes[i]);
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

static size_t load_dir(const char *dir, struct captured_frame **frames, size_t n)
{
	struct dirent **names;
	char path[PATH_MAX];
	int files;

	snprintf(path, sizeof(path), "%s/captures", dir);
	files = scandir(path, &names, is_capture, alphasort);
	if (files < 0) {
		perror(path);
		exit(1);
	}
	for (int i = 0; i < files; i++) {
		snprintf(path, sizeof(path), "%s/captures/%s", dir, names[i]->d_name);
		n = load_file(path, frames, n);
		free(names[i]);
	}
	free(names);
	return n;
}

size_t captures_load(const struct captured_frame **frames)
{
	static struct captured_frame *loaded; /* what points to it is never lost */
	size_t n = load_dir(FIXTURES_DIR, &loaded, 0);

	if (captures_dir())
		n = load_dir(captures_dir(), &loaded, n);
	*frames = loaded;
	return n;
}
