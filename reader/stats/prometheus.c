// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-stats show -o prometheus`; named after prometheus.io/docs/practices/naming. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "pin/counters.h"
#include "pin/now.h"
#include "pin/tap.h"
#include "reader/stats/prometheus.h"
#include "reader/stats/verdict_metrics.h"
#include "reader/text/utf8.h"

/* The counters. Rows of one metric are adjacent; their labels tell parts of a sum apart. */
#define FIELD(name) offsetof(struct packet_stats, name)
static const struct counter_metric {
	const char *name;
	const char *help;
	const char *label; /* begins with a comma, unless empty */
	size_t offset;
} counters[] = {
	{ "xdptap_packets_total", "Frames that reached the tap.", "", FIELD(packets) },
	{ "xdptap_bytes_total", "Bytes of the frames that reached the tap, without FCS.", "",
	  FIELD(bytes) },
	{ "xdptap_protocol_packets_total", "Frames by IP protocol, fragments included.",
	  ",protocol=\"tcp\"", FIELD(tcp) },
	{ "xdptap_protocol_packets_total", "", ",protocol=\"udp\"", FIELD(udp) },
	{ "xdptap_protocol_packets_total", "", ",protocol=\"other\"", FIELD(other) },
	{ "xdptap_family_packets_total", "Frames by the IP version of a readable header.",
	  ",family=\"ipv4\"", FIELD(ipv4) },
	{ "xdptap_family_packets_total", "", ",family=\"ipv6\"", FIELD(ipv6) },
	{ "xdptap_family_packets_total", "", ",family=\"non_ip\"", FIELD(non_ip) },
	{ "xdptap_icmp_packets_total", "Frames with ICMP in IPv4 or ICMPv6 in IPv6.", "",
	  FIELD(icmp) },
	{ "xdptap_vlan_packets_total", "Frames with at least one VLAN tag.", "", FIELD(vlan) },
	{ "xdptap_fragment_packets_total", "IP fragments, first and later ones.", "",
	  FIELD(fragments) },
	{ "xdptap_malformed_packets_total", "Frames with a truncated or contradictory header.", "",
	  FIELD(malformed) },
	{ "xdptap_events_total", "Events that were written to a ring buffer.", "", FIELD(events) },
	{ "xdptap_events_dropped_total", "Events that were lost because the ring buffer was full.",
	  "", FIELD(dropped) },
	{ "xdptap_flows_total", "Entries that were created in the flow map.", "", FIELD(flows) },
	{ "xdptap_flow_lost_packets_total",
	  "IP packets that are in no flow because no entry could be created.", "",
	  FIELD(flow_lost) },
	{ "xdptap_truncated_packets_total",
	  "Frames captured only in part because an XDP program can't read further.", "",
	  FIELD(truncated) },
	{ "xdptap_filtered_packets_total", "Frames without event: the filter does not match.", "",
	  FIELD(filtered) },
	{ "xdptap_sampled_out_packets_total",
	  "Frames that match without event: only one in so many is written.", "",
	  FIELD(sampled_out) },
	{ "xdptap_paused_packets_total", "Frames that match without event: the tap was paused.", "",
	  FIELD(paused_out) },
};
#define N_COUNTERS (sizeof(counters) / sizeof(counters[0]))

_Static_assert(N_COUNTERS * sizeof(uint64_t) == sizeof(struct packet_stats), "one row per counter");

/* All other metrics: one value per tap, or none if it is not known. */
enum gauge { TAP_INFO, ATTACHED, SINCE, RING_BYTES, RING_USED, READER, SAMPLE, PAUSED };
static const struct gauge_metric {
	const char *name;
	const char *help;
	enum gauge value;
} gauges[] = {
	{ "xdptap_tap_info", "How the tap is attached; always 1.", TAP_INFO },
	{ "xdptap_tap_attached",
	  "Whether frames can reach the tap: 0 once its interface or program is gone.", ATTACHED },
	{ "xdptap_attached_timestamp_seconds",
	  "When the tap was attached and its counters began at 0, in seconds since 1970.", SINCE },
	{ "xdptap_ring_bytes", "Total size of the ring buffers of the tap.", RING_BYTES },
	{ "xdptap_ring_used_bytes", "Bytes in the ring buffers that have not been read yet.",
	  RING_USED },
	{ "xdptap_reader_attached", "Whether a reader is attached.", READER },
	{ "xdptap_sample_ratio", "One in so many frames that match becomes an event.", SAMPLE },
	{ "xdptap_paused", "Whether the tap is paused.", PAUSED },
};

const char *prometheus_label(char *buf, const char *name)
{
	char *p = buf;
	size_t n;

	for (; *name; name += n) {
		const unsigned char c = (unsigned char)*name;
		size_t bytes = utf8_bytes(name);

		n = bytes ? bytes : 1;
		if (!bytes || c < 0x20 || c == 0x7f || (c == '\\' && name[1] == 'x')) {
			p += sprintf(p, "\\\\x%02x", c);
			continue;
		}
		if (c == '\\' || c == '"')
			*p++ = '\\';
		p = mempcpy(p, name, n);
	}
	*p = '\0';
	return buf;
}

void prometheus_put_head(FILE *f, const char *name, const char *help, const char *type)
{
	fprintf(f, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static uint64_t field(const struct packet_stats *stats, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const char *)stats + offset, sizeof(value));
	return value;
}

/* How the samples are written. */
struct form {
	bool per_cpu;
	const char *labels; /* of every metric */
};

static void put_counter(FILE *f, const struct counter_metric *m, const struct sample *s,
			const struct form *form)
{
	char name[PROMETHEUS_LABEL_MAX];

	prometheus_label(name, s->ifname);
	if (!form->per_cpu)
		fprintf(f, "%s{interface=\"%s\"%s%s} %" PRIu64 "\n", m->name, name, form->labels,
			m->label, field(&s->total, m->offset));
	for (int i = 0; form->per_cpu && i < s->n_cpus; i++)
		fprintf(f, "%s{interface=\"%s\"%s%s,cpu=\"%d\"} %" PRIu64 "\n", m->name, name,
			form->labels, m->label, i, field(&s->cpus[i], m->offset));
}

/* Writes the rows from `first` on that have its name, for all taps. Returns how many rows. */
static size_t put_counters(FILE *f, const struct counter_metric *first,
			   const struct sample *samples, size_t n, const struct form *form)
{
	const struct counter_metric *m, *end = counters + N_COUNTERS;
	bool any = false;

	for (m = first; m < end && !strcmp(m->name, first->name); m++) {
		for (size_t i = 0; i < n; i++) {
			if (!counters_kept(&samples[i].meta, m->offset))
				continue;
			if (!any)
				prometheus_put_head(f, m->name, m->help, "counter");
			any = true;
			put_counter(f, m, &samples[i], form);
		}
	}
	return (size_t)(m - first);
}

static bool has_gauge(enum gauge value, const struct sample *s)
{
	switch (value) {
	case RING_USED:
		return s->ring_known;
	case READER:
		return s->reader_known;
	default:
		return true;
	}
}

/* The labels that say how the tap is attached. */
static void put_info(FILE *f, const struct sample *s)
{
	char traced[PROMETHEUS_ROOM(XDPTAP_TRACED_NAME_MAX)];
	const struct tap_meta *meta = &s->meta;

	fprintf(f,
		",version=\"" XDPTAP_VERSION "\",mode=\"%s\",dispatcher=\"%s\",prio=\"%u\","
		"rings=\"%u\",snaplen=\"%u\",flows=\"%u\",trace=\"%s\",at_exit=\"%s\"} 1\n",
		tap_mode_name(meta->mode), meta->dispatcher ? "true" : "false", meta->prio,
		meta->rings, s->in_force.snaplen, meta->flows,
		prometheus_label(traced, s->in_force.traced_all ? "" : s->in_force.traced_name),
		meta->at_exit ? "true" : "false");
}

static void put_gauge(FILE *f, const struct gauge_metric *m, const struct sample *s,
		      const struct form *form)
{
	char name[PROMETHEUS_LABEL_MAX];

	fprintf(f, "%s{interface=\"%s\"%s", m->name, prometheus_label(name, s->ifname),
		form->labels);
	switch (m->value) {
	case TAP_INFO:
		put_info(f, s);
		break;
	case ATTACHED:
		fprintf(f, "} %d\n", s->state == TAP_STATE_ATTACHED);
		break;
	case SINCE:
		fprintf(f, "} %" PRIu64 ".%03u\n", (uint64_t)s->meta.attached_ns / NS_PER_SEC,
			(unsigned int)(s->meta.attached_ns % NS_PER_SEC / 1000000));
		break;
	case RING_BYTES:
		fprintf(f, "} %" PRIu64 "\n", s->ring_bytes);
		break;
	case RING_USED:
		fprintf(f, "} %" PRIu64 "\n", s->ring_used);
		break;
	case READER:
		fprintf(f, "} %d\n", s->reader);
		break;
	case SAMPLE:
		fprintf(f, "} %u\n", s->in_force.sample);
		break;
	case PAUSED:
		fprintf(f, "} %d\n", !!s->in_force.control.paused);
		break;
	}
}

static void put_gauges(FILE *f, const struct gauge_metric *m, const struct sample *samples,
		       size_t n, const struct form *form)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (!has_gauge(m->value, &samples[i]))
			continue;
		if (!any)
			prometheus_put_head(f, m->name, m->help, "gauge");
		any = true;
		put_gauge(f, m, &samples[i], form);
	}
}

void prometheus_write(FILE *f, const struct sample *samples, size_t n, bool per_cpu,
		      const char *labels)
{
	const struct form form = { .per_cpu = per_cpu, .labels = labels ? labels : "" };

	for (size_t i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++)
		put_gauges(f, &gauges[i], samples, n, &form);
	for (size_t i = 0; i < N_COUNTERS;)
		i += put_counters(f, &counters[i], samples, n, &form);
	verdict_metrics_write(f, samples, n, form.labels);
}
