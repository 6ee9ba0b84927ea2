// SPDX-License-Identifier: BSD-2-Clause
/* What `xdptap-loader attach` does with the programs that a tap traces, or counts; used by
 * attach.c. */
#include <errno.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "loader/attach_traced.h"
#include "loader/errors.h"
#include "loader/log.h"
#include "loader/verdicts.h"
#include "pin/cli/diag.h"
#include "pin/tap.h"
#include "pin/tap_map.h"

int attach_traced_count(struct attach_request *rq)
{
	struct reason why;
	int err;

	log_forget();
	err = verdicts_create(&rq->name);
	if (err)
		reason_set(&why, err, "can't create the maps of verdicts: %s", strerror(-err));
	else
		err = verdicts_follow(&rq->name, &rq->traced, &why);
	if (err) {
		diag_error_hint(rq->name.ifname, why.text,
				"'--debug' shows the messages of libbpf and libxdp");
		return err;
	}
	err = errors_begin(&rq->name, rq->link.ifindex);
	if (err)
		diag_note("%s: failures of TX and REDIRECT can't be counted: %s", rq->name.ifname,
			  strerror(-err));
	rq->errors = !err;
	return 0;
}

int attach_traced_count_others(struct attach_request *rq, const struct attachment *a)
{
	__u32 map_id;
	int err;

	err = tap_map_id(bpf_map__fd(a->program.maps.stats_map), &map_id);
	if (err) {
		diag_error("%s: can't examine its counters: %s", rq->name.ifname, strerror(-err));
		return err;
	}
	err = traced_find_all(rq->name.ifname, rq->link.ifindex, map_id, &rq->traced);
	return err ? err : attach_traced_count(rq);
}

int attach_traced_find(struct attach_request *rq)
{
	const char *ifname = rq->name.ifname;
	int err;

	if (rq->at_exit && !rq->trace_wanted)
		err = traced_find_all(ifname, rq->link.ifindex, 0, &rq->traced);
	else
		err = traced_find(ifname, rq->link.ifindex, rq->trace_wanted, &rq->traced);
	if (!err && !rq->traced.n) {
		diag_error("%s: no XDP program is attached to it that can be traced", ifname);
		err = -ENODATA;
	}
	if (err == -ENODATA)
		diag_hint("attach the tap without '%s'", rq->at_exit ? "at exit" : "trace");
	rq->traced.at_exit = rq->at_exit;
	return err;
}

void attach_traced_say(const struct attach_request *rq)
{
	char text[TRACED_TEXT_MAX];

	if (rq->traced.n) {
		diag_note("%s: verdicts are counted of %s", rq->name.ifname,
			  traced_text(text, &rq->traced));
		return;
	}
	diag_note("%s: no other XDP program is there whose verdicts could be counted",
		  rq->name.ifname);
	diag_hint("when one has come, 'xdptap-loader set dev %s verdicts' takes it in",
		  rq->name.ifname);
}
