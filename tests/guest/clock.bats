#!/usr/bin/env bats
# Timestamps when the wall clock is stepped: only in a guest, whose clock is
# nobody else's.

load ../system/lib

setup()
{
	[ -n "${XDPTAP_GUEST:-}" ] || skip "steps the clock, so it runs in a guest only"
	private_mounts
	network_up
	out=$BATS_TEST_TMPDIR/out
	dump=$BATS_TEST_TMPDIR/dump
	export TZ=UTC
}

teardown()
{
	[ -z "${reader_pid:-}" ] || kill "$reader_pid" 2>/dev/null || true
	[ -z "${dump_pid:-}" ] || kill "$dump_pid" 2>/dev/null || true
	network_down
}

# By one CPU, so into one ring: between rings the clock says which was first, and
# when it is set that says nothing.
send() { in_peer taskset -c 0 "$flood" peer0 1 >/dev/null; }
lines_in() { [ "$(grep -c . "$1")" -ge "$2" ]; }
step_clock() { date -s "$1" >/dev/null; }

start_tcpdump()
{
	tcpdump -ttnn -i tap0 -l udp >"$dump" 2>"$dump.err" 3>&- & dump_pid=$!
	until_ok 20 grep -q 'listening on' "$dump.err"
}

# assert_near N: N packets, all of whose two times are near each other: the steps are hours.
# From the XDP hook to tcpdump it takes a packet some ms when the CPU is emulated, and one of
# them much longer if that CPU waits for a loaded machine just then.
assert_near()
{
	paste <(head -n "$1" "$out" | sed 's/^\[\([0-9:.]*\)\].*/\1/') \
		<(head -n "$1" "$dump" | cut -d' ' -f1) |
		awk -v n="$1" '{ split($1, t, ":"); ours = t[1] * 3600 + t[2] * 60 + t[3]
			theirs = $2 - int($2 / 86400) * 86400
			diff = theirs - ours; if (diff < 0) diff = -diff
			print $1, $2, diff; if (diff > 10) far++; else near++ }
		END { exit !(near == n && !far) }'
}

@test "the clock is stepped while the reader runs" {
	$loader attach tap0
	start_tcpdump
	$reader tap0 >"$out" 2>/dev/null 3>&- & reader_pid=$!
	send
	until_ok 10 lines_in "$out" 1
	step_clock '+3 hours'
	send
	until_ok 10 lines_in "$out" 2
	step_clock '-5 hours'
	send
	until_ok 10 lines_in "$out" 3
	until_ok 10 lines_in "$dump" 3
	cat "$out"
	assert_near 3
}

@test "the clock is stepped while events wait in the ring" {
	$loader attach tap0
	start_tcpdump
	send
	step_clock '+2 hours'
	send
	step_clock '-90 minutes'
	send
	until_ok 10 lines_in "$dump" 3
	$reader -c 3 tap0 >"$out" 2>/dev/null
	cat "$out"
	assert_near 3
}
