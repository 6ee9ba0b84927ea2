// SPDX-License-Identifier: BSD-2-Clause
/* Judges packets by an expression of pcap-filter(7); used by command_line.c and batch.c. */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/filter.h>

#include "reader/filter.h"
#include "reader/synth.h"

/* The longest packet that libpcap takes; the program returns it for a match. */
#define SNAPLEN_MAX 262144

struct filter {
	struct bpf_program program;
};

/*
 * libpcap takes us for a live capture, in which the kernel knows the direction of a packet and its
 * interface. Here such a load would fail, so that neither "inbound" nor "not inbound" matched.
 */
static bool asks_the_kernel(const struct bpf_program *program)
{
	const struct bpf_insn *insn = program->bf_insns;

	for (unsigned int i = 0; i < program->bf_len; i++, insn++)
		if (BPF_CLASS(insn->code) == BPF_LD && BPF_MODE(insn->code) == BPF_ABS &&
		    insn->k >= (unsigned int)SKF_AD_OFF)
			return true;
	return false;
}

static int compile(struct bpf_program *program, const char *expression,
		   char reason[FILTER_REASON_MAX])
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, SNAPLEN_MAX);
	int err = 0;

	if (!pcap)
		return -ENOMEM;
	if (pcap_compile(pcap, program, expression, 1, PCAP_NETMASK_UNKNOWN)) {
		snprintf(reason, FILTER_REASON_MAX, "%s", pcap_geterr(pcap));
		err = -EINVAL;
	} else if (asks_the_kernel(program)) {
		snprintf(reason, FILTER_REASON_MAX,
			 "inbound, outbound and ifindex can't be judged: no packet has them in its "
			 "bytes, and a tap sees only received packets");
		pcap_freecode(program);
		err = -EINVAL;
	}
	pcap_close(pcap);
	return err;
}

int filter_compile(struct filter **f, const char *expression, char reason[FILTER_REASON_MAX])
{
	struct filter *new = calloc(1, sizeof(*new));
	int err;

	if (!new)
		return -ENOMEM;
	err = compile(&new->program, expression, reason);
	if (err)
		free(new);
	else
		*f = new;
	return err;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	pcap_freecode(&f->program);
	free(f);
}

bool filter_matches(const struct filter *f, const struct packet *packet)
{
	struct pcap_pkthdr header = { .caplen = packet->caplen, .len = packet->event->len };
	const uint8_t *bytes = packet_bytes(packet);
	uint8_t frame[SYNTH_MAX];

	if (!packet->caplen) {
		header.caplen = synth_frame(frame, packet->event);
		bytes = frame;
	}
	return pcap_offline_filter(&f->program, &header, bytes);
}
