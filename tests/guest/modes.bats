#!/usr/bin/env bats
# Each way of tapping an interface, once: in a guest nothing may be missing. What it prints of the
# kernel and the user space is a line of the table of tests/kernels. Run by tests/run in each guest.

load tracing

# captures_ten ARGUMENT...: of attach.
captures_ten()
{
	$loader attach tap0 "$@" 2>/dev/null
	send 10
	[ "$(counter packets events)" = "10 10" ]
	$loader detach tap0
}

# bats test_tags=every-kernel
@test "native and generic mode, the dispatcher, trace, and at exit" {
	need_tracing
	captures_ten mode native
	captures_ten mode generic
	captures_ten require-dispatcher
	hook_up $passes
	captures_ten trace
	captures_ten at exit
	until_ok 10 nothing_of_ours
	echo "# $(uname -r) | Debian $(</etc/debian_version) | $(pkg-config --modversion libxdp) |" \
		"native, generic, dispatcher, trace, at exit" >&3
}

# bats test_tags=every-kernel
@test "features knows that all of that works here" {
	run -0 "$loader" -j features dev tap0
	[ "$(jq -c '[.features | .xdp, .frags, .btf, .freplace, .dispatcher, .fentry, .fexit, .ring, .rings, .tai |
		.supported] | unique' <<<"$output")" = '[true]' ]
	until_ok 10 nothing_of_ours
	[ "$(bpffs_contents)" = "" ]
	echo "# $(uname -r) | features: tcx $(jq .features.tcx.supported <<<"$output")," \
		"native mode of veth $(jq .driver.native.supported <<<"$output")" >&3
}
