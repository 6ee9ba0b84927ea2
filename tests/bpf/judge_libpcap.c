// SPDX-License-Identifier: BSD-2-Clause
/* libpcap's verdict; in a file of its own, since its headers can't be included beside linux/bpf.h.
 */
#include <pcap/pcap.h>

#include <stddef.h>

#include <linux/types.h>

struct sock_filter;
int judge_libpcap(const struct sock_filter *program, size_t n, const void *frame, __u32 len);

int judge_libpcap(const struct sock_filter *program, size_t n, const void *frame, __u32 len)
{
	struct bpf_program fp = { (u_int)n, (struct bpf_insn *)program };
	struct pcap_pkthdr header = { .caplen = len, .len = len };

	return pcap_offline_filter(&fp, &header, frame) != 0;
}
