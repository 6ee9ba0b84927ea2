# The Makefile's part on what is installed, and on what is given to others: a tarball, Debian packages.

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
INCLUDEDIR ?= $(PREFIX)/include
PKGCONFIGDIR ?= $(PREFIX)/share/pkgconfig
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/site-functions
UNITDIR ?= $(PREFIX)/lib/systemd/system
# Where Wireshark looks, if PREFIX is /usr.
EXTCAPDIR ?= $(PREFIX)/lib/$(multiarch)/wireshark/extcap
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
DESTDIR ?=

units := $(notdir $(patsubst %.in,%,$(wildcard docs/systemd/*.in)))

# KIND:SOURCE:PLACE of each file. A kind is a mode, `link` to another file of the same folder, or
# `far` for a link to a file that is installed elsewhere. Install and uninstall know no other list.
to_man = 644:$1:$(MANDIR)/man$(patsubst .%,%,$(suffix $1))/$(notdir $1)
installed := $(foreach f,$(tools) $(extcap),755:$f:$(SBINDIR)/$(notdir $f)) \
	far:$(SBINDIR)/xdptap-extcap:$(EXTCAPDIR)/xdptap-extcap \
	$(foreach f,$(wildcard docs/*.7 docs/*.8),$(call to_man,$f)) \
	644:docs/completion/xdptap:$(BASHCOMPDIR)/xdptap-loader \
	link:xdptap-loader:$(BASHCOMPDIR)/xdptap-reader \
	link:xdptap-loader:$(BASHCOMPDIR)/xdptap-stats \
	644:docs/completion/_xdptap:$(ZSHCOMPDIR)/_xdptap \
	644:bpf/abi.h:$(INCLUDEDIR)/xdptap/abi.h \
	644:$O/xdptap.pc:$(PKGCONFIGDIR)/xdptap.pc \
	$(foreach f,$(units),644:$O/systemd/$f:$(UNITDIR)/$f) \
	644:docs/systemd/sysusers.conf:$(SYSUSERSDIR)/xdptap.conf
from_template := $O/xdptap.pc $(addprefix $O/systemd/,$(units))

# They name the places above, which may be others than last time.
$(from_template): $O/%: docs/%.in FORCE
	@mkdir -p $(@D)
	@sed 's,@VERSION@,$(VERSION),; s,@PREFIX@,$(PREFIX),; s,@INCLUDEDIR@,$(INCLUDEDIR),; s,@SBINDIR@,$(SBINDIR),' $< >$@

# A word of `installed`: its parts.
kind = $(word 1,$(subst :, ,$1))
source = $(word 2,$(subst :, ,$1))
place = $(DESTDIR)$(word 3,$(subst :, ,$1))
define install_one
$(if $(filter far,$(call kind,$1)),$(INSTALL) -d '$(dir $(call place,$1))' && ln -srf '$(DESTDIR)$(call source,$1)' '$(call place,$1)',$(install_file))

endef
define install_file
$(if $(filter link,$(call kind,$1)),ln -sf $(call source,$1) '$(call place,$1)',$(INSTALL) -D -m $(call kind,$1) $(call source,$1) '$(call place,$1)')
endef
define uninstall_one
$(RM) '$(call place,$1)'

endef

install: all $(from_template)
	$(foreach f,$(installed),$(call install_one,$f))
uninstall:
	$(foreach f,$(installed),$(call uninstall_one,$f))
	[ ! -d '$(DESTDIR)$(INCLUDEDIR)/xdptap' ] || rmdir --ignore-fail-on-non-empty '$(DESTDIR)$(INCLUDEDIR)/xdptap'

# What is committed, as a tarball: the same bytes for the same commit.
tarball := $O/dist/xdptap-$(VERSION).tar.xz
dist:
	@git rev-parse --git-dir >/dev/null 2>&1 || { echo 'make dist: this is no git repository' >&2; exit 1; }
	@[ -z "$$(git status --porcelain)" ] || echo 'make dist: what is not committed is left out' >&2
	@mkdir -p $(dir $(tarball))
	git archive --prefix=xdptap-$(VERSION)/ HEAD | xz -9 >$(tarball).tmp
	@mv $(tarball).tmp $(tarball)
	@echo $(tarball)

# Debian packages of the sources as they are here, built in a copy, so that nothing of it stays among
# them. For the same sources they have the same bytes, wherever and whenever they are built.
deb_dir := $O/deb
deb:
	@command -v dpkg-buildpackage >/dev/null || \
		{ echo "make deb: dpkg-buildpackage is missing: install the Debian packages dpkg-dev and debhelper" >&2; exit 1; }
	$(RM) -r $(deb_dir)
	mkdir -p $(deb_dir)/xdptap
	tar -c --exclude=./build --exclude=./.git . | tar -x -C $(deb_dir)/xdptap
	cd $(deb_dir)/xdptap && env -u MAKEFLAGS -u MAKELEVEL -u XDPTAP_BUILD \
		DEB_BUILD_OPTIONS="$(or $(DEB_BUILD_OPTIONS),parallel=$(shell nproc))" dpkg-buildpackage -b -us -uc
	$(RM) -r $(deb_dir)/xdptap
	@ls $(deb_dir)/*.deb

FORCE:
.PHONY: install uninstall dist deb FORCE
