// SPDX-License-Identifier: BSD-2-Clause
/* From an expression to classic BPF, or to what is wrong with it; for xdptap-loader and -reader. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "pin/cli/expression.h"
#include "pin/cli/expression_place.h"

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

static bool is_syntax_error(const char *message)
{
	return strstr(message, "syntax error");
}

static bool syntax_is_wrong(void *libpcap, const char *text)
{
	pcap_t *pcap = libpcap;
	struct bpf_program compiled;

	if (pcap_compile(pcap, &compiled, text, false, PCAP_NETMASK_UNKNOWN))
		return is_syntax_error(pcap_geterr(pcap));
	pcap_freecode(&compiled);
	return false;
}

static int explain(pcap_t *pcap, const char *expression, struct reason *why)
{
	int err = reason_set(why, -EINVAL, "%s", pcap_geterr(pcap));
	long at;

	if (is_syntax_error(why->text))
		at = expression_place_syntax_error(expression, syntax_is_wrong, pcap);
	else
		at = expression_place_quoted(expression, why->text);
	if (at >= 0)
		expression_place_mark(why, expression, at);
	return err;
}

/*
 * libpcap takes a handle that is no capture file for a socket, where the kernel answers what is not
 * in the frame, through loads at offsets that no frame has.
 */
static int check(const struct bpf_program *compiled, struct reason *why)
{
	for (u_int i = 0; i < compiled->bf_len; i++) {
		const struct bpf_insn *insn = &compiled->bf_insns[i];

		if (insn->code == (BPF_LD | BPF_H | BPF_ABS) &&
		    insn->k == (__u32)(SKF_AD_OFF + SKF_AD_PKTTYPE))
			return reason_set(
				why, -EINVAL,
				"'inbound' and 'outbound' are not available: XDP sees only received frames");
		if (insn->code == (BPF_LD | BPF_W | BPF_ABS) &&
		    insn->k == (__u32)(SKF_AD_OFF + SKF_AD_IFINDEX))
			return reason_set(
				why, -EINVAL,
				"'ifindex' is not available: no frame has it in its bytes");
	}
	return 0;
}

int expression_compile(const char *expression, bool optimize, struct sock_filter **program,
		       size_t *n, struct reason *why)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, SNAPLEN);
	struct bpf_program compiled;
	int err;

	if (!pcap)
		return reason_set(why, -ENOMEM, "%s", strerror(ENOMEM));
	if (pcap_compile(pcap, &compiled, expression, optimize, PCAP_NETMASK_UNKNOWN)) {
		err = explain(pcap, expression, why);
	} else {
		err = check(&compiled, why);
		if (!err)
			err = copy(&compiled, program, n, why);
		pcap_freecode(&compiled);
	}
	pcap_close(pcap);
	return err;
}

const char *expression_image(const struct sock_filter *program, size_t pc)
{
	struct bpf_insn insn;

	memcpy(&insn, &program[pc], sizeof(insn));
	return bpf_image(&insn, (int)pc);
}
