// SPDX-License-Identifier: BSD-2-Clause
/* What pcapng.c writes, read back by libpcap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <pcap/pcap.h>

#include "reader/pcapng.h"

enum { PACKETS = 20000, SNAPLEN = 2000 };

/* xorshift64: the same numbers in each run. */
static uint64_t random_state = 88172645463325252u;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

struct sample {
	uint8_t bytes[SNAPLEN];
	struct pcapng_packet packet;
};

/* Any time from the epoch to 2106, on which a 32-bit time_t and libpcap agree. */
static void make_sample(struct sample *s)
{
	uint32_t len = (uint32_t)(next_random() % (2 * SNAPLEN));

	for (size_t i = 0; i < sizeof(s->bytes); i++)
		s->bytes[i] = (uint8_t)next_random();
	s->packet = (struct pcapng_packet){
		.bytes = s->bytes,
		.comment = next_random() % 4 ? NULL : "a comment",
		.fate = next_random() % 4 ? NULL : "DROP by fw",
		.verdict = next_random(),
		.wall_ns = (int64_t)(next_random() % (UINT64_C(1000000000) << 32)),
		.interface = (uint32_t)(next_random() % 2),
		.caplen = len < SNAPLEN ? len : SNAPLEN,
		.len = len,
	};
}

static void write_block(FILE *file, const char *block, const char *end)
{
	assert_int_equal(fwrite(block, 1, (size_t)(end - block), file), end - block);
}

/* A section and two interfaces. */
static FILE *start_file(uint32_t snaplen, uint32_t second_snaplen)
{
	struct pcapng_section section = { "a machine", "an OS", "a program" };
	struct pcapng_interface interface = { .name = "eth0", .speed = 1000, .snaplen = snaplen };
	FILE *file = tmpfile();
	char block[1024];

	assert_non_null(file);
	assert_in_range(pcapng_section_room(&section), 1, sizeof(block));
	assert_in_range(pcapng_interface_room(&interface), 1, sizeof(block));
	write_block(file, block, pcapng_put_section(block, &section));
	write_block(file, block, pcapng_put_interface(block, &interface));
	interface.name = "w\xffl";
	interface.snaplen = second_snaplen;
	write_block(file, block, pcapng_put_interface(block, &interface));
	return file;
}

static void write_sample(FILE *file, const struct sample *s)
{
	char *block = malloc(pcapng_packet_room(&s->packet));

	assert_non_null(block);
	write_block(file, block, pcapng_put_packet(block, &s->packet));
	free(block);
}

/* Closes with `file`. */
static pcap_t *open_file(FILE *file)
{
	char err[PCAP_ERRBUF_SIZE];
	pcap_t *pcap;

	rewind(file);
	pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, err);
	if (!pcap)
		fail_msg("%s", err);
	return pcap;
}

static void assert_read(pcap_t *pcap, const struct pcapng_packet *want)
{
	const unsigned char *data;
	struct pcap_pkthdr *got;

	if (pcap_next_ex(pcap, &got, &data) != 1)
		fail_msg("%s", pcap_geterr(pcap));
	assert_int_equal(got->ts.tv_sec, want->wall_ns / 1000000000);
	assert_int_equal(got->ts.tv_usec, want->wall_ns % 1000000000);
	assert_int_equal(got->caplen, want->caplen);
	assert_int_equal(got->len, want->len);
	assert_memory_equal(data, want->bytes, want->caplen);
}

static void packets(void **state)
{
	const uint64_t start = random_state;
	FILE *file = start_file(SNAPLEN, SNAPLEN);
	char block[PCAPNG_STATISTICS_ROOM];
	struct pcap_pkthdr *header;
	const unsigned char *data;
	static struct sample s;
	pcap_t *pcap;

	(void)state;
	for (int i = 0; i < PACKETS; i++) {
		make_sample(&s);
		write_sample(file, &s);
	}
	for (uint32_t i = 0; i < 2; i++)
		write_block(file, block,
			    pcapng_put_statistics(block,
						  &(struct pcapng_statistics){ .interface = i }));

	pcap = open_file(file);
	assert_int_equal(pcap_datalink(pcap), DLT_EN10MB);
	assert_int_equal(pcap_snapshot(pcap), SNAPLEN);
	random_state = start;
	for (int i = 0; i < PACKETS; i++) {
		make_sample(&s);
		assert_read(pcap, &s.packet);
	}
	assert_int_equal(pcap_next_ex(pcap, &header, &data), PCAP_ERROR_BREAK);
	pcap_close(pcap);
}

/* What pcapng.h says of libpcap. */
static void one_snaplen(void **state)
{
	FILE *file = start_file(SNAPLEN, SNAPLEN + 1);
	struct pcap_pkthdr *header;
	const unsigned char *data;
	static struct sample s;
	pcap_t *pcap;

	(void)state;
	make_sample(&s);
	write_sample(file, &s);
	pcap = open_file(file);
	assert_int_equal(pcap_next_ex(pcap, &header, &data), PCAP_ERROR);
	assert_non_null(strstr(pcap_geterr(pcap), "snapshot length"));
	pcap_close(pcap);
}

static void no_packet_beyond_snaplen(void **state)
{
	FILE *file = start_file(64, 64);
	struct pcap_pkthdr *header;
	const unsigned char *data;
	static struct sample s;
	pcap_t *pcap;

	(void)state;
	s.packet = (struct pcapng_packet){ .bytes = s.bytes, .caplen = 65, .len = 65 };
	write_sample(file, &s);
	pcap = open_file(file);
	assert_int_equal(pcap_next_ex(pcap, &header, &data), PCAP_ERROR);
	pcap_close(pcap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets),
		cmocka_unit_test(one_snaplen),
		cmocka_unit_test(no_packet_beyond_snaplen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
