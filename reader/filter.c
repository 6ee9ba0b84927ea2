// SPDX-License-Identifier: BSD-2-Clause
/* Judges packets by an expression of pcap-filter(7); used by command_line.c and batch.c. */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "pin/cli/expression.h"
#include "reader/filter.h"
#include "reader/synth.h"

struct filter {
	struct bpf_program program;
};

int filter_compile(struct filter **f, const char *expression, struct reason *why)
{
	struct filter *new = calloc(1, sizeof(*new));
	struct sock_filter *code;
	size_t n;
	int err;

	if (!new)
		return reason_set(why, -ENOMEM, "%s", strerror(ENOMEM));
	err = expression_compile(expression, true, &code, &n, why);
	if (err) {
		free(new);
		return err;
	}
	new->program.bf_insns = (struct bpf_insn *)code;
	new->program.bf_len = (u_int)n;
	*f = new;
	return 0;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	free(f->program.bf_insns);
	free(f);
}

bool filter_matches(const struct filter *f, const struct packet *packet)
{
	struct pcap_pkthdr header = { .caplen = packet->caplen, .len = packet->event->len };
	const uint8_t *bytes = packet_bytes(packet);
	struct packet_event once;
	uint8_t frame[SYNTH_MAX];

	if (!packet->caplen) {
		once = *packet->event; /* that in the ring buffer may change */
		header.caplen = synth_frame(frame, &once);
		bytes = frame;
	}
	return pcap_offline_filter(&f->program, &header, bytes);
}
