#!/usr/bin/env bats
# The Makefile: what is rebuilt when, and what is installed where. Run by
# tests/run as it is; it needs what is built already.

@test "nothing to do after a build" {
	make # it may have been built with other flags
	run make
	[ "$status" -eq 0 ]
	[[ $output == *"Nothing to be done"* ]]
}

@test "a changed abi.h rebuilds the BPF object, the skeleton and every tool" {
	run make -n V=1 -W bpf/abi.h
	[ "$status" -eq 0 ]
	for target in bpf/capture.bpf.o bpf/capture.skel.h xdptap-loader xdptap-reader xdptap-stats; do
		grep -Eq -- "(-o|>) build/$target( |\.tmp|$)" <<<"$output" || { echo "not $target"; false; }
	done
}

@test "a changed parser rebuilds the loader, which holds the object, and no more" {
	run make -n V=1 -W bpf/parse.h
	grep -q -- '-o build/xdptap-loader ' <<<"$output"
	[[ $output != *"-o build/xdptap-reader "* ]]
}

@test "a changed list of names rebuilds the tools that print names" {
	for list in protocols ethertypes; do
		run make -n V=1 -W reader/text/$list.list
		for target in reader/text/names.o xdptap-reader xdptap-stats; do
			grep -Eq -- "-o build/$target( |$)" <<<"$output" || { echo "$list: not $target"; false; }
		done
	done
}

@test "a list of names with a fault ends the build" {
	cp -r Makefile docs tests reader pin bpf "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	for fault in "6 TCP-again" "148 fifteen-letters" "148" "148 two names"; do
		cp "$OLDPWD/reader/text/protocols.list" reader/text/
		echo "$fault" >>reader/text/protocols.list
		run make build/reader/text/protocols.inc
		[ "$status" -ne 0 ]
		[[ $output == *"protocols.list:"*"not a new number and a name"* ]]
		[ ! -e build/reader/text/protocols.inc ]
	done
}

@test "reader and stats never need libxdp" {
	for tool in reader stats; do
		[[ $(ldd build/xdptap-$tool) != *libxdp* ]]
	done
	[[ $(ldd build/xdptap-loader) == *libxdp* ]]
}

@test "stats alone needs ncurses" {
	for tool in reader loader; do
		[[ $(ldd build/xdptap-$tool) != *ncurses* ]]
	done
	[[ $(ldd build/xdptap-stats) == *libncursesw* ]]
}
