# The tests' part of the Makefile; CONTRIBUTING.md says what the rings are.

# Each tests/{unit,bpf}/*_test.c is a cmocka program that prints TAP. The other
# .c files beside it are linked into all of that folder's programs. `main` of
# the tools is left out, all else of theirs can be called.
test_libs = $(call pkg_libs,libxdp libbpf json-c ncursesw cmocka libpcap $(libs_confine)) -lm
unit_tests := $(patsubst %.c,$O/%,$(wildcard tests/unit/*_test.c))
bpf_tests := $(patsubst %.c,$O/%,$(wildcard tests/bpf/*_test.c))
# From where what holds no BPF object is taken. Whoever names another directory has made it.
lib_o ?= $O
tool_obj = $(patsubst $O/%,$(lib_o)/%,$(call obj,$(filter-out %main.c,$(reader_src) $(stats_src))) $(filter) $(shared))
ifneq ($(lib_o),$O)
$(tool_obj): ;
endif
helper_obj = $(call obj,$(filter-out %_test.c %.bpf.c,$(wildcard tests/$1/*.c)))

$(unit_tests): $O/%: $O/%.o $(call helper_obj,unit) $(tool_obj)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(test_libs)
# It lets the other side run between two looks of the reader.
$O/tests/unit/batch_random_test: std_ldflags += -Wl,--wrap=ring_look,--wrap=ring_peek,--wrap=ring_untake
# It is the map of the members.
$O/tests/unit/fate_test: std_ldflags += -Wl,--wrap=verdicts_read_members
# Tests of what only the loader has.
$O/tests/unit/rings_test: $O/loader/rings.o
$O/tests/unit/dir_test: $O/loader/dir.o
$O/tests/unit/log_test: $O/loader/log.o
$O/tests/unit/members_test: $O/loader/members.o
# Frames from the other folder.
$O/tests/unit/synth_test $O/tests/unit/malformed_test: $(addprefix $O/tests/bpf/,captures.o frames.o mutate.o)
$(bpf_tests): $O/%: $O/%.o $(call helper_obj,bpf) $(tool_obj)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(test_libs)
$(patsubst %.c,$O/%.o,$(wildcard tests/bpf/*.c)): $(skeletons)
$O/tests/bpf/%.bpf.o: tests/bpf/%.bpf.c $O/.flags | $O/.libs-found
	@mkdir -p $(@D)
	$(call say,CLANG)$(CLANG) $(bpf_cflags) -MMD -MP -MT $@ -MF $(@:.o=.d) -c $< -o $@
	$(Q)$(LLVM_STRIP) -g $@
$O/tests/bpf/%.skel.h: $O/tests/bpf/%.bpf.o
	$(call say,SKEL){ echo '#include "bpf/abi.h"' && $(BPFTOOL) gen skeleton $< name $*_bpf; } > $@
$O/tests/bpf/filter_test.o: $O/tests/bpf/filter.skel.h
$O/tests/bpf/standin_test.o: $O/tests/bpf/standin.skel.h

# cmocka 2 calls assert_in_range() deprecated; Debian 12's has nothing else.
$(patsubst %.c,$O/%.o,$(wildcard tests/unit/*.c tests/bpf/*.c tests/fixtures/*.c)): \
	private std_cflags += -DCMOCKA_DISABLE_DEPRECATION_WARNINGS

# The project's own captures: what is committed is what their sources make.
fixtures_test := $O/tests/fixtures/fixtures_test
$(fixtures_test): $(call obj,$(wildcard tests/fixtures/*.c) tests/bpf/frames.c)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,cmocka)

# Rewrites them, and the lines that xdptap-reader prints of them.
fixtures: $(fixtures_test) $O/tests/bpf/golden_test
	XDPTAP_UPDATE=1 $(fixtures_test)
	XDPTAP_UPDATE=1 $O/tests/bpf/golden_test

# The fuzzers' objects are their own, with what libFuzzer and the sanitizers add.
fuzz_flags := -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
fuzzers := $O/fuzz/parse_fuzz $O/fuzz/text_fuzz $O/fuzz/synth_fuzz $O/fuzz/filter_fuzz \
	$O/fuzz/ring_fuzz $O/fuzz/seeds_write
fuzz_obj = $(patsubst %.c,$O/fuzz/obj/%.o,$1)
SECONDS ?= 60

$O/fuzz/obj/%.o: %.c $O/.flags | $O/.libs-found
	@mkdir -p $(@D)
	$(call say,CLANG)$(CLANG) $(std_cflags) $(fuzz_flags) -MMD -MP -c $< -o $@
$O/fuzz/obj/reader/text/names.o: $(names_inc)
$O/fuzz/parse_fuzz: $(call fuzz_obj,tests/fuzz/parse_fuzz.c tests/fuzz/reference.c \
	reader/malformed.c reader/ip.c reader/text/names.c reader/text/digits.c)
$O/fuzz/text_fuzz: $(call fuzz_obj,tests/fuzz/text_fuzz.c tests/unit/json_check.c \
	$(addprefix reader/,packet_text.c packet_json.c fate.c details.c ip.c llc.c malformed.c) \
	$(addprefix reader/text/,dump.c names.c address.c time.c digits.c utf8.c escape.c) \
	pin/cli/output.c pin/cli/diag.c pin/verdicts.c)
$O/fuzz/synth_fuzz: $(call fuzz_obj,tests/fuzz/synth_fuzz.c reader/synth.c)
$O/fuzz/filter_fuzz: $(call fuzz_obj,tests/fuzz/filter_fuzz.c tests/fuzz/ebpf_run.c tests/bpf/classic_run.c \
	$(addprefix loader/filter/,classic.c flow.c loops.c emit.c load.c translate.c) pin/reason.c)
$O/fuzz/ring_fuzz: $(call fuzz_obj,tests/fuzz/ring_fuzz.c \
	$(addprefix reader/,batch.c ring.c source.c wakeup.c filter.c format.c description.c host.c fate.c \
	pcapng.c synth.c packet_text.c packet_json.c details.c ip.c llc.c malformed.c) \
	$(addprefix reader/text/,dump.c names.c address.c time.c digits.c utf8.c escape.c) \
	$(addprefix pin/,counters.c in_force.c link.c lock.c reason.c ring_pages.c tap_name.c bpffs.c permission.c verdicts.c) \
	$(addprefix pin/cli/,capability.c diag.c expression.c expression_place.c output.c settings_note.c tap_error.c))
$O/fuzz/parse_fuzz $O/fuzz/text_fuzz $O/fuzz/synth_fuzz $O/fuzz/filter_fuzz $O/fuzz/ring_fuzz:
	$(call say,LD)$(CLANG) $(fuzz_flags) $(LDFLAGS) -o $@ $^ $(call pkg_libs,json-c libbpf libpcap libcap-ng)
$O/fuzz/seeds_write: $(call obj,tests/fuzz/seeds.c tests/bpf/captures.c)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,libpcap)

# Files for the tools that read such: tshark and its company.
pcapng_write := $O/tests/pcapng/write
$(pcapng_write): $(call obj,tests/pcapng/write.c tests/bpf/captures.c \
	$(addprefix reader/,pcapng.c host.c synth.c) reader/text/utf8.c pin/link.c)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,libpcap)

fuzz: $(fuzzers)
	tests/fuzz/run $(SECONDS)

# A capture at a high rate for long: nothing may be lost, and nothing may grow.
soak: all $(system_tools)
	tests/soak $(SECONDS)

# What the system tests send and load.
system_tools := $(addprefix $O/tests/system/,at_exit attempt.so bursts counters flood flows hostile identical kafka_mock live meddle network patterns \
	on_a_bus.so plain_reader refuse.so replay ring_bytes screen sequence verdicts wakeups pass.bpf.o) \
	$(addprefix $O/tests/guest/,slew steps hook stop.so others.bpf.o)
$(addprefix $O/tests/,system/flood system/bursts system/flows guest/slew guest/steps): %: %.o
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^
$(addprefix $O/tests/system/,replay identical patterns sequence): %: %.o
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,libpcap)
$(addprefix $O/tests/system/,at_exit hostile live meddle plain_reader ring_bytes verdicts wakeups): %: %.o
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,libbpf)
$O/tests/system/counters: $O/tests/system/counters.o $(shared)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,libbpf)
# Without sanitizers, which want to be the first that is loaded.
$(addprefix $O/tests/system/,attempt.so on_a_bus.so refuse.so) $O/tests/guest/stop.so: $O/%.so: %.c $O/.flags
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(filter-out $(sanitize),$(std_cflags)) -fPIC -shared -o $@ $< -ldl
$O/tests/system/kafka_mock: $O/tests/system/kafka_mock.o
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,rdkafka)
$O/tests/system/network: $O/tests/system/network.o
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,libmnl)
$O/tests/system/screen: $O/tests/system/screen.o \
		$(call obj,$(filter-out %main.c,$(stats_src))) $(shared)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,$(libs_stats))
$O/tests/guest/hook: $O/tests/guest/hook.o
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,libbpf)
$(addprefix $O/tests/,system/at_exit.bpf.o system/hostile.bpf.o system/live.bpf.o system/pass.bpf.o guest/others.bpf.o): $O/%.bpf.o: %.bpf.c $O/.flags | $O/.libs-found
	@mkdir -p $(@D)
	$(call say,CLANG)$(CLANG) $(bpf_cflags) -MMD -MP -MT $@ -MF $(@:.o=.d) -c $< -o $@
$O/tests/system/%.skel.h: $O/tests/system/%.bpf.o
	$(call say,SKEL)$(BPFTOOL) gen skeleton $< name $*_bpf > $@
$O/tests/system/at_exit.o $O/tests/system/hostile.o $O/tests/system/live.o: %.o: %.skel.h

unit_ring := unit: $(unit_tests) $(fixtures_test) tests/unit/json.bats
bpf_ring := bpf: $(bpf_tests)
fuzz_ring := fuzz: tests/fuzz/run
# Captures of others are used only where XDPTAP_PACKETS names their directory.
system_tests := $(filter-out $(if $(XDPTAP_PACKETS),,%/captures_of_others.bats),$(wildcard tests/system/*.bats))
# What a host's kernel may allow as well: if it does not, they are skipped there.
on_hosts := $(patsubst %,tests/guest/%.bats,dispatcher settings trace verdicts)
system_ring := system: $(system_tests) $(on_hosts)
pcapng_ring := harness: tests/pcapng/tools.bats
# The units of systemd too: booted.bats is run by guest.bats, in a guest of its own.
build_ring := harness: $(wildcard tests/build/*.bats) $(filter-out %/booted.bats,$(wildcard tests/systemd/*.bats)) \
	tests/bench/bench.bats

# The verifiers of three kernels, on what the default clang makes of the program
# and on what the newest one does that is installed.
newest_clang := $(shell ls /usr/bin | sed -n 's/^clang-\([0-9]*\)$$/\1/p' | sort -n | tail -n 1)
newest_o := $O/clang-$(newest_clang)
newest_verifier := $(newest_o)/tests/bpf/verifier_test
$(newest_verifier): $(bpf_tests)
	@$(MAKE) --no-print-directory O=$(newest_o) lib_o=$O CLANG=clang-$(newest_clang) $@

# In a guest all is emulated: not what is the same on any kernel.
same_anywhere := $(patsubst %,tests/system/%.bats,alerts any arguments at_exit captures_of_others examples extcap \
	faults_attach faults_loader faults_reader faults_stats features files hostile interface later manual names \
	ndjson pipes prometheus races read_back reader_filter recipes rotation set soak top unmounted verdicts watch)
bpf_in_guests := $(patsubst %,$O/tests/bpf/%_test,verifier filter filter_random standin trace \
	buffers capture tai_clock flows snaplen wakeup)
bats_in_guests := $(filter-out %/selftest.bats,$(wildcard tests/guest/*.bats))
# All that a kernel may change.
kernel_tests := $(bpf_in_guests) $(bats_in_guests) $(filter-out $(same_anywhere),$(system_tests))

# For each change: on 6.1 what the host's kernel may refuse, on the others what they may refuse,
# since each has a verifier of its own, and the tests with the tag every-kernel.
verifier_tests := $(newest_verifier) $(patsubst %,$O/tests/bpf/%_test,verifier filter filter_random standin trace)
every_kernel = $(if $1,$(shell grep -l 'test_tags=.*every-kernel' $1))
every_kernel_system := $(call every_kernel,$(system_tests))
every_kernel_guest := $(call every_kernel,$(bats_in_guests))
guest_ring := harness: tests/guest/selftest.bats bpf: $(newest_verifier) \
	guest: $(newest_verifier) $(bpf_in_guests) $(bats_in_guests) short: $(every_kernel_system) \
	guest-6.12: $(verifier_tests) short-6.12: $(every_kernel_guest) \
	guest-newest: $(verifier_tests) short-newest: $(every_kernel_guest)

tests-built: all $(newest_verifier) $(unit_tests) $(fixtures_test) $(bpf_tests) $(pcapng_write) $(fuzzers) $(system_tools) bench-built

test-all: tests-built
	tests/run $(unit_ring) $(pcapng_ring) $(build_ring) $(bpf_ring) $(fuzz_ring) $(system_ring) $(guest_ring)
test-unit: $(unit_tests) $(fixtures_test)
	tests/run $(unit_ring)
test-pcapng: $(pcapng_write)
	tests/run $(pcapng_ring)
test-bpf: $(bpf_tests)
	tests/run $(bpf_ring)
test-fuzz: $(fuzzers)
	tests/run $(fuzz_ring)
test-system: all $(system_tools)
	tests/run $(system_ring)
# Every system call of every command refused, and attach, detach and set killed at each: hours.
test-faults: all $(system_tools)
	XDPTAP_SWEEP=$(or $(XDPTAP_SWEEP),1) BATS_TEST_TIMEOUT=14400 tests/run system: $(wildcard tests/system/faults_*.bats)
test-guest: all $(bpf_tests) $(newest_verifier) $(system_tools)
	tests/run $(guest_ring)

# All kernels and user spaces, in the long form of each test: some hours. KERNELS=6.12 ROOTS=this: fewer.
KERNELS = 6.1 6.12 newest
ROOTS = this debian13
kernel-tests-built: all $(bpf_in_guests) $(system_tools)
test-kernels: kernel-tests-built
	@KERNELS='$(KERNELS)' ROOTS='$(ROOTS)' tests/kernels "$(debian13_packages)" $(kernel_tests)

# The packages and the tarball in clean roots of Debian 12 and 13: some minutes.
test-packages:
	tests/packages

# The rings whose results depend on Debian's versions of programs and libraries, in one run with one sum. The
# packages that are left out serve static checks and guests.
debian13_packages = $(filter-out busybox-static clang-format clang-tidy cpio cppcheck debhelper gcovr lintian mmdebstrap \
	qemu-system-x86 rpmlint shellcheck systemd udev zsh,$(deb_build) $(deb_run) $(deb_test))
COMMAND = make -j$(shell nproc) WERROR=1 test-short
test-debian13:
	@tests/debian13 "$(debian13_packages)" $(COMMAND)
test-short: all $(unit_tests) $(fixtures_test) $(bpf_tests) $(pcapng_write) $(system_tools)
	tests/run $(unit_ring) $(bpf_ring) $(pcapng_ring) $(system_ring)

.PHONY: kernel-tests-built test-kernels test-packages test-debian13 test-short fixtures fuzz tests-built test-all test-unit test-pcapng test-bpf test-fuzz test-system test-faults test-guest
