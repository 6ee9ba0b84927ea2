# xdptap: its tools and their BPF objects. `make help` lists the targets.

CC ?= cc
GCC ?= gcc
CLANG ?= clang
LLVM_STRIP ?= llvm-strip
BPFTOOL ?= bpftool
CLANG_TIDY ?= clang-tidy
INSTALL ?= install
PKG_CONFIG ?= pkg-config
O := build

VERSION := 0.1.0

ifneq ($(V),1)
Q := @
say = @printf '  %-8s%s\n' '$1' '$(patsubst $O/%,%,$@)';
endif

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla
ifdef WERROR
WARNINGS += -Werror
endif
ifdef SAN
sanitize := -fsanitize=address,undefined -fno-sanitize-recover=undefined
O := build/san
endif
ifdef COVERAGE
sanitize := --coverage -fprofile-update=atomic
O := build/coverage
endif

# The floor is what Debian 12 ships.
libs_loader := libxdp libbpf json-c libpcap libcap-ng libmnl
libs_confine := libcap-ng libseccomp
libs_reader := libbpf json-c libpcap $(libs_confine)
libs_stats := libbpf json-c ncursesw $(libs_confine)
libs_extcap := libbpf json-c libcap-ng
pkg_floor := libbpf >= 1.1 libxdp >= 1.3 json-c >= 0.16 libpcap >= 1.10 ncursesw >= 6.4 libcap-ng >= 0.8 libmnl >= 1.0 \
	libseccomp >= 2.5
pkg_cflags = $(shell $(PKG_CONFIG) --cflags $1 2>/dev/null)
pkg_libs = $(shell $(PKG_CONFIG) --libs $1 2>/dev/null)

CFLAGS ?= -O2 -g
std_cflags := -std=gnu11 -D_GNU_SOURCE -DXDPTAP_VERSION='"$(VERSION)"' -I. -isystem $O $(WARNINGS) \
	$(call pkg_cflags,$(libs_loader) libpcap ncursesw $(libs_confine)) $(sanitize) $(CPPFLAGS) $(CFLAGS)
std_ldflags := $(sanitize) $(LDFLAGS)

# Debian keeps asm/ headers by architecture, where the BPF target does not look.
multiarch := $(shell $(CC) -print-multiarch 2>/dev/null)
BPF_CFLAGS ?= -O2 -g -mcpu=v3
# BTF has the names of source files: not that of the folder where it was built.
bpf_cflags := -target bpf -ffile-prefix-map=$(CURDIR)=. $(if $(multiarch),-idirafter /usr/include/$(multiarch)) -Ibpf \
	-Wall -Wextra $(if $(WERROR),-Werror) $(BPF_CFLAGS)

# For the tests, which run what was built.
export XDPTAP_BUILD := $(CURDIR)/$O

tools := $O/xdptap-loader $O/xdptap-reader $O/xdptap-stats
# Wireshark starts it.
extcap := $O/xdptap-extcap

# What the tools share is linked from an archive: each takes what it uses.
shared_src := $(wildcard pin/*.c pin/cli/*.c reader/text/*.c)
loader_src := $(wildcard loader/*.c)
filter_src := $(wildcard loader/filter/*.c)
reader_src := $(wildcard reader/*.c)
stats_src := $(wildcard reader/stats/*.c)
extcap_src := $(wildcard reader/extcap/*.c)
obj = $(patsubst %.c,$O/%.o,$1)
shared := $O/shared.a
filter := $O/filter.a

all: $(tools) $(extcap)

help:
	@printf '%s\n' \
	'make            build the tools into $O/' \
	'make deps       install what is needed to build and test (Debian 12 or later)' \
	'make run        show a demonstration in a private network; DEV=eth0: tap that interface' \
	'make test       run all tests; `make test-unit`, `-pcapng`, `-bpf`, `-system`, `-guest`, `-fuzz`: one' \
	'make test-faults  let each system call of each command fail; hours' \
	'make test-kernels   all that a kernel may change, in guests: 6.1, 6.12 and newest, Debian 12 and 13' \
	'make test-debian13  build, unit, bpf, pcapng and system tests in a root of Debian 13' \
	'make test-packages  install, use, upgrade and purge the packages in clean roots of Debian 12 and 13' \
	'make fuzz       fuzz the parser, the output formats and filters, SECONDS=60 each' \
	'make soak       capture at a high rate for SECONDS=60: nothing may be lost, nothing may grow' \
	'make bench      measure what xdptap costs; BENCH="-h" lists sections and options' \
	'make fixtures   rewrite tests/fixtures: the captures, and what is printed for them' \
	'make check      static checks: shellcheck, cppcheck, clang-tidy, -fanalyzer' \
	'make coverage   which lines the unit tests run, in a table and in build/coverage/index.html' \
	'make install    install into $$(DESTDIR)$$(PREFIX); `make uninstall`' \
	'make dist       a tarball of what is committed; `make deb`: Debian packages; both into $O/' \
	'make clean      remove build/ except the guest kernels; `make distclean` removes all' \
	'' \
	'V=1 shows the commands, WERROR=1 makes warnings errors, SAN=1 builds with ASan and UBSan.'

# What everything is compiled with; when it changes, everything is compiled again. `sudo make
# run` builds nothing as root, not even this file.
flags := $(CC) $(std_cflags) $(std_ldflags) $(CLANG) $(bpf_cflags)
ifneq ($(MAKECMDGOALS),run)
ifneq ($(file <$O/.flags),$(flags))
$(shell mkdir -p $O)$(file >$O/.flags,$(flags))
endif
endif

# A clear word about a missing library, before the compiler's.
$O/.libs-found:
	@mkdir -p $O
	@$(PKG_CONFIG) --print-errors --exists '$(pkg_floor)' || \
		{ echo "hint: 'make deps' installs what the build needs" >&2; exit 1; }
	@touch $@

# One for XDP, one that traces XDP programs, those that count what these return, and XDP's errors.
bpf_programs := capture trace verdict errors features
skeletons := $(patsubst %,$O/bpf/%.skel.h,$(bpf_programs))

$O/bpf/%.bpf.o: bpf/%.bpf.c $O/.flags | $O/.libs-found
	@mkdir -p $(@D)
	$(call say,CLANG)$(CLANG) $(bpf_cflags) -MMD -MP -MT $@ -MF $(@:.o=.d) -c $< -o $@
	$(Q)$(LLVM_STRIP) -g $@ # DWARF; BTF stays

# Embedded, so that the loader needs no file beside itself.
$O/bpf/%.skel.h: $O/bpf/%.bpf.o
	$(call say,SKEL){ echo '#include "bpf/abi.h" /* for struct tap_control */' && \
		echo '/* NOLINTBEGIN: the analyzer does not see what bpf_object__destroy_skeleton() frees */' && \
		$(BPFTOOL) gen skeleton $< name $*_bpf && echo '/* NOLINTEND */'; } > $@.tmp 2> $@.log || \
		{ cat $@.log >&2; false; } # else only libbpf's note on .xdp_run_config
	$(Q)mv $@.tmp $@

$O/%.o: %.c $O/.flags | $O/.libs-found
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(std_cflags) -MMD -MP -c $< -o $@

$(call obj,$(loader_src)): $(skeletons)

# A list of numbers and names, as NAME(number, "name") for each. 14 characters are what struct
# short_name of names.c holds.
$O/%.inc: %.list
	@mkdir -p $(@D)
	$(call say,AWK)awk '{ sub(/#.*/, "") } !NF { next } \
		NF != 2 || length($$2) > 14 || seen[$$1]++ { print FILENAME ":" FNR ": not a new number and a name" > "/dev/stderr"; exit 1 } \
		{ printf "NAME(%s, \"%s\")\n", $$1, $$2 }' $< > $@

names_inc := $O/reader/text/protocols.inc $O/reader/text/ethertypes.inc
$O/reader/text/names.o: $(names_inc)

$(shared): $(call obj,$(shared_src))
	$(call say,AR)$(RM) $@ && $(AR) rcs $@ $^
$(filter): $(call obj,$(filter_src))
	$(call say,AR)$(RM) $@ && $(AR) rcs $@ $^

$O/xdptap-loader: $(call obj,$(loader_src)) $(filter) $(shared)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,$(libs_loader))
$O/xdptap-reader: $(call obj,$(reader_src)) $(shared)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,$(libs_reader))
$O/xdptap-stats: $(call obj,$(stats_src)) $(shared)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,$(libs_stats))
$O/xdptap-extcap: $(call obj,$(extcap_src)) $(shared)
	$(call say,LD)$(CC) $(std_ldflags) -o $@ $^ $(call pkg_libs,$(libs_extcap))

include tests/tests.mk
include tests/bench/bench.mk
include docs/install.mk

# Debian's names, floor Debian 12. What builds, what the demonstration runs,
# what the tests need besides.
deb_build := clang llvm gcc libc6-dev linux-libc-dev make pkg-config bpftool libbpf-dev libxdp-dev \
	libelf-dev zlib1g-dev libjson-c-dev libncurses-dev libpcap-dev libcap-ng-dev libseccomp-dev libmnl-dev
deb_run := iproute2 iputils-ping netcat-openbsd procps util-linux
deb_test := bats bsdextrautils busybox-static clang-format clang-tidy cpio cppcheck debhelper dpkg-dev ethtool gcovr jq kcat kmod \
	libcap2-bin libclang-rt-dev libcmocka-dev librdkafka-dev lintian mandoc mmdebstrap perl prometheus prometheus-node-exporter \
	python3-jsonschema python3-yaml qemu-system-x86 rpmlint rsyslog shellcheck strace systemd tcpdump tmux tshark udev wireshark-common \
	xdp-tools xz-utils zsh
deb_missing = $(shell dpkg-query -W -f '$${Package} $${db:Status-Status}\n' $1 2>/dev/null | \
	awk '$$2 == "installed" { have[$$1] } \
	     END { n = split("$1", want); for (i = 1; i <= n; i++) if (!(want[i] in have)) print want[i] }')
apt_install = if command -v apt-get >/dev/null; then \
		apt-get update -q && \
		DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $1; \
	else \
		echo "no apt-get here; needed, by their names in Debian: $1" >&2; exit 1; \
	fi

# The newest clang that there is, for the verifier's tests.
newest_clang_package = $$(apt-cache pkgnames clang- | grep -xE 'clang-[0-9]+' | sort -V | tail -n 1)

deps:
	$(if $(call deb_missing,$(deb_build) $(deb_run) $(deb_test)),\
		$(call apt_install,$(call deb_missing,$(deb_build) $(deb_run) $(deb_test))),\
		@echo 'all that is needed is installed')
	$(if $(have_apt),@dpkg -s "$(newest_clang_package)" >/dev/null 2>&1 || \
		{ $(call apt_install,"$(newest_clang_package)"); })

# For `run` and `test`. Without apt-get, the build says what it lacks.
have_apt := $(shell command -v apt-get)
deps-run: need-root
	@$(if $(have_apt),$(if $(call deb_missing,$(deb_build) $(deb_run)),\
		$(call apt_install,$(call deb_missing,$(deb_build) $(deb_run))),:),:)
deps-test:
	$(if $(have_apt),$(if $(call deb_missing,$(deb_build) $(deb_run) $(deb_test)),@$(MAKE) deps))

need-root:
	@[ "$$(id -u)" = 0 ] || { echo "make run: attaching XDP programs needs root: run 'sudo make run'" >&2; exit 1; }

# What sudo was called by builds, so that it can remove what was built.
as_caller := $(if $(filter-out 0,$(SUDO_UID)),setpriv --reuid=$(SUDO_UID) --regid=$(SUDO_GID) --init-groups --)

# Makes of their own: this one looked for libraries before they were there.
run: deps-run
	@$(as_caller) $(MAKE) --no-print-directory all
	@tests/demo $(if $(DEV),'$(DEV)')
test: deps-test
	@$(MAKE) --no-print-directory test-all

# Which lines the tests run that call functions of the tools: unit and bpf. The system tests judge what
# the tools print, to which gcov would add.
coverage:
	@$(MAKE) --no-print-directory COVERAGE=1 CC=gcc CFLAGS='-O1 -g' $(if $(filter 0,$(shell id -u)),test-unit test-bpf,test-unit)
	@gcovr --root . --object-directory build/coverage --exclude 'tests/' --exclude 'build/' --print-summary \
		--html-details build/coverage/index.html --txt build/coverage/coverage.txt
	@cat build/coverage/coverage.txt
	@echo 'line by line: build/coverage/index.html'

clean:
	$(Q)[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name guest -exec rm -rf {} +
distclean:
	$(RM) -r build

# What a machine can see in the sources.
c_files := $(wildcard $(addsuffix /*.[ch],bpf pin pin/cli loader loader/filter reader reader/text reader/stats reader/extcap tests/*))
shell_files := tests/demo tests/record tests/fuzz/run tests/guest/group tests/guest/run tests/guest/fetch-kernel tests/debian13 tests/kernels tests/mirror tests/packages tests/soak .ci/run \
	tests/systemd/boot docs/completion/xdptap
bats_files := $(wildcard tests/*/*.bats tests/*/*.bash)

# Each source file by itself, so that they are checked side by side and once.
tidy_src := $(filter-out bpf/%.bpf.c tests/%,$(filter %.c,$(c_files)))
tidy_ok := $(patsubst %.c,$O/tidy/%.ok,$(tidy_src))
generated := $(skeletons) $(names_inc)
$(tidy_ok): $O/tidy/%.ok: %.c .clang-tidy $(filter %.h,$(c_files)) $(generated)
	@mkdir -p $(@D)
	$(call say,TIDY)$(CLANG_TIDY) --quiet $(tidy_flags) $< -- $(std_cflags) >$@.log 2>&1 || { cat $@.log; false; }
	@touch $@
# It calls what bpftool made, in which clang sees a leak that is none.
$O/tidy/loader/program.ok: tidy_flags := --checks=-clang-analyzer-unix.Malloc

# gcc 12 loses track of memory that elements of an array own (ASan finds leaks), and takes the
# precision of a vector's elements for that of their shift count.
analyzer_ok := $(patsubst %.c,$O/analyzer/%.o,$(tidy_src))
analyzer_flags := -O1 -fanalyzer -Werror -Wno-analyzer-malloc-leak -Wno-analyzer-shift-count-overflow
$(analyzer_ok): $O/analyzer/%.o: %.c $(filter %.h,$(c_files)) $(generated)
	@mkdir -p $(@D)
	$(call say,ANALYZE)$(GCC) $(std_cflags) $(analyzer_flags) -c $< -o $@

# What looks at all files at once: side by side too, the slowest first.
# ctuuninitvar: cppcheck takes arrays in a struct that a function fills for ones that it reads.
check-cppcheck: $(generated)
	cppcheck --quiet --std=c11 --enable=warning,portability,performance --inline-suppr \
		--error-exitcode=1 --suppress=missingIncludeSystem --suppress=ctuuninitvar -I. -I$O -D__x86_64__ \
		'-DLIBBPF_OPTS(t, n, ...)=struct t n = { __VA_ARGS__ }' \
		'-DDECLARE_LIBXDP_OPTS(t, n, ...)=struct t n = { __VA_ARGS__ }' \
		$(filter-out bpf/%.bpf.c tests/%,$(filter %.c,$(c_files)))
check-shell:
	shellcheck -x $(shell_files)
check-bats:
	shellcheck -x -S warning -e SC2030,SC2031,SC2034,SC2154 $(bats_files)
check-bats-negations:
	shellcheck -x -i SC2314,SC2315 $(bats_files) # a bare "!" can't fail a test
check-format:
	clang-format --dry-run -Werror $(c_files) $(wildcard examples/*.c)
check-rest:
	tests/check-includes
	tests/check-source-map
	mandoc -Tlint -Wwarning $(wildcard docs/*.7 docs/*.8)
checks_of_all := check-cppcheck check-bats check-bats-negations check-shell check-format check-rest
check: $(checks_of_all) $(tidy_ok) $(analyzer_ok)

format:
	clang-format -i $(c_files) $(wildcard examples/*.c)

.PHONY: all help check $(checks_of_all) format deps deps-run deps-test need-root run test coverage clean distclean
.DELETE_ON_ERROR:
.SECONDARY:

-include $(shell find $O -type f -name '*.d' 2>/dev/null)
