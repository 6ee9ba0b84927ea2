// SPDX-License-Identifier: BSD-2-Clause
/*
 * Attaches an XDP program by a bpf_link, as a firewall of somebody else would, without libxdp. It
 * stays until this process ends; SIGUSR1 puts a second one in its place.
 *
 * Usage: hook IFACE OBJECT PROGRAM [SECOND]
 */
#include <net/if.h>
#include <signal.h>
#include <stdio.h>

#include <bpf/libbpf.h>

static struct bpf_program *find(struct bpf_object *obj, const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);

	if (!prog)
		fprintf(stderr, "hook: there is no program %s\n", name);
	return prog;
}

int main(int argc, char **argv)
{
	struct bpf_program *first, *second;
	struct bpf_object *obj;
	struct bpf_link *link;
	sigset_t signals;
	int ifindex, sig;

	if (argc < 4) {
		fputs("usage: hook IFACE OBJECT PROGRAM [SECOND]\n", stderr);
		return 2;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	ifindex = (int)if_nametoindex(argv[1]);
	obj = bpf_object__open_file(argv[2], NULL);
	if (!ifindex || !obj || bpf_object__load(obj)) {
		perror(argv[1]);
		return 1;
	}
	first = find(obj, argv[3]);
	second = find(obj, argv[argc > 4 ? 4 : 3]);
	if (!first || !second)
		return 1;
	link = bpf_program__attach_xdp(first, ifindex);
	if (!link) {
		perror("bpf_link");
		return 1;
	}
	puts("attached");
	fflush(stdout);
	while (!sigwait(&signals, &sig)) {
		if (bpf_link__update_program(link, second)) {
			perror("bpf_link");
			return 1;
		}
		puts("replaced");
		fflush(stdout);
	}
	return 0;
}
