// SPDX-License-Identifier: BSD-2-Clause
/* Parses the arguments of `xdptap-loader attach`. */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "loader/attach_arguments.h"
#include "loader/group.h"
#include "loader/rings.h"
#include "loader/settings_arguments.h"
#include "pin/cli/diag.h"
#include "pin/cli/number.h"
#include "pin/cli/arguments.h"
#include "pin/cli/options.h"
#include "pin/tap.h"
#include "pin/verdicts.h"
#include "reader/text/size.h"

/* A ring's size is a 32-bit number, so the largest power of two is 2 GiB. */
#define RING_MAX (1ull << 31)

static int parse_prio(const char *word, __u32 *prio)
{
	const char *rest;
	uint64_t value;

	rest = number_digits(word, INT_MAX, &value);
	if (!rest || *rest) {
		diag_error("prio '%s' is not a number from 0 to %d", word, INT_MAX);
		return EXIT_USAGE;
	}
	*prio = (__u32)value;
	return EXIT_OK;
}

static int parse_rings(const char *word, __u32 cpus, __u32 *rings)
{
	const char *rest;
	uint64_t value;

	if (!strcmp(word, "auto")) {
		*rings = RINGS_AUTO;
		return EXIT_OK;
	}
	rest = number_digits(word, cpus, &value);
	if (!rest || *rest || !value) {
		diag_error(
			"rings '%s' is neither auto nor a number from 1 to %u, the number of possible CPUs",
			word, cpus);
		return EXIT_USAGE;
	}
	*rings = (__u32)value;
	return EXIT_OK;
}

/* The total size has to be a power of two, and a multiple of the page size. */
static int parse_ring(const char *word, __u32 *bytes)
{
	char below_text[SIZE_TEXT_MAX], above_text[SIZE_TEXT_MAX];
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t value, below = page;
	const char *rest;
	int shift = 0;

	rest = number_digits(word, UINT64_MAX >> 20, &value);
	if (!rest)
		goto unreadable;
	if (*rest == 'K' || *rest == 'k')
		shift = 10;
	else if (*rest == 'M' || *rest == 'm')
		shift = 20;
	if (rest[shift ? 1 : 0])
		goto unreadable;
	value <<= shift;

	if (value < page || value > RING_MAX) {
		diag_error("ring '%s' is too %s; the %s is %s", word,
			   value < page ? "small" : "large", value < page ? "minimum" : "maximum",
			   size_text(below_text, value < page ? page : RING_MAX));
		return EXIT_USAGE;
	}
	while (below * 2 <= value)
		below *= 2;
	if (below != value) {
		diag_error("ring '%s' is not a power of two; the nearest are %s and %s", word,
			   size_text(below_text, below), size_text(above_text, below * 2));
		return EXIT_USAGE;
	}
	*bytes = (__u32)value;
	return EXIT_OK;

unreadable:
	diag_error("ring '%s' is not a size: use a number of bytes, or add K or M", word);
	return EXIT_USAGE;
}

static int parse_flows(const char *word, __u32 *n)
{
	const char *rest;
	uint64_t value;

	rest = number_digits(word, XDPTAP_FLOWS_MAX, &value);
	if (!rest || *rest) {
		diag_error("flows '%s' is not a number from 0 to %u", word, XDPTAP_FLOWS_MAX);
		return EXIT_USAGE;
	}
	*n = (__u32)value;
	return EXIT_OK;
}

static int parse_group(const char *word, struct attach_request *rq)
{
	rq->group = group_find(word, &rq->gid);
	if (rq->group)
		return EXIT_OK;
	diag_error("group '%s' is neither the name nor the number of a group", word);
	diag_hint("'getent group' lists the groups");
	return EXIT_USAGE;
}

/* Works out the number and size of the ring buffers from the arguments. */
static int split_rings(__u32 total, struct attach_request *rq)
{
	char size[SIZE_TEXT_MAX], least[SIZE_TEXT_MAX], rings[32] = "", snaplen[32] = "";

	if (!rings_split(total, rq->rings, rq->cpus, rq->settings.snaplen, &rq->rings,
			 &rq->ring_bytes))
		return EXIT_OK;
	if (rq->rings > 1)
		snprintf(rings, sizeof(rings), " for %u rings", rq->rings);
	if (rq->settings.snaplen)
		snprintf(snaplen, sizeof(snaplen), " %s snaplen %u", *rings ? "and" : "for",
			 rq->settings.snaplen);
	diag_error("ring %s is too small%s%s; the minimum is %s", size_text(size, total), rings,
		   snaplen, size_text(least, rings_min_bytes(rq->rings, rq->settings.snaplen)));
	return EXIT_USAGE;
}

static int parse_mode(const char *word, enum xdptap_mode *mode)
{
	for (__u32 m = XDPTAP_MODE_AUTO; m <= XDPTAP_MODE_OFFLOAD; m++) {
		if (!strcmp(word, tap_mode_name(m))) {
			*mode = (enum xdptap_mode)m;
			return EXIT_OK;
		}
	}
	diag_error("unknown mode '%s'", word);
	diag_hint("use one of: auto native generic offload");
	return EXIT_USAGE;
}

/* Events at exit are those of a trace tap, which counts verdicts as well. */
static int parse_at(const char *word, struct attach_request *rq)
{
	if (!strcmp(word, "entry"))
		return EXIT_OK;
	if (strcmp(word, "exit")) {
		diag_error("at '%s' is neither entry nor exit", word);
		return EXIT_USAGE;
	}
	rq->at_exit = true;
	rq->verdicts = true;
	rq->trace = true;
	return EXIT_OK;
}

/* `xdp_word` is one that a trace tap has no use for, or NULL. */
static int check_trace(struct attach_request *rq, const char *xdp_word)
{
	if (rq->trace && xdp_word) {
		diag_error("'%s' and '%s' exclude each other", xdp_word,
			   rq->at_exit ? "at exit" : "trace");
		diag_hint("a trace tap is where the program is that it traces");
		return EXIT_USAGE;
	}
	if (rq->settings.actions && !rq->at_exit) {
		diag_error("'action' needs 'at exit'");
		diag_hint("at the entry of a program nobody knows yet what it is going to return");
		return EXIT_USAGE;
	}
	if (rq->at_exit && !rq->settings.actions)
		rq->settings.actions = VERDICTS_ALL_ACTIONS;
	if (rq->trace_wanted && !rq->trace) {
		diag_error("'prog' needs 'trace'");
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

int attach_arguments_parse(const char *bpffs, int argc, char **argv, struct attach_request *rq)
{
	__u32 total = XDPTAP_DEFAULT_RING_BYTES;
	const char *name, *word, *value, *xdp_word = NULL;
	int status = EXIT_OK, err, cpus;

	*rq = (struct attach_request){
		.mode = XDPTAP_MODE_AUTO,
		.prio = XDPTAP_DEFAULT_PRIO,
		.rings = RINGS_AUTO,
		.settings = { .filter = "", .sample = 1 },
	};
	name = arguments_dev(&argc, &argv);
	if (!name)
		return EXIT_USAGE;
	cpus = libbpf_num_possible_cpus();
	if (cpus < 0) {
		diag_error("%s: can't find out the number of possible CPUs: %s", name,
			   strerror(-cpus));
		return EXIT_FAILED;
	}
	rq->cpus = (__u32)cpus;

	while (argc && status == EXIT_OK) {
		word = arguments_once(&argc, &argv);
		if (!word)
			return EXIT_USAGE;
		if (!strcmp(word, "require-dispatcher")) {
			rq->require_dispatcher = true;
			xdp_word = word;
			continue;
		}
		if (!strcmp(word, "promisc")) {
			rq->promisc = true;
			continue;
		}
		if (!strcmp(word, "trace")) {
			rq->trace = true;
			continue;
		}
		if (!strcmp(word, "verdicts")) {
			rq->verdicts = true;
			continue;
		}
		if (!settings_arguments_know(word) && strcmp(word, "mode") &&
		    strcmp(word, "prio") && strcmp(word, "ring") && strcmp(word, "rings") &&
		    strcmp(word, "flows") && strcmp(word, "prog") && strcmp(word, "at") &&
		    strcmp(word, "group")) {
			return settings_arguments_refuse(
				word,
				SETTINGS_WORDS
				" mode prio ring rings flows promisc require-dispatcher trace prog at verdicts group",
				&rq->settings);
		}
		if (!argc) {
			diag_error("'%s' needs a value", word);
			return EXIT_USAGE;
		}
		value = *argv++;
		argc--;
		if (!strcmp(word, "mode") || !strcmp(word, "prio"))
			xdp_word = word;
		if (settings_arguments_know(word))
			status = settings_arguments_take(word, value, &rq->settings);
		else if (!strcmp(word, "mode"))
			status = parse_mode(value, &rq->mode);
		else if (!strcmp(word, "prio"))
			status = parse_prio(value, &rq->prio);
		else if (!strcmp(word, "prog"))
			rq->trace_wanted = value;
		else if (!strcmp(word, "at"))
			status = parse_at(value, rq);
		else if (!strcmp(word, "group"))
			status = parse_group(value, rq);
		else if (!strcmp(word, "rings"))
			status = parse_rings(value, rq->cpus, &rq->rings);
		else if (!strcmp(word, "flows"))
			status = parse_flows(value, &rq->flows);
		else
			status = parse_ring(value, &total);
	}
	if (status != EXIT_OK)
		return status;
	status = split_rings(total, rq);
	if (status != EXIT_OK)
		return status;

	if (rq->mode == XDPTAP_MODE_OFFLOAD && rq->verdicts) {
		diag_error(
			"an offloaded program has none beside it: mode offload and verdicts exclude each other");
		return EXIT_USAGE;
	}
	if (rq->mode == XDPTAP_MODE_OFFLOAD && rq->require_dispatcher) {
		diag_error(
			"a dispatcher can't be offloaded: mode offload and require-dispatcher exclude each other");
		return EXIT_USAGE;
	}
	status = check_trace(rq, xdp_word);
	if (status != EXIT_OK)
		return status;
	err = link_find(name, &rq->link);
	if (err) {
		diag_error("%s: %s", name, strerror(-err));
		diag_hint("'ip link show' lists the interfaces");
		return EXIT_FAILED;
	}
	rq->name = (struct tap_name){ bpffs, rq->link.ifname };
	return EXIT_OK;
}

void attach_arguments_free(struct attach_request *rq)
{
	program_free_settings(&rq->settings);
	traced_close(&rq->traced);
}
