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
