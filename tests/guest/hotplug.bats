#!/usr/bin/env bats
# CPUs that go offline and come back while a tap runs. Each CPU has a ring buffer: what an offline one
# left there is read, and what it writes later, too. Run by tests/run in a guest kernel, whose second CPU
# is nobody else's.

load ../system/lib
load ../system/reading

bursts=$build/tests/system/bursts
cpu1=/sys/devices/system/cpu/cpu1/online

setup()
{
	[ -w $cpu1 ] || skip "CPU 1 can't be taken offline"
	private_mounts
	network_up
	cd "$BATS_TEST_TMPDIR" || return
	sent=(0 0)
}

teardown()
{
	echo 1 >$cpu1
	reading_down
	network_down
}

# send_from CPU N: numbered frames.
send_from()
{
	in_peer "$bursts" peer0 "$1" ${sent[$1]} "$2" 0
	sent[$1]=$((sent[$1] + $2))
}

all_out() { [ "$(grep -c 'UDP 10\.9\.' "$out")" -eq $((sent[0] + sent[1])) ]; }

# Each CPU's numbers are there, once and in order.
assert_numbers()
{
	for cpu in 0 1; do
		diff <(sed -n "s/^.* UDP 10\.9\.$cpu\.1:\([0-9]*\) -> .*/\1/p" "$out") <(seq 0 $((sent[cpu] - 1)))
	done
	[ "$(counter packets events dropped)" = "$((sent[0] + sent[1])) $((sent[0] + sent[1])) 0" ]
}

@test "what an offline CPU left in its ring buffer is read by a reader that starts then" {
	$loader attach tap0 rings 2
	send_from 1 500
	send_from 0 300
	echo 0 >$cpu1
	start_reader tap0
	until_ok 20 all_out
	echo 1 >$cpu1
	send_from 1 200
	until_ok 20 all_out
	end_reader INT
	assert_numbers
}

@test "a CPU goes offline and comes back under a reader, several times: nothing is lost" {
	$loader attach tap0 rings 2
	start_reader tap0
	for _ in 1 2 3; do
		# It is stopped, so that all of them are in the ring buffers.
		kill -STOP "$reader_pid"
		send_from 1 200
		send_from 0 100
		echo 0 >$cpu1
		kill -CONT "$reader_pid"
		send_from 0 100
		until_ok 20 all_out
		# With the reader asleep, one packet must still wake it up.
		until_ok 20 sleeps_in_epoll "$reader_pid"
		send_from 0 1
		until_ok 20 all_out
		echo 1 >$cpu1
		send_from 1 1
		until_ok 20 all_out
	done
	end_reader INT
	assert_numbers
}

@test "attached and changed while a CPU is offline: it counts and captures when that comes back" {
	echo 0 >$cpu1
	$loader attach tap0 flows 100
	$loader set tap0 snaplen 64
	start_reader tap0
	send_from 0 50
	echo 1 >$cpu1
	send_from 1 50
	until_ok 20 all_out
	echo 0 >$cpu1
	$loader set tap0 snaplen 60
	[ "$($stats -j show tap0 | jq -c '.[0] | [.packets, .events]')" = "[100,100]" ]
	echo 1 >$cpu1
	send_from 1 50
	until_ok 20 all_out
	end_reader INT
	assert_numbers
	$loader detach tap0
	assert_nothing_left
}
