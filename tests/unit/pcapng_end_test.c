// SPDX-License-Identifier: BSD-2-Clause
/* pcapng_end.c: a file cut at each byte is continued after its last whole block. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "reader/pcapng.h"
#include "reader/pcapng_end.h"

#define PACKET_BYTES 70000 /* more than is read at once */

static int fd_with(const void *bytes, size_t size)
{
	int fd = memfd_create("capture", 0);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	return fd;
}

/* Two sections, an interface in each, small packets and a large one. Returns the end. */
static char *put_file(char *p, size_t ends[8])
{
	static const uint8_t payload[PACKET_BYTES];
	const struct pcapng_section section = { .application = "test" };
	const struct pcapng_interface interface = { .name = "eth0" };
	struct pcapng_packet packet = { .bytes = payload, .caplen = 1, .len = 1 };
	char *start = p;

	for (size_t i = 0; i < 8; i += 4) {
		ends[i] = (size_t)((p = pcapng_put_section(p, &section)) - start);
		ends[i + 1] = (size_t)((p = pcapng_put_interface(p, &interface)) - start);
		ends[i + 2] = (size_t)((p = pcapng_put_packet(p, &packet)) - start);
		packet.caplen = packet.len = PACKET_BYTES;
		ends[i + 3] = (size_t)((p = pcapng_put_packet(p, &packet)) - start);
	}
	return p;
}

static void cut_anywhere(void **state)
{
	static char file[4 * PACKET_BYTES];
	size_t ends[8], size = (size_t)(put_file(file, ends) - file), want = 0, step;
	off_t end;
	int fd;

	(void)state;
	for (size_t cut = 0; cut <= size; cut += step) {
		for (size_t i = 0; i < 8 && ends[i] <= cut; i++)
			want = ends[i];
		fd = fd_with(file, cut);
		assert_int_equal(pcapng_end(fd, &end), want ? 0 : -EINVAL);
		assert_int_equal(end, want);
		close(fd);
		/* Not each byte of the large packets, but those at their ends. */
		step = cut > want + 100 && cut + 1000 < want + PACKET_BYTES ? 997 : 1;
	}
}

static void other_files(void **state)
{
	static const char reversed[28] = "\n\r\r\n\0\0\0\x1c\x1a\x2b\x3c\x4d";
	static const char pcap[24] = "\xd4\xc3\xb2\xa1";
	static char file[4 * PACKET_BYTES];
	size_t ends[8];
	off_t end;
	int fds[] = { fd_with("precious\n", 9), fd_with(reversed, sizeof(reversed)),
		      fd_with(pcap, sizeof(pcap)), fd_with("", 0) };

	(void)state;
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		assert_int_equal(pcapng_end(fds[i], &end), -EINVAL);
		close(fds[i]);
	}
	/* A block that does not end with its length again. */
	put_file(file, ends);
	file[ends[2] - 1] ^= 1;
	fds[0] = fd_with(file, ends[7]);
	assert_int_equal(pcapng_end(fds[0], &end), 0);
	assert_int_equal(end, ends[1]);
	close(fds[0]);
	assert_int_equal(pcapng_end(-1, &end), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(other_files),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
