// SPDX-License-Identifier: BSD-2-Clause
/* Writes verdicts as metrics; called by prometheus.c. */
#include <inttypes.h>
#include <string.h>

#include "reader/stats/prometheus.h"
#include "reader/stats/verdict_metrics.h"

/* Counters, by program and action. */
static const struct metric {
	const char *name;
	const char *help;
	size_t offset; /* in struct verdict_stats */
} metrics[] = {
	{ "xdptap_verdicts_total", "Frames by what an XDP program on the interface returned.",
	  offsetof(struct verdict_stats, returned) },
	{ "xdptap_final_verdicts_total",
	  "Frames by what became of them, and the XDP program that had the last word.",
	  offsetof(struct verdict_stats, final) },
};

static void put_counter(FILE *f, const struct metric *m, const struct sample *s, const char *labels)
{
	const struct verdicts *v = &s->verdicts->counted;
	char ifname[PROMETHEUS_LABEL_MAX], prog[PROMETHEUS_ROOM(XDPTAP_TRACED_NAME_MAX)];
	__u64 values[XDPTAP_ACTIONS];

	prometheus_label(ifname, s->ifname);
	for (__u32 i = 0; i < v->n; i++) {
		prometheus_label(prog, v->list[i].member.name);
		memcpy(values, (const char *)&v->list[i].total + m->offset, sizeof(values));
		for (__u32 action = 0; action < XDPTAP_ACTIONS; action++)
			fprintf(f,
				"%s{interface=\"%s\"%s,program=\"%s\",prog_id=\"%u\","
				"action=\"%s\"} %" PRIu64 "\n",
				m->name, ifname, labels, prog, v->list[i].member.prog_id,
				verdicts_action_key(action), (uint64_t)values[action]);
	}
}

static void put_counters(FILE *f, const struct metric *m, const struct sample *samples, size_t n,
			 const char *labels)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (!samples[i].verdicts || !samples[i].verdicts->counted.n)
			continue;
		if (!any)
			prometheus_put_head(f, m->name, m->help, "counter");
		any = true;
		put_counter(f, m, &samples[i], labels);
	}
}

static void put_errors(FILE *f, const struct sample *samples, size_t n, const char *labels)
{
	static const char name[] = "xdptap_xdp_errors_total";
	char ifname[PROMETHEUS_LABEL_MAX];
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		const struct verdict_sample *v = samples[i].verdicts;

		if (!v || !v->errors_known)
			continue;
		if (!any)
			prometheus_put_head(
				f, name,
				"Frames that were dropped since the kernel could not do as told.",
				"counter");
		any = true;
		prometheus_label(ifname, samples[i].ifname);
		fprintf(f,
			"%s{interface=\"%s\"%s,kind=\"exception\"} %" PRIu64 "\n"
			"%s{interface=\"%s\"%s,kind=\"redirect\"} %" PRIu64 "\n",
			name, ifname, labels, (uint64_t)v->errors.exceptions, name, ifname, labels,
			(uint64_t)v->errors.redirect);
	}
}

static void put_untraced(FILE *f, const struct sample *samples, size_t n, const char *labels)
{
	static const char name[] = "xdptap_untraced_programs";
	char ifname[PROMETHEUS_LABEL_MAX];
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (!samples[i].verdicts || !samples[i].verdicts->chain.known)
			continue;
		if (!any)
			prometheus_put_head(
				f, name,
				"XDP programs on the interface whose verdicts are not counted.",
				"gauge");
		any = true;
		fprintf(f, "%s{interface=\"%s\"%s} %u\n", name,
			prometheus_label(ifname, samples[i].ifname), labels,
			samples[i].verdicts->chain.n);
	}
}

void verdict_metrics_write(FILE *f, const struct sample *samples, size_t n, const char *labels)
{
	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		put_counters(f, &metrics[i], samples, n, labels);
	put_errors(f, samples, n, labels);
	put_untraced(f, samples, n, labels);
}
