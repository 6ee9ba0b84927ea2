# What faults_*.bats share: they run cases of tests/system/sweep.
# shellcheck shell=bash

setup()
{
	command -v strace >/dev/null || skip "strace is not installed"
	private_mounts
	[ -z "${XDPTAP_SWEEP:-}" ] || export NETWORK_HOLD=14400
	network_up
	export peer_pid
}

teardown()
{
	network_down
}

# sweep CASE [CALL[:ERROR]...]: prints the counts, and in a failure all that was wrong.
sweep()
{
	local said=$BATS_TEST_TMPDIR/sweep status=0

	tests/system/sweep "$@" >"$said" || status=1
	tail -n 1 "$said" >&3
	[ $status -eq 0 ] || cat "$said"
	$loader detach tap0 2>/dev/null || true
	return $status
}

# sweep_all CASE...
sweep_all() { local case; for case in "$@"; do sweep "$case"; done; }

# most CASE CALL:ERROR...: at each fourth such call, also in the short form.
most() { XDPTAP_SWEEP=${XDPTAP_SWEEP:-4} sweep "$@"; }

# lost_answer COMMAND...: the number of the recvmsg() by which the command gets the kernel's answer to its
# first request to attach or detach a program.
lost_answer()
{
	strace -o "$BATS_TEST_TMPDIR/calls" -e trace=sendto,recvmsg "$@" 2>/dev/null
	awk '/RTM_SETLINK/ { asked = 1 } /^recvmsg/ { n++; if (asked) { print n; exit } }' "$BATS_TEST_TMPDIR/calls"
}

# injected WHAT COMMAND...: runs it under strace with one call tampered with.
injected() { strace -f -qq -o /dev/null -e "trace=${1%%:*}" -e "inject=$1" "${@:2}"; }
