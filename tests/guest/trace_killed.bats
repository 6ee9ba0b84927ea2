#!/usr/bin/env bats
# Commands on a trace tap, stopped at system calls that change something: with SIGKILL, and by an
# error of the kernel, as tests/system/killed.bats does it for others. Everything is slow in the
# guest: each Nth call. Run by tests/run there.

load ../system/lib

others=$build/tests/guest/others.bpf.o
step=23

setup()
{
	command -v strace >/dev/null || skip "strace is not installed"
	private_mounts
	network_up
	ip link set dev tap0 xdp obj "$others" program others_program_that_passes
}

teardown() { network_down; }

injected() { strace -f -qq -o /dev/null -e trace=bpf,mkdir,rmdir,unlinkat -e "inject=$1" "${@:2}"; }
calls()
{
	strace -f -qq -o "$BATS_TEST_TMPDIR/calls" -e "trace=$1" "${@:2}" 2>/dev/null
	grep -c "$1(" "$BATS_TEST_TMPDIR/calls"
}

links_of_ours() { bpftool -j link show | jq '[.[] | select(.type == "tracing")] | length'; }
nothing_traced() { [ "$(links_of_ours)" -eq 0 ]; }

assert_detach_cleans()
{
	if [ -e $bpffs/xdptap ]; then
		$loader detach tap0 || [ ! -e $bpffs/xdptap ]
	fi
	[ ! -e $bpffs/xdptap ] && until_ok 10 nothing_traced || { echo "left after: $1"; bpffs_contents; return 1; }
}

@test "attach killed: detach removes what is left; refused: it works, or leaves nothing" {
	n=$(calls bpf "$loader" attach tap0 trace flows 10)
	$loader detach tap0
	for ((i = 1; i <= n; i += step)); do
		run injected bpf:signal=KILL:when=$i "$loader" attach tap0 trace flows 10
		[[ $(tap_state) =~ ^(|half-made|attached)$ ]] || { echo "$i: $(tap_state)"; false; }
		assert_detach_cleans "killed at $i of $n"
		run injected bpf:error=ENOMEM:when=$((i + step / 2)) "$loader" attach tap0 trace flows 10
		case $status in
		0) [ "$(tap_state)" = attached ]; $loader detach tap0 ;;
		1) [[ $output == "xdptap-loader: "* ]] ;;
		*) echo "refused at $i: exit $status: $output"; false ;;
		esac
		assert_detach_cleans "refused at $((i + step / 2)) of $n"
	done
}

@test "detach killed: detach again finishes it" {
	for call in unlinkat rmdir; do
		$loader attach tap0 trace
		n=$(calls $call "$loader" detach tap0)
		[ "$n" -ge 1 ]
		for ((i = 1; i <= n; i += 3)); do
			$loader attach tap0 trace
			run injected $call:signal=KILL:when=$i "$loader" detach tap0
			assert_detach_cleans "$call $i of $n"
		done
	done
}

@test "set killed: one of the two settings is in force, and set can be repeated" {
	$loader attach tap0 trace
	n=$(calls bpf "$loader" set tap0 snaplen 1)
	for ((i = 1; i <= n; i += step)); do
		old=$($loader -j show | jq '.[0].snaplen')
		run injected bpf:signal=KILL:when=$i "$loader" set tap0 snaplen $((i + 1))
		now=$($loader -j show | jq '.[0].snaplen')
		[ "$now" -eq "$old" ] || [ "$now" -eq $((i + 1)) ]
		before=$(counter packets)
		in_peer "$flood" peer0 10 >/dev/null
		[ "$(counter packets)" -eq $((before + 10)) ]
		$loader set tap0 snaplen $((i + 1))
		[ "$($loader -j show | jq '.[0].snaplen')" -eq $((i + 1)) ]
		until_ok 10 eval '[ "$(links_of_ours)" -eq 1 ]'
		in_peer "$flood" peer0 10 >/dev/null
		[ "$(counter packets)" -eq $((before + 20)) ]
	done
	$loader detach tap0
	[ ! -e $bpffs/xdptap ]
}
