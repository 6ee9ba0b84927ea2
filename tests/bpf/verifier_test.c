// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the verifier of this kernel says of the program: that it takes it, and
 * how much work that was. Its limit is a million instructions; we keep far off,
 * as other kernels' verifiers follow more paths. Run by `make test-bpf`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <sys/utsname.h>
#include <bpf/bpf.h>

#include "bpf/capture.skel.h"
#include "tests/bpf/run.h"

#define MOST_INSTRUCTIONS 60000

static void load(__u32 rings, __u32 snaplen, __u32 flows)
{
	struct capture_bpf *skel = capture_bpf__open();
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	struct utsname uts;
	int err;

	assert_non_null(skel);
	skel->rodata->rings = rings;
	skel->rodata->snaplen = snaplen;
	skel->rodata->flows = flows;
	if (flows) {
		assert_int_equal(bpf_map__set_max_entries(skel->maps.flow_map, flows), 0);
	} else { /* as the loader does: nothing that is left may refer to them */
		assert_int_equal(bpf_map__set_autocreate(skel->maps.flow_map, false), 0);
		assert_int_equal(bpf_map__set_autocreate(skel->maps.flow_flushed, false), 0);
	}
	err = capture_bpf__load(skel);
	if (err == -EPERM)
		skip_all("loading a program needs privileges");
	assert_int_equal(err, 0);
	assert_int_equal(bpf_obj_get_info_by_fd(bpf_program__fd(skel->progs.capture_packet_data),
						&info, &len),
			 0);
	capture_bpf__destroy(skel);
	uname(&uts);
	print_message(
		"# Linux %s, %s, snaplen %u, flows %s: %u instructions processed by the verifier, %u in the program\n",
		uts.release, rings == 1 ? "one ring" : "rings", snaplen, flows ? "on" : "off",
		info.verified_insns, (unsigned int)(info.xlated_prog_len / sizeof(__u64)));
	assert_true(info.verified_insns > 0);
	assert_true(info.verified_insns < MOST_INSTRUCTIONS);
}

/* Of these and of those between them, each has all that a smaller one has. */
static const __u32 snaplens[] = { 0, 1, 64, 1500, 65535, XDPTAP_SNAPLEN_MAX };

static void one_ring_is_far_from_the_verifiers_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(snaplens) / sizeof(snaplens[0]); i++)
		load(1, snaplens[i], 0);
}

static void rings_are_far_from_the_verifiers_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(snaplens) / sizeof(snaplens[0]); i++)
		load(2, snaplens[i], 0);
}

static void flows_are_far_from_the_verifiers_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(snaplens) / sizeof(snaplens[0]); i++)
		for (__u32 rings = 1; rings <= 2; rings++)
			load(rings, snaplens[i], 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_ring_is_far_from_the_verifiers_limit),
		cmocka_unit_test(rings_are_far_from_the_verifiers_limit),
		cmocka_unit_test(flows_are_far_from_the_verifiers_limit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
