// SPDX-License-Identifier: BSD-2-Clause
/* From an expression to classic BPF; called for what the user has typed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "loader/filter/compile.h"

/* More than any frame has. */
#define SNAPLEN 262144

_Static_assert(sizeof(struct bpf_insn) == sizeof(struct sock_filter), "libpcap's instructions");

static int copy(const struct bpf_program *from, struct sock_filter **to, size_t *n,
		struct reason *why)
{
	size_t bytes = from->bf_len * sizeof(**to);

	*to = malloc(bytes);
	if (!*to)
		return reason_set(why, -ENOMEM, "%s", strerror(ENOMEM));
	memcpy(*to, from->bf_insns, bytes);
	*n = from->bf_len;
	return 0;
}

/*
 * Whether the code wants what only Linux knows of a packet: libpcap loads that from "offsets" from
 * SKF_AD_OFF on, also for no interface in particular.
 */
static bool asks_kernel(const struct bpf_program *compiled)
{
	for (u_int i = 0; i < compiled->bf_len; i++)
		if (BPF_CLASS(compiled->bf_insns[i].code) <= BPF_LDX &&
		    BPF_MODE(compiled->bf_insns[i].code) == BPF_ABS &&
		    compiled->bf_insns[i].k >= (u_int)SKF_AD_OFF)
			return true;
	return false;
}

int compile_expression(const char *expression, bool optimize, struct sock_filter **program,
		       size_t *n, struct reason *why)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, SNAPLEN);
	struct bpf_program compiled;
	int err;

	if (!pcap)
		return reason_set(why, -ENOMEM, "%s", strerror(ENOMEM));
	if (pcap_compile(pcap, &compiled, expression, optimize, PCAP_NETMASK_UNKNOWN)) {
		err = reason_set(why, -EINVAL, "%s", pcap_geterr(pcap));
	} else {
		err = asks_kernel(&compiled)
			      ? reason_set(
					why, -EOPNOTSUPP,
					"inbound, outbound and the like are not in the bytes of a frame, which is all that XDP has")
			      : copy(&compiled, program, n, why);
		pcap_freecode(&compiled);
	}
	pcap_close(pcap);
	return err;
}
