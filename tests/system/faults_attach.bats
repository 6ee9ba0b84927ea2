#!/usr/bin/env bats
# `xdptap-loader attach` whose system calls fail or at which it is killed: see tests/system/sweep.

load lib
load faults

@test "attach: each system call refused, killed at each" {
	sweep attach
}

@test "attach with many options: the same" {
	sweep attach-options
}

@test "attach, and the answer of the kernel is lost: it is undone, and tried again" {
	n=$(lost_answer "$loader" attach tap0)
	$loader detach tap0
	run -0 injected recvmsg:error=ENOBUFS:when=$n "$loader" attach tap0
	[ "$(tap_state)" = attached ]
	$loader detach tap0
	assert_nothing_left
}

@test "attach, and from then on no answer comes: show names what is left, and detach removes it" {
	n=$(lost_answer "$loader" attach tap0)
	$loader detach tap0
	run -1 injected recvmsg:error=ENOBUFS:when=$n+ "$loader" attach tap0
	[[ $output == *"xdptap-loader: tap0: can't find out whether the program is attached all the same: No buffer space available"* ]]
	has_xdp
	[ "$(tap_state)" = half-made ]
	$loader detach tap0
	assert_nothing_left
}

@test "attach that can't tell its network namespace, or what is in the directory, makes nothing" {
	most attach newfstatat:ENOENT getdents64:EIO statfs:EINTR openat:ENOENT
}

@test "attach that can't find out the number of CPUs says so, and not that 'rings' is too large" {
	strace -o "$BATS_TEST_TMPDIR/calls" -e trace=openat "$loader" attach tap0 2>/dev/null
	$loader detach tap0
	n=$(grep -n cpu/possible "$BATS_TEST_TMPDIR/calls" | head -n 1 | cut -d: -f1)
	run -1 injected openat:error=ENOMEM:when=$n "$loader" attach tap0 rings 1
	[ "${lines[0]}" = "xdptap-loader: tap0: can't find out the number of possible CPUs: Cannot allocate memory" ]
	assert_nothing_left
}

@test "attach that can't list the directory of a live tap leaves it alone" {
	$loader attach tap0
	n=$(strace -o "$BATS_TEST_TMPDIR/calls" -e trace=getdents64 "$loader" attach tap0 2>/dev/null || grep -c getdents64 "$BATS_TEST_TMPDIR/calls")
	[ "$n" -ge 1 ]
	for ((i = 1; i <= n; i++)); do
		run -1 injected getdents64:error=EIO:when=$i "$loader" attach tap0
		[ "$(tap_state)" = attached ]
	done
	$loader detach tap0
	assert_nothing_left
}

@test "attach ends when its directory never becomes what its path names" {
	local calls=$BATS_TEST_TMPDIR/calls first
	strace -o "$calls" -e trace=newfstatat "$loader" attach tap0 2>/dev/null
	$loader detach tap0
	first=$(grep -n 'xdptap/tap0"' "$calls" | head -n 1 | cut -d: -f1)
	run -1 timeout 30 strace -qq -o "$calls" -e trace=newfstatat -e inject=newfstatat:error=ENOENT:when=$first+3 "$loader" attach tap0
	[ "${lines[0]}" = "xdptap-loader: tap0: can't create or lock its directory in $bpffs: Stale file handle" ]
	$loader detach tap0 || true
	assert_nothing_left
}

@test "attach ends where BPFFS/xdptap is a link to nowhere" {
	ln -s /nowhere/at/all $bpffs/xdptap
	run -1 timeout 20 "$loader" attach tap0
	[[ $output == *"xdptap-loader: tap0: can't create or lock its directory"* ]]
	rm $bpffs/xdptap
}
