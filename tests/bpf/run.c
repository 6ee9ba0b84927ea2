// SPDX-License-Identifier: BSD-2-Clause
/* The real XDP program in the running kernel; used by check.c and all tests in this folder. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/capture.skel.h"
#include "tests/bpf/run.h"

#define METADATA_MAX  32
#define METADATA_FILL 0xcc

static struct {
	struct capture_bpf *skel;
	struct ring_buffer *ring;
	int prog_fd;
	int stats_fd;
	int cpus;
	struct packet_stats *percpu; /* `cpus` of them */
	struct packet_event *drain_to;
	int drain_max;
	int drained;
	__u32 snaplen;
	__u8 bytes[FRAME_MAX]; /* of the last record, after its event */
} tap;

static void (*before_load)(struct capture_bpf *skel);

__attribute__((format(printf, 2, 0))) static int print_warnings(enum libbpf_print_level level,
								const char *format, va_list args)
{
	if (level != LIBBPF_WARN)
		return 0;
	fputs("# ", stderr);
	return vfprintf(stderr, format, args);
}

static int take_record(void *ctx, void *data, size_t size)
{
	struct packet_event ev;
	__u32 caplen;

	(void)ctx;
	if (size < sizeof(ev))
		return -EPROTO;
	memcpy(&ev, data, sizeof(ev));
	caplen = ev.len < tap.snaplen ? ev.len : tap.snaplen;
	if (size != sizeof(ev) + caplen || caplen > sizeof(tap.bytes))
		return -EPROTO;
	memcpy(tap.bytes, (const __u8 *)data + sizeof(ev), caplen);
	if (tap.drained < tap.drain_max)
		tap.drain_to[tap.drained] = ev;
	tap.drained++;
	return 0;
}

void skip_all(const char *reason)
{
	printf("1..0 # SKIP %s\n", reason);
	exit(0);
}

static void __attribute__((noreturn)) bail_out(const char *what, int err)
{
	printf("Bail out! %s: %s\n", what, strerror(abs(err)));
	exit(1);
}

void run_before_load(void (*change)(struct capture_bpf *skel))
{
	before_load = change;
}

static void open_program(__u32 ring_bytes, __u32 snaplen, __u32 flows)
{
	int err;

	libbpf_set_print(print_warnings);
	tap.skel = capture_bpf__open();
	if (!tap.skel)
		bail_out("cannot open the BPF object", errno);
	if (ring_bytes)
		bpf_map__set_max_entries(tap.skel->maps.packet_ringbuf, ring_bytes);
	tap.snaplen = tap.skel->rodata->snaplen = snaplen;
	tap.skel->rodata->flows = flows;
	if (flows) {
		bpf_map__set_max_entries(tap.skel->maps.flow_map, flows);
	} else {
		bpf_map__set_autocreate(tap.skel->maps.flow_map, false);
		bpf_map__set_autocreate(tap.skel->maps.flow_flushed, false);
	}
	if (before_load)
		before_load(tap.skel);
	err = capture_bpf__load(tap.skel);
	if (err == -EPERM || err == -EACCES)
		skip_all("may not load BPF programs; run as root");
	if (err)
		bail_out("cannot load the BPF object", err);

	tap.prog_fd = bpf_program__fd(tap.skel->progs.capture_packet_data);
	tap.stats_fd = bpf_map__fd(tap.skel->maps.stats_map);
	tap.cpus = libbpf_num_possible_cpus();
	if (tap.cpus < 0)
		bail_out("cannot count the CPUs", tap.cpus);
	tap.percpu = calloc((size_t)tap.cpus, sizeof(*tap.percpu));
	if (!tap.percpu)
		bail_out("cannot read the counters", ENOMEM);
	tap.ring = ring_buffer__new(bpf_map__fd(tap.skel->maps.packet_ringbuf), take_record, NULL,
				    NULL);
	if (!tap.ring)
		bail_out("cannot open the ring", errno);
}

void run_open(__u32 ring_bytes)
{
	open_program(ring_bytes, 0, 0);
}

void run_open_snaplen(__u32 ring_bytes, __u32 snaplen)
{
	open_program(ring_bytes, snaplen, 0);
}

void run_open_flows(__u32 ring_bytes, __u32 flows)
{
	open_program(ring_bytes, 0, flows);
}

int run_close(void **state)
{
	(void)state;
	ring_buffer__free(tap.ring);
	free(tap.percpu);
	capture_bpf__destroy(tap.skel);
	memset(&tap, 0, sizeof(tap));
	return 0;
}

struct capture_bpf *run_object(void)
{
	return tap.skel;
}

int run_can_split(void)
{
	const struct bpf_insn linear_bytes[] = {
		{ .code = BPF_LDX | BPF_MEM | BPF_W,
		  .dst_reg = BPF_REG_0,
		  .src_reg = BPF_REG_1,
		  .off = offsetof(struct xdp_md, data_end) },
		{ .code = BPF_LDX | BPF_MEM | BPF_W,
		  .dst_reg = BPF_REG_2,
		  .src_reg = BPF_REG_1,
		  .off = offsetof(struct xdp_md, data) },
		{ .code = BPF_ALU64 | BPF_SUB | BPF_X, .dst_reg = BPF_REG_0, .src_reg = BPF_REG_2 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, load, .prog_flags = BPF_F_XDP_HAS_FRAGS);
	__u8 data[2 * ETH_HLEN] = {};
	struct xdp_md ctx = { .data_end = ETH_HLEN };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = sizeof(data),
		    .ctx_in = &ctx, .ctx_size_in = sizeof(ctx), .repeat = 1);
	int fd, err;

	fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "linear_bytes", "GPL", linear_bytes,
			   sizeof(linear_bytes) / sizeof(linear_bytes[0]), &load);
	if (fd < 0)
		return 0;
	err = bpf_prog_test_run_opts(fd, &opts);
	close(fd);
	return !err && opts.retval == ETH_HLEN;
}

const char *run_once(const struct run_input *in)
{
	static __u8 with_metadata[METADATA_MAX + FRAME_MAX];
	static __u8 out[METADATA_MAX + FRAME_MAX];
	__u32 size = in->metadata + in->len;
	struct xdp_md ctx = {
		.data = in->metadata,
		.data_end = in->linear ? in->metadata + in->linear : size,
	};
	/* One repetition: the kernel waits for RCU between two. */
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = in->data, .data_size_in = size,
		    .data_out = out, .data_size_out = sizeof(out), .repeat = 1);

	if (in->metadata) {
		memset(with_metadata, METADATA_FILL, in->metadata);
		memcpy(with_metadata + in->metadata, in->data, in->len);
		opts.data_in = with_metadata;
	}
	if (in->metadata || in->linear) {
		opts.ctx_in = &ctx;
		opts.ctx_size_in = sizeof(ctx);
	}
	if (bpf_prog_test_run_opts(tap.prog_fd, &opts))
		return strerror(errno);
	if (opts.retval != XDP_PASS)
		return "the program did not return XDP_PASS";
	if (opts.data_size_out != size || memcmp(out, opts.data_in, size))
		return "the program changed the frame";
	return NULL;
}

int run_drain(struct packet_event *to, int max)
{
	int err;

	tap.drain_to = to;
	tap.drain_max = max;
	tap.drained = 0;
	err = ring_buffer__consume(tap.ring);
	if (err < 0)
		bail_out("cannot read the ring", err);
	return tap.drained;
}

const __u8 *run_bytes(void)
{
	return tap.bytes;
}

struct packet_stats run_stats(void)
{
	struct packet_stats sum = {};
	__u64 *to = (__u64 *)&sum;
	__u32 zero = 0;

	if (bpf_map_lookup_elem(tap.stats_fd, &zero, tap.percpu))
		bail_out("cannot read the counters", errno);
	for (int cpu = 0; cpu < tap.cpus; cpu++)
		for (size_t i = 0; i < sizeof(sum) / sizeof(*to); i++)
			to[i] += ((const __u64 *)&tap.percpu[cpu])[i];
	return sum;
}
