// SPDX-License-Identifier: BSD-2-Clause
/*
 * Writes pcapng files of the fixtures, and of others' captures where they are,
 * for tools.bats, and on stdout what the tools must say of them.
 *
 * Usage: write DIRECTORY [IFNAME]		the first one's speed is this one's
 *
 *	packets.pcapng	the frames, of two interfaces in turn, cut at SNAPLEN
 *	synth.pcapng	the headers that synth.c makes of the events of those that
 *			are well-formed
 *	padded.pcapng	the same with zeros up to the length of the frame
 *	malformed.pcapng as synth.pcapng, of the others
 *	verdicts.pcapng	the first frames, with a verdict each
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h> /* before linux/in.h, which then leaves out what it has */

#include "reader/host.h"
#include "reader/pcapng.h"
#include "tests/bpf/captures.h"
#include "tests/unit/synth_diff.h"

#define SNAPLEN 96

/* 2023-11-14 22:13:20.123456789 UTC, and a microsecond a packet. */
#define START_NS INT64_C(1700000000123456789)

static const struct captured_frame *frames;
static size_t n_frames;
static uint64_t speed = 10000000000;

static void must(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(1);
	}
}

static void write_block(FILE *file, const char *block, const char *end)
{
	size_t bytes = (size_t)(end - block);

	must(fwrite(block, 1, bytes, file) == bytes, "write");
}

static void write_interface(FILE *file, const struct pcapng_interface *interface)
{
	char *block = malloc(pcapng_interface_room(interface));

	must(block != NULL, "malloc");
	write_block(file, block, pcapng_put_interface(block, interface));
	free(block);
}

static FILE *start_file(const char *dir, const char *name, uint32_t snaplen)
{
	struct host host;
	struct pcapng_section section = { host.hardware, host.os, host.application };
	char path[4096], *block;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	must(file != NULL, path);
	host_describe(&host);
	block = malloc(pcapng_section_room(&section));
	must(block != NULL, "malloc");
	write_block(file, block, pcapng_put_section(block, &section));
	free(block);
	write_interface(file, &(struct pcapng_interface){ .name = "eth0",
							  .description = "the first",
							  .os = host.os,
							  .speed = speed,
							  .snaplen = snaplen });
	write_interface(file, &(struct pcapng_interface){ .name = "w\xff", .snaplen = snaplen });
	return file;
}

static void write_packet(FILE *file, const struct pcapng_packet *packet)
{
	char *block = malloc(pcapng_packet_room(packet));

	must(block != NULL, "malloc");
	write_block(file, block, pcapng_put_packet(block, packet));
	free(block);
}

/* One of each interface. */
static void end_file(FILE *file, const uint64_t delivered[2])
{
	char block[PCAPNG_STATISTICS_ROOM];

	for (uint32_t i = 0; i < 2; i++)
		write_block(file, block,
			    pcapng_put_statistics(block, &(struct pcapng_statistics){
								 .start_ns = START_NS,
								 .end_ns = START_NS + 1000000000,
								 .received = delivered[i] + 7,
								 .dropped = 7,
								 .delivered = delivered[i],
								 .interface = i }));
	must(fclose(file) == 0, "close");
}

static void write_packets(const char *dir)
{
	FILE *file = start_file(dir, "packets.pcapng", SNAPLEN);
	uint64_t delivered[2] = {};

	for (size_t i = 0; i < n_frames; i++) {
		uint32_t len = frames[i].len;

		delivered[i % 2]++;
		write_packet(file,
			     &(struct pcapng_packet){ .bytes = frames[i].data,
						      .comment = i == 2 ? "the third packet" : NULL,
						      .wall_ns = START_NS + (int64_t)i * 1000,
						      .interface = i % 2,
						      .caplen = len < SNAPLEN ? len : SNAPLEN,
						      .len = len });
	}
	end_file(file, delivered);
	printf("%zu %zu", (size_t)delivered[0], (size_t)delivered[1]);
}

static void write_synthesized(const char *dir, const char *name, int malformed, int padded)
{
	FILE *file = start_file(dir, name, padded ? XDPTAP_SNAPLEN_MAX : SYNTH_MAX);
	uint64_t delivered[2] = {};

	for (size_t i = 0; i < n_frames; i++) {
		frame_t frame = { .data = frames[i].data, .len = frames[i].len };
		struct packet_event ev = {};
		uint32_t bytes;
		uint8_t *made;

		parse_frame(&frame, frame.len, &ev);
		if (!!(ev.flags & XDPTAP_EV_MALFORMED) != malformed)
			continue;
		made = synth_padded(&ev, &bytes);
		write_packet(file, &(struct pcapng_packet){ .bytes = made,
							    .comment = synth_comment(&ev),
							    .wall_ns = START_NS + (int64_t)i * 1000,
							    .caplen = padded ? ev.len : bytes,
							    .len = ev.len });
		free(made);
		delivered[0]++;
	}
	end_file(file, delivered);
	printf(" %zu", (size_t)delivered[0]);
}

static void write_verdicts(const char *dir)
{
	static const char *const fates[] = { "ABORTED by fw", "DROP by fw",     "PASS",
					     "TX by fw",      "REDIRECT by fw", "OTHER" };
	FILE *file = start_file(dir, "verdicts.pcapng", SNAPLEN);

	for (size_t i = 0; i < sizeof(fates) / sizeof(fates[0]); i++)
		write_packet(file, &(struct pcapng_packet){ .bytes = frames[i].data,
							    .fate = fates[i],
							    .verdict = i,
							    .wall_ns = START_NS + (int64_t)i * 1000,
							    .caplen = 14,
							    .len = frames[i].len });
	end_file(file, (const uint64_t[2]){ sizeof(fates) / sizeof(fates[0]) });
}

int main(int argc, char **argv)
{
	if (argc != 2 && argc != 3) {
		fputs("usage: write DIRECTORY [IFNAME]\n", stderr);
		return 2;
	}
	if (argc == 3)
		speed = host_link_speed(argv[2]);
	n_frames = captures_load(&frames);
	write_packets(argv[1]);
	write_synthesized(argv[1], "synth.pcapng", 0, 0);
	write_synthesized(argv[1], "padded.pcapng", 0, 1);
	write_synthesized(argv[1], "malformed.pcapng", 1, 0);
	write_verdicts(argv[1]);
	putchar('\n');
	return 0;
}
