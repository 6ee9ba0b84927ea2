#!/usr/bin/env bats
# The BPF filesystem is unmounted, or another one is mounted over it, while the tools are at work: the
# program is attached all the same, so a reader goes on; nothing is said to be what it is not. Run by
# tests/run, in private namespaces.

load lib
load reading

setup()
{
	private_mounts
	network_up
	cd "$BATS_TEST_TMPDIR" || return
}

teardown()
{
	reading_down
	[ -z "${watch:-}" ] || kill "$watch" 2>/dev/null || true
	[ -z "${sender:-}" ] || kill "$sender" 2>/dev/null || true
	ip link del tap1 2>/dev/null || true
	network_down
	while mountpoint -q $bpffs; do umount -l $bpffs; done
}

lost_sight="xdptap-reader: $bpffs is not the BPF filesystem any more in which the taps are pinned; those that are open are read on"
lines_out() { [ "$(grep -c UDP "$out")" -ge "$1" ]; }

# The ways in which pins get out of sight; bring_back undoes each.
unmount() { umount -l $bpffs; }
mount_over() { mount -t bpf bpf $bpffs; }

# bats test_tags=any-kernel
@test "a reader goes on, says so once, and ends when the program does" {
	for hide in unmount mount_over; do
		$loader attach tap0 2>/dev/null
		start_reader tap0
		$stats watch 0.1 >watched 2>&1 3>&- & watch=$!
		send 10
		until_ok 5 lines_out 10
		$hide
		until_ok 5 grep -qxF "$lost_sight" "$err"
		send 10
		until_ok 5 lines_out 20
		pause 2
		kill -0 "$reader_pid"
		[ "$(grep -cxF "$lost_sight" "$err")" -eq 1 ]
		kill -0 $watch
		kill -INT $watch
		wait $watch
		watch=
		ip link set tap0 xdp off
		send 1
		reader_fails
		grep -q "^xdptap-reader: tap0: its program was unloaded" "$err"
		[ "$(grep -c UDP "$out")" -eq 20 ]
		network_down
		private_mounts
		network_up
	done
}

# bats test_tags=any-kernel
@test "it is unmounted under a lot of traffic: a file has all that was counted" {
	$loader attach tap0 snaplen full ring 32M 2>/dev/null
	start_reader -w file tap0
	exec {stats_map}<$bpffs/xdptap/tap0/meta # holds the filesystem
	in_peer "$flood" peer0 100000 64 300 >/dev/null 3>&- {stats_map}<&- & sender=$!
	pause 0.1
	mount_over
	wait $sender
	sender=
	until_ok 10 grep -qxF "$lost_sight" "$err"
	end_reader INT
	[ "$(packets_in file)" -eq 100000 ]
	umount $bpffs
	[ "$(counter packets events dropped)" = "100000 100000 0" ]
	exec {stats_map}<&-
	$loader detach tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "it is unmounted and mounted again: the taps in the new one are found, by any and by watch" {
	$loader attach tap0 2>/dev/null
	start_reader any
	$stats watch 0.1 >watched 2>&1 3>&- & watch=$!
	send 3
	until_ok 5 lines_out 3
	mount_over
	ip link add tap1 type veth peer name peer1 netns "$peer_pid"
	ip link set tap1 up
	in_peer ip link set peer1 up
	until_ok 5 link_is_up tap1
	$loader attach tap1 2>/dev/null
	until_ok 5 grep -qx "xdptap-reader: tap1: attached meanwhile; it is read, too" "$err"
	in_peer "$flood" peer1 2 >/dev/null
	send 2
	until_ok 5 lines_out 7
	until_ok 5 grep -q '^tap1\|tap1 ' watched
	# The same interface in the new one, after its program has gone.
	ip link set tap0 xdp off
	until_ok 5 grep -q "^xdptap-reader: tap0: its program was unloaded" "$err"
	$loader attach tap0 2>/dev/null
	until_ok 5 grep -qx "xdptap-reader: tap0: attached meanwhile; it is read, too" "$err"
	send 2
	until_ok 5 lines_out 9
	end_reader INT
	kill -INT $watch
	wait $watch
	watch=
	$loader detach tap0
	$loader detach tap1
}

# bats test_tags=any-kernel
@test "afterwards the loader says what is there, and how to remove it" {
	$loader attach tap0 2>/dev/null
	mount_over
	[ -z "$($loader show)" ]
	run -1 $loader attach tap0
	[[ ${lines[0]} == "xdptap-loader: tap0: a program capture_packet"*" is attached already, but not pinned in this BPF filesystem" ]]
	[[ ${lines[1]} == "hint: if it was attached with another --bpffs, detach it there; otherwise 'xdp-loader unload tap0 --id "* ]]
	[ ! -e $bpffs/xdptap ]
	run -1 $loader detach tap0
	[ "${lines[0]}" = "xdptap-loader: tap0: no tap is pinned in $bpffs" ]
	has_xdp
	umount $bpffs
	$loader detach tap0
	assert_nothing_left
}

# slowly CALL COMMAND...: this command of the loader, before whose given bpf() call the filesystem is
# hidden. Sets $status; its words are in `said`.
slowly()
{
	local call=$1
	shift

	status=0
	strace -qq -o trace -e trace=bpf -e "inject=bpf:delay_enter=700000:when=$call" \
		"$loader" "$@" 2>said 3>&- & sender=$!
	until_ok 20 waits_at "$call"
	mount_over
	wait $sender || status=$?
	sender=
	umount $bpffs
}
waits_at() { [ -e trace ] && [ "$(grep -c '^bpf(' trace)" -ge "$(($1 - 1))" ] && pause 0.1; }
bpf_calls()
{
	strace -qq -o trace -e trace=bpf "$loader" "$@" 2>/dev/null
	grep -c '^bpf(' trace
}

# bats test_tags=any-kernel
@test "in the middle of attach, set and detach: done or said why, and nothing is left that detach can't remove" {
	command -v strace >/dev/null || skip "strace is not installed"
	n=$(bpf_calls attach tap0)
	s=$(bpf_calls set tap0 filter udp)
	d=$(bpf_calls detach tap0)
	for call in $((n / 2)) $((n - 12)) $((n - 3)); do
		slowly "$call" attach tap0
		[ $status -le 1 ]
		[ $status -eq 0 ] || grep -q '^hint: ' said
		[ $status -eq 0 ] || [ ! -e $bpffs/xdptap/tap0 ] || [ "$(tap_state)" != attached ]
		[ ! -e $bpffs/xdptap/tap0 ] || "$loader" detach tap0 2>/dev/null
		assert_nothing_left
	done
	for call in $((s / 2)) $((s - 5)); do
		$loader attach tap0 2>/dev/null
		slowly "$call" set tap0 filter udp
		[ $status -le 1 ]
		[ $status -eq 0 ] || grep -q '^hint: ' said
		[ "$(tap_state)" = attached ]
		send 5
		[ "$(counter packets events)" = "5 5" ]
		"$loader" detach tap0
		assert_nothing_left
	done
	for call in 3 $((d / 2)); do
		$loader attach tap0 2>/dev/null
		slowly "$call" detach tap0
		[ $status -le 1 ]
		[ ! -e $bpffs/xdptap/tap0 ] || "$loader" detach tap0 2>/dev/null
		assert_nothing_left
	done
}
