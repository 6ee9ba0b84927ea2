# Shared by the bats files in which the tap traces other XDP programs. On a host whose kernel refuses
# that, most tests are skipped; in the guest it is what this is about: there nothing is.
# shellcheck shell=bash disable=SC2034

load "${BASH_SOURCE[0]%/*}/../system/lib"

others=$build/tests/guest/others.bpf.o
hook=$build/tests/guest/hook
passes=others_program_that_passes

setup_file()
{
	[ -z "${XDPTAP_GUEST:-}" ] || return 0
	private_mounts
	network_up
	ip link set dev tap0 xdp obj "$others" program $passes
	if $loader attach tap0 at exit 2>/dev/null; then
		$loader detach tap0
	else
		export no_tracing="this kernel refuses fentry and fexit"
	fi
	network_down
}

setup()
{
	private_mounts
	network_up
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
}

teardown()
{
	guest_cpu1 1
	[ -z "${reader_pid:-}" ] || kill "$reader_pid" 2>/dev/null || true
	[ -z "${sender:-}" ] || kill "$sender" 2>/dev/null || true
	[ -z "${hook_pid:-}" ] || kill "$hook_pid" 2>/dev/null || true
	xdp-loader unload tap0 --all >/dev/null 2>&1 || true
	network_down
}

need_tracing() { [ -z "${no_tracing:-}" ] || skip "$no_tracing"; }

# hook_up PROGRAM [SECOND]: by a bpf_link.
hook_up()
{
	$hook tap0 "$others" "$@" >"$BATS_TEST_TMPDIR/hook" 3>&- &
	hook_pid=$!
	until_ok 10 grep -q attached "$BATS_TEST_TMPDIR/hook"
}

send() { in_peer "$flood" peer0 "$1" >/dev/null; }
field() { $loader -j show dev tap0 | jq -r ".[0].$1"; }
xdp_id() { ip -j link show dev tap0 | jq '.[0].xdp.prog.id'; }
sleeps_in_epoll() { grep -q epoll_wait "/proc/$1/stack"; }
filter_up()
{
	xdp-filter load tap0
	xdp-filter port 9 -m dst -p udp
}
nothing_of_ours() { ! bpftool -j prog show | grep -Eq 'trace_exit|count_(verdict|exception|redirect)|trace_packet|capture_packet'; }
