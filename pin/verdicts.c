// SPDX-License-Identifier: BSD-2-Clause
/* Reads the counters of verdicts; used by all three tools. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "pin/verdicts.h"

static const struct {
	const char *name, *key;
} names[XDPTAP_ACTIONS] = {
	[XDPTAP_ABORTED] = { "ABORTED", "aborted" },
	[XDPTAP_DROP] = { "DROP", "drop" },
	[XDPTAP_PASS] = { "PASS", "pass" },
	[XDPTAP_TX] = { "TX", "tx" },
	[XDPTAP_REDIRECT] = { "REDIRECT", "redirect" },
	[XDPTAP_OTHER] = { "OTHER", "other" },
};

const char *verdicts_action_name(__u32 action)
{
	return names[action < XDPTAP_ACTIONS ? action : XDPTAP_OTHER].name;
}

const char *verdicts_action_key(__u32 action)
{
	return names[action < XDPTAP_ACTIONS ? action : XDPTAP_OTHER].key;
}

const char *verdicts_actions_text(char text[VERDICTS_ACTIONS_TEXT_MAX], __u32 actions)
{
	char *p = text;

	if (!(~actions & VERDICTS_ALL_ACTIONS))
		return strcpy(text, "all");
	*p = '\0';
	for (__u32 i = 0; i < XDPTAP_ACTIONS; i++)
		if (actions >> i & 1)
			p += sprintf(p, "%s%s", p == text ? "" : ",", verdicts_action_key(i));
	return text;
}

int verdicts_read_members(int members_fd, struct tap_member members[XDPTAP_MEMBERS_MAX])
{
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++) {
		if (bpf_map_lookup_elem(members_fd, &i, &members[i]))
			return -errno;
		members[i].name[sizeof(members[i].name) - 1] = '\0';
	}
	return 0;
}

/* A CPU goes on while it is read: a verdict may be seen as final that was not yet returned. */
static __u64 at_most(__u64 final, __u64 returned)
{
	return final < returned ? final : returned;
}

/* Adds up what the CPUs counted. `cpus` has `n` entries. */
static struct verdict_stats sum(const struct verdict_stats *cpus, int n)
{
	struct verdict_stats total = { 0 };

	for (int cpu = 0; cpu < n; cpu++) {
		for (int i = 0; i < XDPTAP_ACTIONS; i++) {
			total.returned[i] += cpus[cpu].returned[i];
			total.final[i] += at_most(cpus[cpu].final[i], cpus[cpu].returned[i]);
		}
	}
	return total;
}

static int compare(const void *a, const void *b)
{
	const struct tap_member *x = &((const struct verdict *)a)->member;
	const struct tap_member *y = &((const struct verdict *)b)->member;

	if (x->traced != y->traced)
		return x->traced ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

int verdicts_read(int members_fd, int verdicts_fd, struct verdicts *v)
{
	struct tap_member members[XDPTAP_MEMBERS_MAX];
	int n = libbpf_num_possible_cpus(), err;
	struct verdict_stats *cpus;

	if (n < 0)
		return n;
	err = verdicts_read_members(members_fd, members);
	if (err)
		return err;
	cpus = calloc((size_t)n, sizeof(*cpus));
	if (!cpus)
		return -ENOMEM;
	v->n = 0;
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX && !err; i++) {
		if (!members[i].prog_id)
			continue;
		err = bpf_map_lookup_elem(verdicts_fd, &i, cpus) ? -errno : 0;
		v->list[v->n++] = (struct verdict){ i, members[i], sum(cpus, n) };
	}
	free(cpus);
	if (!err)
		qsort(v->list, v->n, sizeof(v->list[0]), compare);
	return err;
}

int verdicts_read_errors(int errors_fd, struct xdp_errors *total)
{
	int n = libbpf_num_possible_cpus(), err;
	struct xdp_errors *cpus;
	const __u32 zero = 0;

	if (n < 0)
		return n;
	cpus = calloc((size_t)n, sizeof(*cpus));
	if (!cpus)
		return -ENOMEM;
	err = bpf_map_lookup_elem(errors_fd, &zero, cpus) ? -errno : 0;
	*total = (struct xdp_errors){ 0 };
	for (int cpu = 0; cpu < n && !err; cpu++) {
		total->exceptions += cpus[cpu].exceptions;
		total->redirect += cpus[cpu].redirect;
	}
	free(cpus);
	return err;
}
