# The tests' part of the Makefile; see tests/README.md for the rings.

# Each tests/{unit,bpf}/*_test.c is a cmocka program that prints TAP. The other
# .c files beside it are linked into all of that folder's programs. `main` of
# the tools is left out, all else of theirs can be called.
test_libs = $(call pkg_libs,libxdp libbpf json-c cmocka libpcap)
unit_tests := $(patsubst %.c,$O/%,$(wildcard tests/unit/*_test.c))
bpf_tests := $(patsubst %.c,$O/%,$(wildcard tests/bpf/*_test.c))
tool_obj = $(call obj,$(filter-out %main.c,$(pin_src) $(reader_src) $(stats_src)))
helper_obj = $(call obj,$(filter-out %_test.c,$(wildcard tests/$1/*.c)))

$(unit_tests): $O/%: $O/%.o $(tool_obj) $(call helper_obj,unit)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(test_libs)
$(bpf_tests): $O/%: $O/%.o $(tool_obj) $(call helper_obj,bpf)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(test_libs)
$(patsubst %.c,$O/%.o,$(wildcard tests/bpf/*.c)): $O/bpf/capture.skel.h

# What the system tests send and load.
system_tools := $O/tests/system/flood $O/tests/system/pass.bpf.o
$O/tests/system/flood: $O/tests/system/flood.o
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^
$O/tests/system/pass.bpf.o: tests/system/pass.bpf.c | $O/.libs-found
	@mkdir -p $(@D)
	$(call say,CLANG)$(CLANG) $(bpf_cflags) -MMD -MP -MT $@ -MF $(@:.o=.d) -c $< -o $@

dispatcher_test := tests/guest/dispatcher.bats
unit_ring := unit: $(unit_tests)
bpf_ring := bpf: $(bpf_tests)
system_ring := system: $(wildcard tests/system/*.bats) $(dispatcher_test)
build_ring := harness: tests/build/make.bats
guest_ring := harness: tests/guest/selftest.bats \
	guest: $(dispatcher_test) tests/guest/clock.bats $(wildcard tests/system/*.bats)

tests-built: all $(unit_tests) $(bpf_tests) $(system_tools)

test-all: tests-built
	tests/run $(unit_ring) $(build_ring) $(bpf_ring) $(system_ring) $(guest_ring)
test-unit: $(unit_tests)
	tests/run $(unit_ring)
test-bpf: $(bpf_tests)
	tests/run $(bpf_ring)
test-system: all $(system_tools)
	tests/run $(system_ring)
test-guest: all $(system_tools)
	tests/run $(guest_ring)

.PHONY: tests-built test-all test-unit test-bpf test-system test-guest
