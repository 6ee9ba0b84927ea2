#!/usr/bin/env bats
# xdptap-reader whose system calls fail: see tests/system/sweep.

load lib
load faults

@test "text, JSON, with a filter, of any: each system call refused" {
	sweep_all read-text read-json read-filter read-any
}

@test "files, rotation and -z: each system call refused; what is in them can be read" {
	sweep_all read-file read-rotate
}

@test "opening the file is interrupted: it is opened all the same" {
	local out=$BATS_TEST_TMPDIR/out.pcapng
	$loader attach tap0 snaplen 96
	for part in new existing; do
		in_peer "$flood" peer0 10 >/dev/null
		strace -o "$BATS_TEST_TMPDIR/calls" -e trace=openat "$reader" -c 5 -w "$out" tap0
		n=$(grep -n "out.pcapng" "$BATS_TEST_TMPDIR/calls" | tail -n 1 | cut -d: -f1)
		[ $part = existing ] || rm "$out"
		injected openat:error=EINTR:when=$n "$reader" -c 5 -w "$out" tap0
		[ -s "$out" ]
		rm "$out"
	done
}
