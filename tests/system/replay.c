// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sends the frames of captures out of an interface, each once and in their
 * order, and keeps those that it could send in a capture of their own: what a
 * tap on the other side has to have seen. For captures.bats and others.
 *
 * Usage: replay IFACE SENT FILE...
 * Prints the frames that the interface does not carry, and at the end how many
 * it sent and how many not. Ends by a signal if it takes longer than a minute.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONGEST = 262144, BOUND_SECONDS = 60 };

struct replay {
	int fd;
	pcap_dumper_t *sent;
	unsigned long n_sent, n_short, n_long;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "replay: %s: %s\n", what, why);
	exit(1);
}

/* By one CPU, so through one queue and into one ring: else there is no order. */
static int stay_on_this_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)sched_getcpu(), &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

static int open_socket(const char *ifname)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int fd;

	to.sll_ifindex = (int)if_nametoindex(ifname);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (!to.sll_ifindex || fd < 0 || stay_on_this_cpu() ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to)))
		die(ifname, strerror(errno));
	return fd;
}

/* Returns 0 or -errno: of what was dropped on the way nothing is said but ENOBUFS. */
static int send_frame(int fd, const unsigned char *frame, size_t bytes)
{
	ssize_t n;

	do {
		n = send(fd, frame, bytes, 0);
	} while (n < 0 && errno == ENOBUFS);
	return n < 0 ? -errno : 0;
}

static void replay_file(struct replay *r, const char *path)
{
	char err[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header, out;
	const unsigned char *frame;
	pcap_t *pcap = pcap_open_offline(path, err);
	unsigned long number = 0;
	int rc, sent;

	if (!pcap)
		die(path, err);
	if (pcap_datalink(pcap) != DLT_EN10MB)
		die(path, "no Ethernet frames");
	while ((rc = pcap_next_ex(pcap, &header, &frame)) == 1) {
		number++;
		sent = send_frame(r->fd, frame, header->caplen);
		if (sent == -EINVAL && header->caplen < ETH_HLEN) {
			printf("%s frame %lu: %u bytes: shorter than an Ethernet header\n", path,
			       number, header->caplen);
			r->n_short++;
		} else if (sent == -EMSGSIZE) {
			printf("%s frame %lu: %u bytes: longer than the MTU allows\n", path, number,
			       header->caplen);
			r->n_long++;
		} else if (sent) {
			die(path, strerror(-sent));
		} else {
			/* All that there was of it has been sent. */
			out = *header;
			out.len = out.caplen;
			pcap_dump((unsigned char *)r->sent, &out, frame);
			r->n_sent++;
		}
	}
	if (rc != PCAP_ERROR_BREAK)
		die(path, pcap_geterr(pcap));
	pcap_close(pcap);
}

int main(int argc, char **argv)
{
	struct replay r = { 0 };
	pcap_t *dead;

	if (argc < 4) {
		fputs("usage: replay IFACE SENT FILE...\n", stderr);
		return 2;
	}
	alarm(BOUND_SECONDS);
	r.fd = open_socket(argv[1]);
	dead = pcap_open_dead(DLT_EN10MB, LONGEST);
	r.sent = pcap_dump_open(dead, argv[2]);
	if (!r.sent)
		die(argv[2], pcap_geterr(dead));
	for (int i = 3; i < argc; i++)
		replay_file(&r, argv[i]);
	if (pcap_dump_flush(r.sent))
		die(argv[2], strerror(errno));
	pcap_dump_close(r.sent);
	pcap_close(dead);
	printf("%lu sent, not carried: %lu too short, %lu too long\n", r.n_sent, r.n_short,
	       r.n_long);
	return 0;
}
