// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the BPF object asks of libxdp's dispatcher, as libxdp itself reads it;
 * needs no privilege, as nothing is loaded. Run by `make test-bpf`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/bpf.h>
#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "bpf/abi.h"
#include "bpf/capture.skel.h"

static struct capture_bpf *skel;
static struct xdp_program *prog;

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static int open_program(void **state)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts, .prog_name = XDPTAP_PROG_NAME);

	(void)state;
	libbpf_set_print(quiet);
	skel = capture_bpf__open();
	if (!skel)
		return -1;
	opts.obj = skel->obj;
	prog = xdp_program__create(&opts);
	return libxdp_get_error(prog) ? -1 : 0;
}

static int close_program(void **state)
{
	(void)state;
	xdp_program__close(prog);
	capture_bpf__destroy(skel);
	return 0;
}

static void it_runs_before_xdp_filter(void **state)
{
	(void)state;
	assert_int_equal(xdp_program__run_prio(prog), XDPTAP_DEFAULT_PRIO);
	assert_true(xdp_program__run_prio(prog) < 10);
}

static void the_chain_goes_on_after_pass_only(void **state)
{
	(void)state;
	for (int action = XDP_ABORTED; action <= XDP_REDIRECT; action++)
		assert_int_equal(xdp_program__chain_call_enabled(prog, (enum xdp_action)action),
				 action == XDP_PASS);
}

/*
 * Else it would take the whole chain's multi-buffer support away. The section
 * tells libbpf alone: libxdp sees no more than bpf_program__flags(), which do
 * not have the flag before the load, so that the program that attaches must set it.
 */
static void it_takes_multi_buffer_frames(void **state)
{
	(void)state;
	assert_string_equal(bpf_program__section_name(skel->progs.capture_packet_data),
			    "xdp.frags");
	assert_int_equal(xdp_program__set_xdp_frags_support(prog, true), 0);
	assert_true(xdp_program__xdp_frags_support(prog));
}

static void it_has_the_names_of_the_contract(void **state)
{
	(void)state;
	assert_string_equal(xdp_program__name(prog), XDPTAP_PROG_NAME);
	assert_string_equal(bpf_map__name(skel->maps.packet_ringbuf), XDPTAP_MAP_RING);
	assert_string_equal(bpf_map__name(skel->maps.stats_map), XDPTAP_MAP_STATS);
	assert_string_equal(bpf_map__name(skel->maps.meta), XDPTAP_MAP_META);
	assert_string_equal(bpf_map__name(skel->maps.doorbell), XDPTAP_MAP_DOORBELL);
}

static void its_maps_have_the_sizes_of_the_contract(void **state)
{
	(void)state;
	assert_int_equal(bpf_map__type(skel->maps.packet_ringbuf), BPF_MAP_TYPE_RINGBUF);
	assert_int_equal(bpf_map__max_entries(skel->maps.packet_ringbuf),
			 XDPTAP_DEFAULT_RING_BYTES);
	assert_int_equal(bpf_map__type(skel->maps.stats_map), BPF_MAP_TYPE_PERCPU_ARRAY);
	assert_int_equal(bpf_map__value_size(skel->maps.stats_map), sizeof(struct packet_stats));
	assert_int_equal(bpf_map__type(skel->maps.meta), BPF_MAP_TYPE_ARRAY);
	assert_int_equal(bpf_map__value_size(skel->maps.meta), sizeof(struct tap_meta));
	assert_int_equal(bpf_map__type(skel->maps.doorbell), BPF_MAP_TYPE_RINGBUF);
	assert_int_equal(bpf_map__type(skel->maps.data_wakeup), BPF_MAP_TYPE_ARRAY);
	assert_int_equal(bpf_map__value_size(skel->maps.data_wakeup), sizeof(__u32));
	assert_int_equal(bpf_map__max_entries(skel->maps.data_wakeup), 1);
	assert_int_equal(bpf_map__type(skel->maps.cpu_rings), BPF_MAP_TYPE_ARRAY_OF_MAPS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_runs_before_xdp_filter),
		cmocka_unit_test(the_chain_goes_on_after_pass_only),
		cmocka_unit_test(it_takes_multi_buffer_frames),
		cmocka_unit_test(it_has_the_names_of_the_contract),
		cmocka_unit_test(its_maps_have_the_sizes_of_the_contract),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_program, close_program);
}
