# The benchmark's part of the Makefile; tests/bench/main.c says what is where.

bench_bpf := $(patsubst %.c,$O/%.o,$(wildcard tests/bench/*.bpf.c))
bench_alone := tests/bench/naive.c
bench_src := $(filter-out %.bpf.c $(bench_alone),$(wildcard tests/bench/*.c)) tests/bpf/frames.c
bench_tools := $O/tests/bench/bench $(patsubst %.c,$O/%,$(wildcard $(bench_alone)))

$(bench_bpf): $O/%.bpf.o: %.bpf.c $O/.flags | $O/.libs-found
	@mkdir -p $(@D)
	$(call say,CLANG)$(CLANG) $(bpf_cflags) -I. -MMD -MP -MT $@ -MF $(@:.o=.d) -c $< -o $@
	$(Q)$(LLVM_STRIP) -g $@

# X.bpf.c is embedded by what includes tests/bench/X.skel.h.
bench_skel := $(bench_bpf:.bpf.o=.skel.h)
$(bench_skel): %.skel.h: %.bpf.o
	$(call say,SKEL)$(BPFTOOL) gen skeleton $< name $(notdir $*)_bpf > $@.tmp 2> $@.log || \
		{ cat $@.log >&2; false; }
	$(Q)mv $@.tmp $@
$(call obj,$(bench_src) $(bench_alone)): | $(bench_skel)

# What built the BPF objects; it goes into the report.
$O/tests/bench/clang.h: $O/.flags
	@mkdir -p $(@D)
	$(Q)echo '#define BENCH_CLANG "$(shell $(CLANG) --version | head -n 1)"' > $@
$O/tests/bench/machine.o: $O/tests/bench/clang.h

$O/tests/bench/bench: $(call obj,$(bench_src)) $(shared)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,libbpf json-c) -pthread
$O/tests/bench/naive: $(call obj,$(bench_alone))
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,libbpf)

bench-built: all $(bench_tools)

# BENCH="-q cost flat": options and sections, as `bench -h` tells.
bench: bench-built
	$O/tests/bench/bench $(BENCH)

.PHONY: bench bench-built
