// SPDX-License-Identifier: BSD-2-Clause
/*
 * What xdptap-reader prints of the fixtures: each frame through the XDP program
 * and its ring, the event as a line of text, and with its first bytes and -e -v as
 * one of JSON, compared with the committed lines in tests/fixtures/NAME.txt and
 * NAME.ndjson. Run by `make test-bpf`. With XDPTAP_UPDATE=1 in
 * the environment it writes these files instead: `make fixtures`; read the
 * difference, for what stands there is what a change did to the user.
 */
#include <stdlib.h>
#include <string.h>
#include <pcap/pcap.h>

#include "reader/packet_json.h"
#include "reader/packet_text.h"
#include "tests/bpf/captures.h"
#include "tests/bpf/check.h"

/* Of frames.tsv, which says of each frame what the standards say. */
struct row {
	char capture[32];
	unsigned int frame;
	int malformed;
	char what[96];
};

#define ROWS_MAX 1000

static struct row rows[ROWS_MAX];
static size_t n_rows;
static int update;

static void read_rows(void)
{
	FILE *in = fopen(FIXTURES_DIR "/frames.tsv", "r");
	char line[256];

	if (!in || !fgets(line, sizeof(line), in)) {
		printf("Bail out! cannot read " FIXTURES_DIR "/frames.tsv\n");
		exit(1);
	}
	while (n_rows < ROWS_MAX && fgets(line, sizeof(line), in)) {
		struct row *row = &rows[n_rows++];

		if (sscanf(line, "%31[^\t]\t%u\t%d\t%95[^\n]", row->capture, &row->frame,
			   &row->malformed, row->what) != 4) {
			printf("Bail out! frames.tsv: not understood: %s", line);
			exit(1);
		}
	}
	fclose(in);
}

#define SNAPLEN 64

/* A kind of lines. */
struct output {
	const char *suffix; /* of the file that they are in */
	char *(*put)(char *p, struct time_base *clock, const struct packet *packet);
};

static char *put_text(char *p, struct time_base *clock, const struct packet *packet)
{
	return packet_text_put(&(struct packet_text){ .clock = clock }, p, NULL, NULL, packet);
}

static char *put_json(char *p, struct time_base *clock, const struct packet *packet)
{
	const struct packet_json j = { .clock = clock, .link_level = true, .verbose = true };

	return packet_json_put(&j, p, "\"eth0\"", NULL, packet);
}

static const struct output text_output = { "txt", put_text };
static const struct output json_output = { "ndjson", put_json };

#define LINE_MAX_BYTES (JSON_LINE_MAX > PACKET_TEXT_LINE_MAX ? JSON_LINE_MAX : PACKET_TEXT_LINE_MAX)

/* The line of a frame, with the capture's time. */
static void print_frame(FILE *out, const struct output *output, const struct pcap_pkthdr *header,
			const unsigned char *data, const struct row *row)
{
	struct {
		struct packet_event event;
		unsigned char bytes[SNAPLEN];
	} record = { run((&(struct run_input){ .data = data, .len = header->caplen })), {} };
	struct packet packet = { .event = &record.event, .caplen = header->caplen };
	char line[LINE_MAX_BYTES];
	struct time_base clock;

	if (packet.caplen > SNAPLEN)
		packet.caplen = SNAPLEN;
	memcpy(record.bytes, data, packet.caplen);
	record.event.ts_ns =
		(__u64)header->ts.tv_sec * 1000000000 + (__u64)header->ts.tv_usec * 1000;
	time_init(&clock);
	clock.tai_offset_ns = 0;
	fwrite(line, 1, (size_t)(output->put(line, &clock, &packet) - line), out);
	if (!!(record.event.flags & EV(MALFORMED)) != row->malformed)
		_assert_true(0, row->what, __FILE__, __LINE__);
}

/* All lines of the capture whose first row is `row`. */
static char *print_capture(const struct output *output, const struct row *row)
{
	char err[PCAP_ERRBUF_SIZE], *text;
	pcap_t *pcap = capture_open(FIXTURES_DIR, row->capture, err);
	struct pcap_pkthdr *header;
	const unsigned char *data;
	unsigned int n = 0;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	if (!pcap)
		_assert_true(0, err, __FILE__, __LINE__);
	for (; pcap_next_ex(pcap, &header, &data) == 1; row++) {
		assert_int_equal(row->frame, ++n);
		print_frame(out, output, header, data, row);
	}
	pcap_close(pcap);
	fclose(out);
	return text;
}

static void compare(const char *lines, FILE *golden, const struct row *row)
{
	char want[LINE_MAX_BYTES + 1] = "", got[LINE_MAX_BYTES + 1];
	int wrong = 0;

	for (; *lines; lines += strlen(got), row++) {
		snprintf(got, sizeof(got), "%.*s", (int)strcspn(lines, "\n") + 1, lines);
		if (fgets(want, sizeof(want), golden) && !strcmp(want, got))
			continue;
		wrong++;
		print_error("# %s frame %u, %s:\n# expected %s# got      %s", row->capture,
			    row->frame, row->what, want, got);
	}
	assert_int_equal(wrong, 0);
	assert_null(fgets(want, sizeof(want), golden));
}

static void golden_lines(const struct output *output, const struct row *row)
{
	char *lines = print_capture(output, row), path[64];
	FILE *golden;

	snprintf(path, sizeof(path), FIXTURES_DIR "/%s.%s", row->capture, output->suffix);
	golden = fopen(path, update ? "w" : "r");
	if (!golden)
		_assert_true(0, path, __FILE__, __LINE__);
	if (update)
		fputs(lines, golden);
	else
		compare(lines, golden, row);
	assert_int_equal(fclose(golden), 0);
	free(lines);
}

static void golden_text(void **state)
{
	golden_lines(&text_output, *state);
}

static void golden_json(void **state)
{
	golden_lines(&json_output, *state);
}

int main(void)
{
	struct CMUnitTest tests[16];
	size_t n = 0;

	setenv("TZ", "UTC0", 1);
	update = getenv("XDPTAP_UPDATE") && *getenv("XDPTAP_UPDATE");
	read_rows();
	for (size_t i = 0; i < n_rows && n + 2 <= sizeof(tests) / sizeof(tests[0]); i++) {
		if (rows[i].frame != 1)
			continue;
		tests[n++] = (struct CMUnitTest){ .name = rows[i].capture,
						  .test_func = golden_text,
						  .initial_state = &rows[i] };
		tests[n++] = (struct CMUnitTest){ .name = rows[i].capture,
						  .test_func = golden_json,
						  .initial_state = &rows[i] };
	}

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	return _cmocka_run_group_tests("golden lines", tests, n, NULL, run_close);
}
