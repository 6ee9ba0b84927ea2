#!/usr/bin/env bats
# xdptap-reader -w into pipes and FIFOs: others read them as they come, and
# nothing holds up the end. Run by tests/run, in private namespaces.

load lib
load reading

setup()
{
	private_mounts
	network_up
	$loader attach tap0 snaplen full
	cd "$BATS_TEST_TMPDIR" || return
	fifo=$BATS_TEST_TMPDIR/fifo
}

teardown()
{
	reading_down
	[ -z "${holder:-}" ] || kill "$holder" 2>/dev/null || true
	network_down
}

# Somebody who has the FIFO open and does not read.
hold()
{
	mkfifo "$fifo"
	sleep 60 <>"$fifo" 3>&- &
	holder=$!
}

# ends_within SECONDS: the reader that runs; returns its exit status.
ends_within()
{
	until_ok "$1" has_ended "$reader_pid"
	wait "$reader_pid"
}

has_ended() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"; }

# What came out of a pipe: all packets from 0 to N - 1, and the statistics.
assert_whole()
{
	ports_in "$1" | cmp - <(seq 0 $(($2 - 1)))
	[ "$(statistics_in "$1")" = "0 $2 0 $2" ]
}

@test "-w -: tshark, capinfos and tcpdump read it from a pipe" {
	for how in "tshark -r -" "capinfos -TrMc -" "tcpdump -nr -" "cat"; do
		send 300
		$reader -c 300 -w - tap0 2>"$err" | $how >got 2>said
		[ "${PIPESTATUS[*]}" = "0 0" ]
		grep -q '^xdptap-reader: 300 packets written to stdout$' "$err"
		case $how in
		capinfos*) [ "$(cut -f2 got)" -eq 300 ]; [ ! -s said ] ;;
		cat) assert_whole got 300 ;;
		*) [ "$(wc -l <got)" -eq 300 ] ;;
		esac
	done
}

@test "-w - on a terminal is refused; into a file it is as -w FILE" {
	send 1
	run script -qec "'$reader' -w - tap0" /dev/null
	[ "$status" -eq 2 ]
	[[ ${lines[0]} == "xdptap-reader: -w -: stdout is a terminal, but pcapng is binary"* ]]
	$reader -c 1 -w - tap0 >file
	assert_whole file 1
}

@test "SIGINT ends it while the pipe is full and nobody reads, within 2 seconds" {
	hold
	send 5000 1000
	for to in - "$fifo"; do
		$reader -w "$to" tap0 1<>"$fifo" 2>"$err" 3>&- & reader_pid=$!
		until_ok 5 is_full
		kill -INT "$reader_pid"
		# It is cut off in a packet, for there was no room; that is no success.
		status=0
		ends_within 2 || status=$?
		[ "$status" -eq 1 ]
		[ "$(grep -c "can't" "$err")" -eq 1 ]
		grep -q "^xdptap-reader: can't write to .*: nobody reads it\$" "$err"
		grep -q '^=== Final Statistics ===$' "$err"
		timeout 1 cat "$fifo" >got || [ $? -eq 124 ]
		# What is said to be written is there, and nothing after what is cut off.
		written=$(sed -n 's/^xdptap-reader: \([0-9]*\) packets written to .*/\1/p' "$err")
		[ "$(tshark -r got 2>said | wc -l)" -eq "$written" ]
		grep -q 'cut short in the middle of a packet' said
	done
}

@test "SIGTERM ends it within 3 seconds, however slowly the pipe is read" {
	send 5000 1000
	mkfifo slow
	while head -c 4096 && sleep 0.2; do :; done <slow >/dev/null 3>&- & sender_pid=$!
	$reader -X tap0 >slow 2>"$err" 3>&- & reader_pid=$!
	sleep 1
	kill -TERM "$reader_pid"
	ends_within 3
	kill $sender_pid 2>/dev/null || true
}

# A pipe has 64 KiB; a packet of 1000 bytes does not fit any more, and the first part of it did.
is_full() { grep -q 'pipe\|sink\|poll' "/proc/$reader_pid/stack" && ! grep -q epoll "/proc/$reader_pid/stack"; }

@test "SIGINT while the pipe is full: a reader that goes on in time gets it whole" {
	hold
	send 5000 1000
	$reader -w - tap0 1<>"$fifo" 2>"$err" 3>&- & reader_pid=$!
	until_ok 5 is_full
	kill -INT "$reader_pid"
	cat "$fifo" >got 3>&- & cat_pid=$!
	ends_within 2
	kill $cat_pid
	written=$(sed -n 's/^xdptap-reader: \([0-9]*\) packets written to .*/\1/p' "$err")
	assert_whole got "$written"
	# The others are in the ring still.
	[ "$($reader -c $((5000 - written)) tap0 2>/dev/null | wc -l)" -eq $((5000 - written)) ]
}

@test "the reader of the pipe closes it: exit 0, quiet, with and without traffic" {
	send 5000 1000
	$reader -w - tap0 2>"$err" | head -c 1000 >/dev/null
	[ "${PIPESTATUS[0]}" -eq 0 ]
	refute grep -q "can't" "$err"
	timeout 5 "$reader" -w - tap0 2>"$err" | true
	[ "${PIPESTATUS[0]}" -eq 0 ]
	refute grep -q "can't" "$err"
}

@test "a FIFO as FILE: it waits for a reader, writes, and ends when that one goes" {
	send 200
	mkfifo "$fifo"
	$reader -c 200 -w "$fifo" tap0 2>"$err" 3>&- & reader_pid=$!
	cat "$fifo" >got
	wait "$reader_pid"
	assert_whole got 200

	$reader -w "$fifo" tap0 2>"$err" 3>&- & reader_pid=$!
	head -c 100 "$fifo" >/dev/null
	ends_within 5
	refute grep -q "can't" "$err"
}

@test "a FIFO that nobody opens: SIGINT, SIGTERM end it, exit 0" {
	mkfifo "$fifo"
	for signal in INT TERM; do
		$reader -w "$fifo" tap0 2>"$err" 3>&- & reader_pid=$!
		until_ok 5 polls
		kill -s $signal "$reader_pid"
		ends_within 2
		refute grep -q "can't" "$err"
	done
}

polls() { grep -q poll "/proc/$reader_pid/stack"; }

# How many bytes of packets each write had that strace saw.
packet_writes() { sed -n 's/^write([0-9]*, "\\6\\0\\0\\0.* = \([0-9]*\)$/\1/p' trace; }

has_grown_to() { [ "$(stat -c %s got)" -eq "$1" ]; }

@test "-U: each packet is written at once, and by a write of its own" {
	command -v strace >/dev/null || skip "strace is not installed"
	# A block of a frame of 100 bytes has 132.
	send 100 100
	strace -qq -e trace=write -o trace "$reader" -U -c 100 -w - tap0 2>"$err" >got
	[ "$(packet_writes | sort | uniq -c | xargs)" = "100 132" ]
	send 100 100
	strace -qq -e trace=write -o trace "$reader" -c 100 -w - tap0 2>"$err" >got
	[ "$(packet_writes | xargs)" = 13200 ]

	mkfifo "$fifo"
	cat "$fifo" >got 3>&- & holder=$!
	start_reader -U -w "$fifo" tap0
	size=$(stat -c %s got)
	for i in 1 2 3; do
		send 1 100
		until_ok 5 has_grown_to $((size + i * 132))
	done
	end_reader INT
	wait $holder
	[ "$(packets_in got)" -eq 3 ]
}
