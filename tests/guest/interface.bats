#!/usr/bin/env bats
# What happens to an interface in mid-capture where the tap is in a dispatcher. Run by tests/run in a guest
# kernel; tests/system/interface.bats has the rest.

load ../system/interface

setup()
{
	[ -n "${XDPTAP_GUEST:-}" ] || skip "the host's kernel may refuse it"
	private_mounts
	network_up
	cd "$BATS_TEST_TMPDIR" || return
	forms=("-w file")
}

all_events()
{
	for event in down_and_up renamed other_mtu; do survives $event; done
}

@test "in a dispatcher: down and up, renamed, another MTU" {
	kind=require-dispatcher
	all_events
}

@test "in a dispatcher: moved to another network namespace, and back, and deleted there" {
	kind=require-dispatcher
	survives moved_and_back
	ends "the interface is gone" deleted_elsewhere
}
deleted_elsewhere()
{
	unshare -n sleep 100 3>&- & other_pid=$!
	until_ok 5 other_netns $other_pid
	ip link set tap0 netns $other_pid
	pause 1
	kill -0 "$reader_pid"
	nsenter -t $other_pid -n ip link del tap0
}

@test "in a dispatcher: deleted, and another one created under its name" {
	kind=require-dispatcher
	ends "the interface is gone" recreated
	kind=verdicts
	ends "the interface is gone" ip link del tap0
}

@test "tracing: the interface is deleted" {
	ip link set dev tap0 xdp obj "$build/tests/guest/others.bpf.o" program others_program_that_passes
	kind=trace
	ends "the interface is gone" ip link del tap0
}
