#!/usr/bin/env bats
# More than fits: the ring buffers are full, and nobody reads them. Every event that is lost is counted,
# exactly, and what a frame costs then is in `make bench` (the section cost). XDPTAP_RACES=SECONDS: how
# long each. Run by tests/run, in private namespaces.

load lib
load reading

live=$build/tests/system/live

setup()
{
	private_mounts
	network_up
	cd "$BATS_TEST_TMPDIR" || return
	rate=$(many 400000)
	frames=$((rate * ${XDPTAP_RACES:-2}))
}

teardown()
{
	[ -z "${sender:-}" ] || kill "$sender" 2>/dev/null || true
	reading_down
	network_down
}

received() { ip -j -s link show dev tap0 | jq '.[0].stats64.rx.packets'; }

# overload ARGUMENT...: of attach. What was sent was received, and is an event or lost; the events are
# there to be read, each once, in order, and they are the first ones.
overload()
{
	local events dropped

	$loader attach tap0 snaplen full "$@" 2>/dev/null
	in_peer "$live" peer0 $frames "$rate" >/dev/null
	[ "$(received)" -eq $frames ]
	[ "$(counter packets)" -eq $frames ]
	events=$(counter events)
	dropped=$(counter dropped)
	[ "$dropped" -gt 0 ]
	[ $((events + dropped)) -eq $frames ]
	assert_invariants
	[ "$($stats -j show tap0 | jq -c '.[0] | [.events, .dropped]')" = "[$events,$dropped]" ]
	timeout 20 "$reader" -q -w file -c "$events" tap0 >quiet 2>said 3>&-
	grep -qx "xdptap-reader: tap0: $dropped events lost before this reader started" said
	[ "$(packets_in file)" -eq "$events" ]
	[ "$("$build/tests/system/ring_bytes" $bpffs/xdptap/tap0/packet_ringbuf | wc -l)" -eq 0 ]
	echo "$frames frames: $events events, $dropped lost and counted" | sed 's/^/# /' >&3
}

@test "no reader, one small ring: what was sent is the events and those lost, exactly" {
	overload ring 1M rings 1
	# There is room again.
	before=$(counter dropped)
	send 100
	[ "$(counter dropped)" -eq "$before" ]
	$loader detach tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "the same with a ring per CPU, flows and a filter: each frame is counted once" {
	overload ring 256K flows 100 filter udp
	$loader detach tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "a reader that can't keep up: events and what was lost are all that was sent" {
	$loader attach tap0 snaplen full ring 1M rings 1 2>/dev/null
	# Its output is a pipe that is emptied slowly.
	mkfifo pipe
	{ while read -r -n 65536 -t 20 _ || [ -n "${REPLY:-}" ]; do sleep 0.05; done; } <pipe >/dev/null 3>&- & slow=$!
	$reader -j tap0 >pipe 2>"$err" 3>&- &
	reader_pid=$!
	until_ok 10 sleeps_in_epoll $reader_pid
	in_peer "$live" peer0 $frames "$rate" >/dev/null
	[ "$(counter packets)" -eq $frames ]
	[ $(($(counter events) + $(counter dropped))) -eq $frames ]
	[ "$(counter dropped)" -gt 0 ]
	kill -KILL $reader_pid $slow
	wait $reader_pid $slow 2>/dev/null || true
	reader_pid=
}
