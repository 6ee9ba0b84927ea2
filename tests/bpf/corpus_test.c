// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs whole captures through the XDP program and compares each field with what is in them; one
 * test per capture. For the project's fixtures the standards say what that is; for the captures
 * of others, which XDPTAP_PACKETS names, another dissector does. Run by `make test-bpf`.
 */
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <pcap/pcap.h>

#include "tests/bpf/captures.h"
#include "tests/bpf/check.h"
#include "tests/bpf/corpus_table.h"
#include "tests/bpf/event_diff.h"
#include "tests/bpf/expected.h"
#include "tests/bpf/experts.h"

/* Extension headers that the program walks. */
#define MAX_EXT 8

/* Longer frames are cut to this. */
#define LONGEST 70000

/* A directory of captures. */
static struct set {
	const char *name;
	const char *dir; /* NULL: there is none */
	FILE *expectations;
	struct expected_capture *captures;
	size_t n;
	bool *malformed; /* as tshark says, of each frame of all captures */
	struct corpus_line table[CORPUS_ROWS];
} sets[] = {
	{ .name = "fixtures", .dir = FIXTURES_DIR },
	{ .name = "captures" },
};

#define N_SETS (sizeof(sets) / sizeof(sets[0]))

/* What is compared, how many of its fields differ, and where to say so. */
struct comparison {
	const char *capture;
	const struct expected *e;
	FILE *faults;
	int wrong;
};

static void differs(struct comparison *c, const char *field, const char *want, const char *got)
{
	const struct expected *e = c->e;

	c->wrong++;
	if (*e->why)
		print_message("# %s frame %u, tolerated for %s: %s: expected %s, got %s\n",
			      c->capture, e->frame, e->why, field, want, got);
	else
		fprintf(c->faults, "%s frame %u: %s: expected %s, got %s\n", c->capture, e->frame,
			field, want, got);
}

static void compare(struct comparison *c, const char *field, long want, long got)
{
	char w[32], g[32];

	snprintf(w, sizeof(w), "%ld", want);
	snprintf(g, sizeof(g), "%ld", got);
	if (want != got)
		differs(c, field, w, g);
}

static void compare_address(struct comparison *c, const char *field, const __u8 want[16],
			    const __u8 got[16])
{
	char w[64], g[64];

	event_field_print(w, want, 16);
	event_field_print(g, got, 16);
	if (strcmp(w, g))
		differs(c, field, w, g);
}

/* Fields that are filled: equal; that are empty: not in the event either, if we can be sure. */
static void compare_optional(struct comparison *c, const char *field, int want, int has, long got)
{
	if (want >= 0)
		compare(c, field, want, has ? got : -1);
	else if (!*c->e->why)
		compare(c, field, -1, has ? got : -1);
}

static void compare_ip(struct comparison *c, const struct packet_event *ev)
{
	const struct expected *e = c->e;
	int chain = e->chain_len - 1 < MAX_EXT ? e->chain_len - 1 : MAX_EXT;
	int walked = chain == e->chain_len - 1; /* else what follows is not ours to find */

	compare_address(c, "source address", e->src, ev->src);
	compare_address(c, "destination address", e->dst, ev->dst);
	if (e->ttl >= 0)
		compare(c, "low TTL", e->ttl < XDPTAP_LOW_TTL, !!(ev->flags & EV(LOW_TTL)));
	if (e->chain_len)
		compare(c, "protocol", e->chain[chain], ev->proto);
	compare(c, "fragment", e->frag == FRAG_FIRST || e->frag == FRAG_LATER,
		!!(ev->flags & EV(FRAG)));
	compare(c, "later fragment", e->frag == FRAG_LATER, !!(ev->flags & EV(LATER)));

	compare_optional(c, "source port", walked ? e->sport : -1, ev->flags & EV(PORTS),
			 ev->sport);
	compare_optional(c, "destination port", walked ? e->dport : -1, ev->flags & EV(PORTS),
			 ev->dport);
	/* Nine flags, and three bits that are reserved. */
	compare_optional(c, "TCP flags", walked && e->tcp_flags >= 0 ? e->tcp_flags & 0x1ff : -1,
			 ev->flags & EV(TCP_FLAGS),
			 ev->tcp_flags | (ev->flags & EV(AE) ? 0x100 : 0));
	compare_optional(c, "ICMP type", walked ? e->icmp_type : -1, ev->flags & EV(ICMP),
			 ev->icmp_type);
	compare_optional(c, "ICMP code", walked ? e->icmp_code : -1, ev->flags & EV(ICMP),
			 ev->icmp_code);
}

static void compare_frame(struct comparison *c, const struct packet_event *ev, __u32 len)
{
	const struct expected *e = c->e;
	int version = ev->eth_type == ETH_P_IP ? 4 : 6;
	int walked = e->tags <= XDPTAP_MAX_VLAN_TAGS; /* else what follows is not ours to find */
	int ip = walked && e->has_addresses;

	compare(c, "length", len, ev->len);
	compare(c, "802.3 length", walked && e->llc, ev->eth_type < ETH_P_802_3_MIN);
	compare(c, "VLAN tags", walked ? e->tags : XDPTAP_MAX_VLAN_TAGS,
		XDPTAP_VLAN_DEPTH(ev->vlan));
	compare(c, "VLAN ID", e->tags ? e->vlan[0] : 0, XDPTAP_VLAN_ID(ev->vlan));
	compare(c, "any VLAN tag", !!e->tags, !!(ev->flags & EV(VLAN)));
	/* The flag says that the addresses are certain. */
	compare(c, "IP version", ip ? e->ip : 0, ev->flags & EV(IP) ? version : 0);
	if (ip && ev->flags & EV(IP))
		compare_ip(c, ev);
}

/* Frames that tshark does not judge as the standards do. */
static const struct other_view {
	const char *capture;
	unsigned int frame;
	const char *why;
} other_views[] = {
	{ "ipv4", 20, "tshark dissects no UDP of 0 bytes" },
	{ "ipv4", 29, "tshark dissects no TCP of 8 bytes in a fragment" },
	{ "ipv6", 8, "tshark accepts a payload length of 0 for TCP alone" },
	{ "ipv6", 31, "tshark dissects no TCP of 0 bytes" },
	{ "layer4", 19, "tshark accepts a UDP length of 0 in jumbograms alone" },
	{ "layer4", 21, "tshark accepts a UDP length of 0 in jumbograms alone" },
};

static const struct other_view *other_view(const struct comparison *c)
{
	for (size_t i = 0; i < sizeof(other_views) / sizeof(other_views[0]); i++)
		if (other_views[i].frame == c->e->frame &&
		    !strcmp(other_views[i].capture, c->capture))
			return &other_views[i];
	return NULL;
}

/*
 * Of a cut capture the program sees the end of the frame where tshark knows of more, so that only
 * what tshark calls malformed has to be.
 */
static void compare_malformed(struct comparison *c, const struct packet_event *ev, bool tshark)
{
	const struct other_view *view = other_view(c);
	bool malformed = ev->flags & EV(MALFORMED);

	if (view) {
		compare(c, view->why, !tshark, malformed);
		print_message("# %s frame %u: %s\n", c->capture, c->e->frame, view->why);
	} else if (tshark || (c->e->cap == c->e->len && c->e->cap == ev->len)) {
		compare(c, "malformed", tshark, malformed);
	}
}

/* The set that a capture is of. */
static struct set *set_of(const struct expected_capture *capture)
{
	struct set *set = sets;

	while (capture < set->captures || capture >= set->captures + set->n)
		set++;
	return set;
}

static void capture(void **state)
{
	const struct expected_capture *capture = *state;
	struct set *set = set_of(capture);
	char err[PCAP_ERRBUF_SIZE] = "", *text;
	struct pcap_pkthdr *header;
	const unsigned char *data;
	struct packet_event ev;
	struct expected e;
	size_t size;
	pcap_t *pcap;
	FILE *faults = open_memstream(&text, &size);
	const bool *malformed = set->malformed;

	assert_non_null(faults);
	for (const struct expected_capture *before = set->captures; before < capture; before++)
		malformed += before->frames;
	pcap = capture_open(set->dir, capture->name, err);
	if (!pcap)
		_assert_true(0, err, __FILE__, __LINE__);
	assert_int_equal(fseek(set->expectations, capture->offset, SEEK_SET), 0);
	while (expected_next(set->expectations, &e)) {
		struct comparison c = { capture->name, &e, faults, 0 };

		assert_int_equal(pcap_next_ex(pcap, &header, &data), 1);
		assert_int_equal(header->caplen, e.cap);
		if (header->caplen < RUN_MIN) {
			corpus_count(set->table, &e, 1, 0);
			continue;
		}
		if (header->caplen > LONGEST)
			header->caplen = LONGEST;
		ev = run((&(struct run_input){ .data = data, .len = header->caplen }));
		compare_frame(&c, &ev, header->caplen);
		compare_malformed(&c, &ev, malformed[e.frame - 1]);
		corpus_count(set->table, &e, 0, c.wrong);
	}
	assert_int_equal(pcap_next_ex(pcap, &header, &data), PCAP_ERROR_BREAK);
	pcap_close(pcap);
	fclose(faults);
	_assert_true(!size, text, __FILE__, __LINE__);
	free(text);
}

/* The program walks 8 headers, so a table may have more of them than are kept. */
static void chain_longer_than_kept(void **state)
{
	FILE *table = tmpfile();
	struct expected e;

	(void)state;
	assert_non_null(table);
	fprintf(table, "1\t9000\t9000\teth\t\t6\t::1\t::2\t64\t60");
	for (int i = 1; i < 1000; i++)
		fprintf(table, ",60");
	fprintf(table, ",17\t17\t-\t1\t2\t\t\t\t\n");
	rewind(table);
	assert_int_equal(expected_next(table, &e), 1);
	assert_int_equal(e.chain_len, 1001);
	assert_int_equal(e.chain[MAX_EXT], 60);
	assert_int_equal(e.dport, 2);
	assert_int_equal(expected_next(table, &e), 0);
	fclose(table);
}

static int print_tables(void **state)
{
	for (struct set *set = sets; set < sets + N_SETS; set++)
		if (set->dir)
			corpus_print(set->table, set->name);
	return run_close(state);
}

static void open_set(struct set *set)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/expected.tsv", set->dir);
	set->expectations = fopen(path, "r");
	if (!set->expectations) {
		printf("Bail out! cannot open %s\n", path);
		exit(1);
	}
	set->n = expected_captures(set->expectations, &set->captures);
	set->malformed = experts_read(set->dir, set->captures, set->n);
}

int main(void)
{
	struct CMUnitTest *tests;
	size_t n = 0, max = 1;
	int rc;

	sets[1].dir = captures_dir();
	for (struct set *set = sets; set < sets + N_SETS; set++) {
		if (set->dir)
			open_set(set);
		max += set->n;
	}
	tests = calloc(max, sizeof(*tests));
	if (!tests)
		return 1;
	for (struct set *set = sets; set < sets + N_SETS; set++)
		for (size_t i = 0; i < set->n; i++)
			tests[n++] = (struct CMUnitTest){ .name = set->captures[i].name,
							  .test_func = capture,
							  .initial_state = &set->captures[i] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(chain_longer_than_kept);

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	rc = _cmocka_run_group_tests("captures", tests, n, NULL, print_tables);
	free(tests);
	for (struct set *set = sets; set < sets + N_SETS; set++) {
		free(set->captures);
		free(set->malformed);
		if (set->expectations)
			fclose(set->expectations);
	}
	return rc;
}
