// SPDX-License-Identifier: BSD-2-Clause
/*
 * What follows the events in a pinned ring, for snaplen.bats: takes all that
 * waits there, and prints a line for each record: the length of the whole frame,
 * and the bytes of it that were captured, in hex.
 *
 * Usage: ring_bytes PIN
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/abi.h"

static int print(void *ctx, void *data, size_t size)
{
	const struct packet_event *ev = data;
	const unsigned char *bytes = (const unsigned char *)(ev + 1);

	(void)ctx;
	if (size < sizeof(*ev))
		return -EPROTO;
	printf("%u ", ev->len);
	for (size_t i = 0; i < size - sizeof(*ev); i++)
		printf("%02x", bytes[i]);
	putchar('\n');
	return 0;
}

int main(int argc, char **argv)
{
	int fd = argc == 2 ? bpf_obj_get(argv[1]) : -1;
	struct ring_buffer *ring = fd < 0 ? NULL : ring_buffer__new(fd, print, NULL, NULL);

	if (!ring || ring_buffer__consume(ring) < 0) {
		fprintf(stderr, "ring_bytes: %s\n", strerror(errno));
		return 1;
	}
	return fflush(stdout) ? 1 : 0;
}
