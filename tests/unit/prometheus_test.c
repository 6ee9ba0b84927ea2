// SPDX-License-Identifier: BSD-2-Clause
/* reader/stats/prometheus.c: labels, and mistakes that promtool can't find. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "reader/text/utf8.h"
#include "reader/stats/prometheus.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void labels(void **state)
{
	static const struct {
		const char *ifname, *label;
	} rows[] = {
		{ "eth0", "eth0" },
		{ "eth0.100", "eth0.100" },
		{ "a\"b", "a\\\"b" },
		{ "a\\b", "a\\\\b" },
		{ "\\", "\\\\" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "a\xff"
		  "b",
		  "a\\\\xffb" },
		{ "\xc3", "\\\\xc3" },
		{ "\xc0\x80", "\\\\xc0\\\\x80" },
		{ "\xed\xa0\x80", "\\\\xed\\\\xa0\\\\x80" },
		{ "\x01\x1f\x7f", "\\\\x01\\\\x1f\\\\x7f" },
		/* Differs from what the byte 0xff gives. */
		{ "\\xff", "\\\\x5cxff" },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		  "\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff"
		  "\\\\xff\\\\xff\\\\xff\\\\xff" },
	};
	char buf[PROMETHEUS_LABEL_MAX];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_string_equal(prometheus_label(buf, rows[i].ifname), rows[i].label);
}

/* Undoes the escapes of the format, as a scraper does. */
static void undo_format(char *out, const char *label)
{
	for (; *label; label++) {
		assert_int_not_equal(*label, '"');
		if (*label == '\\') {
			label++;
			assert_true(*label == '\\' || *label == '"');
		}
		*out++ = *label;
	}
	*out = '\0';
}

static void undo_ours(char *out, const char *value)
{
	unsigned int byte;

	for (; *value; value++) {
		if (sscanf(value, "\\x%2x", &byte) == 1) {
			*out++ = (char)byte;
			value += 3;
		} else {
			*out++ = *value;
		}
	}
	*out = '\0';
}

/* Every name can be restored from its label, so no two names share one. */
static void labels_differ(void **state)
{
	static const char bytes[] = "\\x\"0f\xff\xc3\xa4\x01";
	char name[IF_NAMESIZE], label[PROMETHEUS_LABEL_MAX], value[PROMETHEUS_LABEL_MAX];
	char back[PROMETHEUS_LABEL_MAX];
	size_t n;

	(void)state;
	srandom(1);
	for (int i = 0; i < 200000; i++) {
		n = (size_t)random() % IF_NAMESIZE;
		for (size_t k = 0; k < n; k++)
			name[k] = i % 2 ? bytes[(size_t)random() % (sizeof(bytes) - 1)]
					: (char)(random() % 255 + 1);
		name[n] = '\0';
		prometheus_label(label, name);
		assert_true(strlen(label) < PROMETHEUS_LABEL_MAX);
		for (const char *p = label; *p; p += utf8_bytes(p))
			assert_true(utf8_bytes(p) > 0 && *p != '\n');
		undo_format(value, label);
		undo_ours(back, value);
		assert_string_equal(back, name);
	}
}

static char *metrics(const struct sample *samples, size_t n, bool per_cpu)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	prometheus_write(f, samples, n, per_cpu, NULL);
	assert_int_equal(fclose(f), 0);
	return text;
}

/* Two taps with values that are all different. */
static void make_samples(struct sample s[2], struct packet_stats cpus[2][2])
{
	uint64_t *words;

	memset(s, 0, 2 * sizeof(*s));
	for (uint64_t tap = 0; tap < 2; tap++) {
		words = (uint64_t *)&s[tap].total;
		for (uint64_t i = 0; i < sizeof(struct packet_stats) / sizeof(*words); i++) {
			((uint64_t *)&cpus[tap][0])[i] = 1000 * (tap + 1) + i;
			((uint64_t *)&cpus[tap][1])[i] = 500 + i;
			words[i] = 1000 * (tap + 1) + 500 + 2 * i;
		}
		s[tap].cpus = cpus[tap];
		s[tap].n_cpus = 2;
		s[tap].meta.mode = XDPTAP_MODE_NATIVE;
		s[tap].meta.attached_ns = 1700000000001999999;
		s[tap].ring_bytes = 8192;
		s[tap].ring_used = 64;
		s[tap].ring_known = s[tap].reader_known = true;
	}
	strcpy(s[0].ifname, "tap0");
	strcpy(s[1].ifname, "tap1");
	s[1].reader = true;
	s[1].state = TAP_STATE_INTERFACE_GONE;
}

/* Returns how often `what` occurs in `text`. */
static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

/* Scrapers require that all samples of a metric follow one head. */
static void assert_grouped(const char *text)
{
	char name[128], head[128] = "", seen[8192] = "";
	char *copy = strdup(text), *rest, *line;

	assert_non_null(copy);
	for (line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (sscanf(line, "# HELP %127s", name) == 1) {
			strcpy(head, name);
			strcat(name, " ");
			assert_null(strstr(seen, name));
			strcat(seen, name);
		} else if (sscanf(line, "# TYPE %127s", name) == 1) {
			assert_string_equal(name, head);
		} else {
			assert_int_equal(sscanf(line, "%127[a-z0-9_]{", name), 1);
			assert_string_equal(name, head);
		}
	}
	free(copy);
}

static void all_that_is_known(void **state)
{
	struct packet_stats cpus[2][2];
	struct sample s[2];
	char *text;

	(void)state;
	make_samples(s, cpus);
	text = metrics(s, 2, false);
	assert_grouped(text);
	assert_int_equal(count(text, "# HELP "), count(text, "# TYPE "));
	assert_int_equal(count(text, "{interface=\"tap0\""), 26);
	assert_int_equal(count(text, "{interface=\"tap1\""), 26);
	assert_non_null(strstr(text, "\nxdptap_packets_total{interface=\"tap0\"} 1500\n"));
	assert_non_null(strstr(text, "\nxdptap_packets_total{interface=\"tap1\"} 2500\n"));
	assert_non_null(strstr(
		text,
		"\nxdptap_protocol_packets_total{interface=\"tap0\",protocol=\"tcp\"} 1504\n"));
	assert_non_null(strstr(text, "\nxdptap_tap_attached{interface=\"tap0\"} 1\n"));
	assert_non_null(strstr(text, "\nxdptap_tap_attached{interface=\"tap1\"} 0\n"));
	assert_non_null(strstr(text, "\nxdptap_reader_attached{interface=\"tap0\"} 0\n"));
	assert_non_null(strstr(text, "\nxdptap_reader_attached{interface=\"tap1\"} 1\n"));
	assert_non_null(strstr(text, "_timestamp_seconds{interface=\"tap0\"} 1700000000.001\n"));
	assert_null(strstr(text, "xdptap_flow"));
	assert_null(strstr(text, "cpu="));
	free(text);
}

static void what_is_not_known_is_left_out(void **state)
{
	struct packet_stats cpus[2][2];
	struct sample s[2];
	char *text;

	(void)state;
	make_samples(s, cpus);
	s[0].ring_known = s[0].reader_known = false;
	s[0].meta.flows = 64;
	text = metrics(s, 2, false);
	assert_grouped(text);
	assert_null(strstr(text, "xdptap_ring_used_bytes{interface=\"tap0\"}"));
	assert_null(strstr(text, "xdptap_reader_attached{interface=\"tap0\"}"));
	assert_non_null(strstr(text, "xdptap_ring_used_bytes{interface=\"tap1\"} 64\n"));
	assert_non_null(strstr(text, "\nxdptap_flows_total{interface=\"tap0\"} 1528\n"));
	assert_null(strstr(text, "xdptap_flows_total{interface=\"tap1\"}"));
	free(text);
	text = metrics(s, 1, false);
	assert_null(strstr(text, "xdptap_ring_used_bytes"));
	free(text);
}

static void each_cpu_instead_of_the_sum(void **state)
{
	struct packet_stats cpus[2][2];
	struct sample s[2];
	char *text;

	(void)state;
	make_samples(s, cpus);
	text = metrics(s, 2, true);
	assert_grouped(text);
	assert_int_equal(count(text, ",cpu=\"0\"} "), 2 * 18);
	assert_int_equal(count(text, ",cpu=\"1\"} "), 2 * 18);
	assert_non_null(
		strstr(text, "\nxdptap_packets_total{interface=\"tap1\",cpu=\"0\"} 2000\n"));
	assert_null(strstr(text, "xdptap_packets_total{interface=\"tap1\"}"));
	assert_non_null(strstr(text, "\nxdptap_ring_bytes{interface=\"tap1\"} 8192\n"));
	free(text);
}

/* One tap counts them; of another it is not known what it does not trace. */
static void verdicts(void **state)
{
	struct verdict_sample v[2] = { { .chain = { .known = true, .n = 3 } } };
	struct packet_stats cpus[2][2];
	struct sample s[2];
	char *text;

	(void)state;
	make_samples(s, cpus);
	v[0].counted.n = 1;
	v[0].counted.list[0].member.prog_id = 57;
	/* Each byte is escaped: as long as a label can be. */
	memset(v[0].counted.list[0].member.name, '\x01', XDPTAP_TRACED_NAME_MAX - 1);
	v[0].counted.list[0].total.returned[XDPTAP_DROP] = INT64_MAX;
	v[0].counted.list[0].total.final[XDPTAP_DROP] = 7;
	v[0].errors_known = true;
	v[0].errors = (struct xdp_errors){ .exceptions = 12, .redirect = 3 };
	s[1].verdicts = &v[0];
	text = metrics(s, 2, true);
	assert_grouped(text);
	assert_int_equal(
		count(text, "\nxdptap_verdicts_total{interface=\"tap1\",program=\"\\\\x01"),
		XDPTAP_ACTIONS);
	assert_non_null(strstr(text, "\\\\x01\",prog_id=\"57\",action=\"drop\"} "
				     "9223372036854775807\n"));
	assert_non_null(strstr(text, "\\\\x01\",prog_id=\"57\",action=\"drop\"} 7\n"));
	assert_int_equal(count(text, "_verdicts_total{interface=\"tap0\""), 0);
	assert_non_null(strstr(text, "\nxdptap_untraced_programs{interface=\"tap1\"} 3\n"));
	assert_non_null(
		strstr(text, "\nxdptap_xdp_errors_total{interface=\"tap1\",kind=\"exception\"} 12\n"
			     "xdptap_xdp_errors_total{interface=\"tap1\",kind=\"redirect\"} 3\n"));
	assert_int_equal(count(text, "xdptap_xdp_errors_total{interface=\"tap0\""), 0);
	assert_int_equal(count(text, "xdptap_untraced_programs{interface=\"tap0\""), 0);
	free(text);
	s[0].verdicts = &v[1];
	text = metrics(s, 1, false);
	assert_null(strstr(text, "verdicts"));
	assert_null(strstr(text, "untraced"));
	assert_null(strstr(text, "errors"));
	free(text);
}

static void what_a_tap_traces(void **state)
{
	struct packet_stats cpus[2][2];
	struct sample s[2];
	char *text;

	(void)state;
	make_samples(s, cpus);
	s[1].meta.trace = s[1].meta.at_exit = 1;
	memset(s[1].in_force.traced_name, '"', XDPTAP_TRACED_NAME_MAX - 1);
	text = metrics(s, 2, false);
	assert_int_equal(count(text, ",trace=\"\",at_exit=\"false\"} 1\n"), 1);
	assert_int_equal(count(text, ",trace=\"\\\"\\\"\\\""), 1);
	assert_int_equal(count(text, "\\\"\\\"\",at_exit=\"true\"} 1\n"), 1);
	free(text);
}

static void no_tap(void **state)
{
	char *text = metrics(NULL, 0, false);

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels),
		cmocka_unit_test(labels_differ),
		cmocka_unit_test(all_that_is_known),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(each_cpu_instead_of_the_sum),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(what_a_tap_traces),
		cmocka_unit_test(no_tap),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
