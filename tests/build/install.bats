#!/usr/bin/env bats
# What is installed and given to others: files, a tarball, Debian packages, completion in real shells. Run by
# tests/run as it is, in a folder of its own with the objects that are built already.

bats_require_minimum_version 1.5.0

setup()
{
	unset MAKEFLAGS MAKELEVEL
	root=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	built=${XDPTAP_BUILD:-$root/build}
	dest=$BATS_TEST_TMPDIR/dest
}

files_in() { (cd "$1" && find . ! -type d | sort); }

# copy_sources: into "$sources", as they are here, without git.
copy_sources()
{
	sources=$BATS_TEST_TMPDIR/sources
	mkdir -p "$sources"
	tar -c -C "$root" --exclude=./build --exclude=./.git . | tar -x -C "$sources"
}

# What is not built again: install from here what `make` has built.
install_in()
{
	make -C "$root" --no-print-directory "$1" -o all O="${built#"$root/"}" DESTDIR="$dest" "${@:2}"
}

@test "install puts each file in its place, and uninstall removes just these" {
	mkdir -p "$dest/opt/xt/sbin" "$dest/opt/xt/include"
	touch "$dest/opt/xt/sbin/of-somebody-else"
	install_in install PREFIX=/opt/xt EXTCAPDIR=/opt/xt/extcap
	diff - <(files_in "$dest/opt/xt") <<-'END'
		./extcap/xdptap-extcap
		./include/xdptap/abi.h
		./lib/systemd/system/xdptap-reader@.service
		./lib/systemd/system/xdptap-stats.service
		./lib/systemd/system/xdptap-stats.timer
		./lib/systemd/system/xdptap@.service
		./lib/sysusers.d/xdptap.conf
		./sbin/of-somebody-else
		./sbin/xdptap-extcap
		./sbin/xdptap-loader
		./sbin/xdptap-reader
		./sbin/xdptap-stats
		./share/bash-completion/completions/xdptap-loader
		./share/bash-completion/completions/xdptap-reader
		./share/bash-completion/completions/xdptap-stats
		./share/man/man7/xdptap.7
		./share/man/man8/xdptap-extcap.8
		./share/man/man8/xdptap-loader.8
		./share/man/man8/xdptap-reader.8
		./share/man/man8/xdptap-stats.8
		./share/pkgconfig/xdptap.pc
		./share/zsh/site-functions/_xdptap
	END
	# No page or unit is forgotten that lies in docs/.
	for file in "$root"/docs/*.[78] "$root"/docs/systemd/*.in; do
		name=${file##*/}
		[ -n "$(find "$dest" -name "${name%.in}")" ] || { echo "not installed: $file"; false; }
	done
	"$dest/opt/xt/sbin/xdptap-loader" --version
	[ "$dest/opt/xt/extcap/xdptap-extcap" -ef "$dest/opt/xt/sbin/xdptap-extcap" ]
	[ "$(stat -c %a "$dest/opt/xt/sbin/xdptap-loader" "$dest/opt/xt/include/xdptap/abi.h" | xargs)" = "755 644" ]
	# Units call the tools where they are.
	grep -qx 'ExecStart=/opt/xt/sbin/xdptap-loader attach .*' "$dest/opt/xt/lib/systemd/system/xdptap@.service"
	[ -z "$(grep -r '@[A-Z]*@' "$dest/opt/xt/lib" "$dest/opt/xt/share/pkgconfig")" ]
	install_in uninstall PREFIX=/opt/xt EXTCAPDIR=/opt/xt/extcap
	[ "$(files_in "$dest")" = ./opt/xt/sbin/of-somebody-else ]
	[ ! -e "$dest/opt/xt/include/xdptap" ]
}

@test "the header of the maps serves programs in C and in BPF, by pkg-config" {
	install_in install PREFIX="$dest/usr" DESTDIR=
	export PKG_CONFIG_PATH=$dest/usr/share/pkgconfig
	[ "$(pkg-config --modversion xdptap)" = "$("$dest/usr/sbin/xdptap-loader" --version | grep -o '[0-9][0-9.]*' | head -n 1)" ]
	cat >"$BATS_TEST_TMPDIR/program.c" <<-'END'
		#include <xdptap/abi.h>
		int main(void) { return sizeof(struct packet_event) == 56 ? 0 : 1; }
	END
	# shellcheck disable=SC2046
	cc -std=c11 -Wall -Wextra -Werror $(pkg-config --cflags xdptap) -o "$BATS_TEST_TMPDIR/program" "$BATS_TEST_TMPDIR/program.c"
	"$BATS_TEST_TMPDIR/program"
	# shellcheck disable=SC2046
	clang -target bpf -O2 -Wall -Wextra -Werror -idirafter "/usr/include/$(cc -print-multiarch)" $(pkg-config --cflags xdptap) \
		-c "$BATS_TEST_TMPDIR/program.c" -o "$BATS_TEST_TMPDIR/program.o"
}

@test "dist: the same bytes twice, and all that a build without git needs" {
	git -C "$root" rev-parse HEAD || skip "this is no git repository"
	make -C "$root" dist O="$BATS_TEST_TMPDIR/one"
	make -C "$root" dist O="$BATS_TEST_TMPDIR/two"
	cmp "$BATS_TEST_TMPDIR"/{one,two}/dist/xdptap-*.tar.xz
	tar -xf "$BATS_TEST_TMPDIR"/one/dist/xdptap-*.tar.xz -C "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"/xdptap-*/
	[ "$(find . ! -type d | sort)" = "$(git -C "$root" ls-tree -r --name-only HEAD | sed 's,^,./,' | sort)" ]
	# git is not asked, and nothing lies beside the sources but build/.
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho "git was called" >&2\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/git"
	chmod +x "$BATS_TEST_TMPDIR/bin/git"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH make -n install >"$BATS_TEST_TMPDIR/plan" 2>&1
	refute_in "$BATS_TEST_TMPDIR/plan" 'git was called'
	run -2 env PATH="$BATS_TEST_TMPDIR/bin:$PATH" make dist
	[[ $output == *'make dist: this is no git repository'* ]]
}

refute_in() { ! grep -q "$2" "$1"; }

@test "rpm: a spec without a fault for rpmlint, of the version that is built" {
	cd "$root/docs/rpm"
	rpmlint -r xdptap.rpmlintrc xdptap.spec
	for version in "$(sed -n 's/^Version: *//p' xdptap.spec)" "$(dpkg-parsechangelog -l "$root/debian/changelog" -S Version)"; do
		[ "$version" = "$("$built/xdptap-loader" --version | grep -o '[0-9][0-9.]*' | head -n 1)" ]
	done
}

make_deb() { make -C "$1" deb >"$BATS_TEST_TMPDIR/log" 2>&1 || { tail -n 20 "$BATS_TEST_TMPDIR/log"; return 1; }; }

@test "deb: packages without a fault for lintian, that know nothing of where and when they were built" {
	copy_sources
	make_deb "$sources"
	[ "$(cd "$sources" && find debian -type f | sort)" = "$(cd "$root" && find debian -type f | sort)" ]
	lintian --allow-root --fail-on error,warning "$sources"/build/deb/*.changes
	for package in "$sources"/build/deb/*.deb; do
		dpkg-deb -x "$package" "$dest"
		# Nothing is younger than the changelog.
		youngest=$(dpkg-deb -c "$package" | awk '{ print $4 " " $5 }' | sort | tail -n 1)
		[[ ! $youngest > $(date -u -d "$(dpkg-parsechangelog -l "$root/debian/changelog" -S Date)" '+%F %R') ]]
	done
	[ -x "$dest/usr/sbin/xdptap-loader" ] && [ -e "$dest/usr/include/xdptap/abi.h" ]
	run grep -rlF "$BATS_TEST_TMPDIR" "$dest"
	[ -z "$output" ]
	[ -n "${XDPTAP_LONG:-}" ] || return 0
	# The same bytes, in another place, at another time, with other settings.
	mkdir "$BATS_TEST_TMPDIR/elsewhere"
	mv "$sources/build/deb" "$BATS_TEST_TMPDIR/first"
	mv "$sources" "$BATS_TEST_TMPDIR/elsewhere/xdptap"
	TZ=Asia/Tokyo LC_ALL=C make_deb "$BATS_TEST_TMPDIR/elsewhere/xdptap"
	for package in "$BATS_TEST_TMPDIR"/first/*.deb; do
		cmp "$package" "$BATS_TEST_TMPDIR/elsewhere/xdptap/build/deb/${package##*/}"
	done
}

@test "bash: TAB completes commands and interfaces" {
	run typed bash
	echo "$output"
	[[ $output == *'xdptap-loader detach'* ]]
	[[ $output == *'attach dev lo mode native'* ]]
}

@test "zsh: TAB completes commands and interfaces" {
	run typed zsh
	echo "$output"
	[[ $output == *'xdptap-loader detach'* ]]
	[[ $output == *'attach dev lo mode native'* ]]
}

# typed bash|zsh: what stands on the lines of an interactive shell after TAB, as a user would see it.
typed()
{
	local socket=$BATS_TEST_TMPDIR/tmux line
	cat >"$BATS_TEST_TMPDIR/bashrc" <<-END
		PS1='> '; PATH=$built:\$PATH; source $root/docs/completion/xdptap
	END
	cat >"$BATS_TEST_TMPDIR/.zshrc" <<-END
		PROMPT='> '; PATH=$built:\$PATH; fpath=($root/docs/completion \$fpath)
		export XDPTAP_COMPLETION=$root/docs/completion/xdptap
		autoload -Uz compinit; compinit -u -d $BATS_TEST_TMPDIR/zcompdump
	END
	if [ "$1" = bash ]; then
		tmux -S "$socket" -f /dev/null new-session -d -x 80 -y 24 "bash --noprofile --rcfile $BATS_TEST_TMPDIR/bashrc -i"
	else
		tmux -S "$socket" -f /dev/null new-session -d -x 80 -y 24 "ZDOTDIR=$BATS_TEST_TMPDIR zsh -d -i"
	fi
	shown '>' || return
	for line in 'xdptap-loader det|xdptap-loader detach' 'xdptap-loader attach dev lo mode na|attach dev lo mode native'; do
		tmux -S "$socket" send-keys "${line%|*}" Tab
		shown "${line#*|}" || break
		tmux -S "$socket" send-keys C-u
	done
	tmux -S "$socket" kill-server
	rm -f "$socket"
}

# Waits for this on the terminal, and prints what is there.
shown()
{
	local end=$((SECONDS + 20))
	until tmux -S "$socket" capture-pane -p >"$BATS_TEST_TMPDIR/screen" && grep -qF -- "$1" "$BATS_TEST_TMPDIR/screen"; do
		[ $SECONDS -lt $end ] || { echo "not on the terminal: $1"; cat "$BATS_TEST_TMPDIR/screen"; return 1; }
		sleep 0.05
	done
	cat "$BATS_TEST_TMPDIR/screen"
}
