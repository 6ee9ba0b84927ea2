// SPDX-License-Identifier: BSD-2-Clause
/* Loads translated filters and runs them; used by filter_test.c and filter_random_test.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "loader/filter/emit.h"
#include "loader/filter/object.h"
#include "tests/bpf/judge.h"

#define LOG_BYTES 65536

/* The BTF of both functions, which the verifier wants of one that is global. */
static struct {
	struct btf *btf;
	int filter, caller; /* ids */
} types;

static int make_types(void)
{
	const struct btf_type *proto;
	int id;

	if (types.btf)
		return 0;
	types.btf = object_btf(FILTER_XDP, &types.filter);
	if (!types.btf)
		return -errno;
	proto = btf__type_by_id(types.btf, btf__type_by_id(types.btf, (__u32)types.filter)->type);
	id = (int)btf_params(proto)->type;
	id = btf__add_func_proto(types.btf, (int)proto->type) < 0
		     ? -ENOMEM
		     : btf__add_func_param(types.btf, "ctx", id);
	if (id)
		return id;
	types.caller = btf__add_func(types.btf, "judge", BTF_FUNC_STATIC,
				     (int)btf__type_cnt(types.btf) - 1);
	return types.caller < 0 ? types.caller : btf__load_into_kernel(types.btf);
}

int judge_load(const struct bpf_insn *code, size_t n, const char **log)
{
	static char text[LOG_BYTES];
	const struct bpf_insn caller[] = {
		EMIT_ALU64_X(BPF_MOV, BPF_REG_6, BPF_REG_1),
		EMIT_CALL(BPF_FUNC_xdp_get_buff_len),
		EMIT_ALU64_X(BPF_MOV, BPF_REG_2, BPF_REG_0),
		EMIT_ALU64_X(BPF_MOV, BPF_REG_1, BPF_REG_6),
		EMIT_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 2),
		EMIT_ALU64_K(BPF_ADD, BPF_REG_0, XDP_DROP), /* 1 is XDP_PASS then */
		EMIT_EXIT,
	};
	const __u32 n_caller = sizeof(caller) / sizeof(caller[0]);
	struct bpf_func_info info[2] = { { 0 }, { .insn_off = n_caller } };
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_XDP_HAS_FRAGS, .func_info = info,
		    .func_info_cnt = 2, .func_info_rec_size = sizeof(info[0]));
	struct bpf_insn *all;
	int err, fd;

	*text = '\0';
	*log = text;
	err = make_types();
	if (err)
		return err;
	info[0].type_id = (__u32)types.caller;
	info[1].type_id = (__u32)types.filter;
	opts.prog_btf_fd = (__u32)btf__fd(types.btf);
	all = malloc(sizeof(caller) + n * sizeof(*all));
	if (!all)
		return -ENOMEM;
	memcpy(all, caller, sizeof(caller));
	memcpy(all + n_caller, code, n * sizeof(*code));
	fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "judge", "GPL", all, n_caller + n, &opts);
	if (fd < 0 && errno != EPERM) {
		opts.log_buf = text;
		opts.log_size = sizeof(text);
		opts.log_level = 1;
		fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "judge", "GPL", all, n_caller + n, &opts);
		if (strlen(text) > 4000)
			*log = text + strlen(text) - 4000;
	}
	err = -errno;
	free(all);
	return fd < 0 ? err : fd;
}

__u32 judge_verified(int fd)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &len) ? 0 : info.verified_insns;
}

int judge_run(int fd, const void *frame, __u32 len, __u32 linear)
{
	struct xdp_md ctx = { .data_end = linear };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = len, .repeat = 1);

	if (linear) {
		opts.ctx_in = &ctx;
		opts.ctx_size_in = sizeof(ctx);
	}
	if (bpf_prog_test_run_opts(fd, &opts))
		return -errno;
	return opts.retval == XDP_PASS ? 1 : opts.retval == XDP_DROP ? 0 : -EPROTO;
}
