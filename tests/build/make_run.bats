#!/usr/bin/env bats
# `make run` as people call it: without root, through sudo, in a chroot. It builds in a copy of
# the sources, into which most of what is built already goes as well: what was built a minute ago
# is not what this is about. Run by tests/run.

setup()
{
	copy=$BATS_TEST_TMPDIR/copy
	mkdir "$copy"
	chmod 711 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}"
	git ls-files -z | xargs -0 cp -p --parents -t "$copy" 2>/dev/null ||
		cp -pr Makefile bpf pin loader reader tests docs "$copy" # not a clone
	chown -R nobody "$copy"
	built=$PWD/build
	unset MAKEFLAGS MAKEOVERRIDES MFLAGS MAKELEVEL XDPTAP_BUILD
	cd "$copy" || return
}

# Without the tools, and one object of each.
copy_built()
{
	mkdir build
	(cd "$built" && cp -pr --parents .flags .libs-found bpf pin loader reader ./*.a "$copy/build")
	rm build/*.a build/loader/main.o build/reader/main.o build/reader/stats/main.o build/bpf/capture.*
	chown -R nobody build
}

nobody() { setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@"; }

@test "without root it says so in one line, and neither installs nor builds" {
	run nobody make run
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = "make run: attaching XDP programs needs root: run 'sudo make run'" ]
	[[ ${#lines[@]} -eq 2 && ${lines[1]} == "make: *** "* ]]
	[ ! -e build ]
}

@test "through sudo, the caller builds and can remove what was built; in a chroot it works" {
	copy_built
	run env SUDO_UID="$(id -u nobody)" SUDO_GID="$(id -g nobody)" make run
	echo "$output"
	[ "$status" -eq 0 ]
	grep -q '^Lost Packets: 0 (0.0%)$' <<<"$output"
	[ -x build/xdptap-loader ]
	[ -z "$(find build ! -user nobody)" ]

	# A root directory without /proc, /sys and /dev.
	mkdir root
	run unshare -m -- bash -c 'mount --bind / root && chroot root bash -c "cd $0 && tests/demo"' "$PWD"
	echo "$output"
	[ "$status" -eq 0 ]
	grep -q '^Lost Packets: 0 (0.0%)$' <<<"$output"

	nobody make clean
	[ -z "$(ls build)" ]
}
