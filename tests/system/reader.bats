#!/usr/bin/env bats
# xdptap-reader on live taps: what it prints, and that nothing is lost that was
# in the ring, however it ends. Run by tests/run, in private namespaces.

load lib
load reading

setup()
{
	private_mounts
	network_up
}

teardown()
{
	reading_down
	network_down
}

all_counted() { [ "$(counter packets)" -ge "$1" ]; }
lines_in() { [ "$(grep -c '^\[' "$1")" -ge "$2" ]; }

# The source ports in order, which flood counts up from 0.
ports_of() { sed -n 's/.* UDP 10\.9\.0\.1:\([0-9]*\) -> .*/\1/p' "$@"; }

@test "one line per packet" {
	addresses_up
	$loader attach tap0
	start_reader tap0
	in_peer ping -q -c 1 -W 2 10.9.0.2 >/dev/null
	in_peer ping -q -c 1 -W 2 2001:db8::2 >/dev/null
	in_peer bash -c 'exec 4<>/dev/tcp/10.9.0.2/81' 2>/dev/null || true
	in_peer bash -c 'echo x >/dev/udp/2001:db8::2/9'
	until_ok 5 grep -q UDP "$out"
	end_reader INT

	time='^\[[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{6}\]'
	grep -Eq "$time ICMP 10\.9\.0\.1 -> 10\.9\.0\.2 \(98 bytes\) type 8 code 0 echo request$" "$out"
	grep -Eq "$time ICMPv6 2001:db8::1 -> 2001:db8::2 \(118 bytes\) type 128 code 0 echo request$" "$out"
	grep -Eq "$time TCP 10\.9\.0\.1:[0-9]+ -> 10\.9\.0\.2:81 \(74 bytes\) \[SYN\]$" "$out"
	grep -Eq "$time UDP \[2001:db8::1\]:[0-9]+ -> \[2001:db8::2\]:9 \(64 bytes\)$" "$out"
	grep -Eq "$time ARP ([0-9a-f]{2}:){5}[0-9a-f]{2} -> ([0-9a-f]{2}:){5}[0-9a-f]{2} \(42 bytes\) who-has [0-9.]+ tell [0-9.]+$" "$out"
	refute grep -Evq "$time " "$out"
}

# bats test_tags=any-kernel
@test "-v: an ICMP error names the packet that the kernel of the peer refused" {
	addresses_up
	$loader attach tap0 snaplen full
	start_reader -v tap0
	echo x >/dev/udp/10.9.0.1/33434
	echo x >/dev/udp/2001:db8::1/33434
	v4='^.* port unreachable about UDP 10\.9\.0\.2:[0-9]+ -> 10\.9\.0\.1:33434$'
	v6='^.* port unreachable about UDP \[2001:db8::2\]:[0-9]+ -> \[2001:db8::1\]:33434$'
	until_ok 20 grep -Eq "$v4" "$out"
	until_ok 20 grep -Eq "$v6" "$out"
	end_reader INT
}

@test "100,000 packets at speed with a reader: all are events, none is lost" {
	n=$(many 100000)
	$loader attach tap0
	start_reader tap0
	send "$n"
	until_ok 20 lines_in "$out" "$n"
	end_reader INT
	[ "$(counter packets)" -eq "$n" ]
	[ "$(counter events)" -eq "$n" ]
	[ "$(counter dropped)" -eq 0 ]
	[ "$(counter bytes)" -eq $((n * 64)) ]
	assert_invariants
	grep -q "^Total Packets: $n (" "$err"
	grep -q "^UDP Packets: $n (100.0%)\$" "$err"
	grep -q '^Lost Packets: 0 (0.0%)$' "$err"
}

# bats test_tags=any-kernel
@test "without a reader the ring fills, and every further packet is counted" {
	$loader attach tap0 ring 64K
	send 5000
	[ "$(counter packets)" -eq 5000 ]
	[ "$(counter events)" -eq 1023 ]
	assert_invariants
	run $reader -c 1023 tap0
	[ "$status" -eq 0 ]
	[[ $output == *"xdptap-reader: tap0: 1023 events waiting in the ring buffers"* ]]
	[[ $output == *"xdptap-reader: tap0: 3977 events lost before this reader started"* ]]
	[ "$(grep -c '^\[' <<<"$output")" -eq 1023 ]
	send 10
	[ "$(counter events)" -eq 1033 ]
}

# bats test_tags=any-kernel
@test "events lost while it reads are in its statistics" {
	$loader attach tap0 ring 4K
	start_reader tap0
	kill -STOP "$reader_pid"
	send 1000
	kill -CONT "$reader_pid"
	until_ok 5 lines_in "$out" 60
	end_reader INT
	lost=$(counter dropped)
	[ "$lost" -ge 900 ]
	grep -q "^Lost Packets: $lost (" "$err"
	grep -q "^Total Packets: $((1000 - lost)) (" "$err"
}

# bats test_tags=any-kernel
@test "kill -9 of the reader loses nothing that was in the ring" {
	n=$(many 10000)
	$loader attach tap0
	for part in 1 2 3 4 5 6; do
		out=$BATS_TEST_TMPDIR/part$part
		start_reader tap0
		in_peer "$flood" peer0 "$n" 64 50 3>&- >/dev/null & sender=$!
		until_ok 10 lines_in "$out" 1
		end_reader KILL 2>/dev/null || [ $? -eq 137 ]
		wait $sender
		# Whole lines only: a batch may be cut off in the middle.
		rest=$BATS_TEST_TMPDIR/rest$part
		timeout --preserve-status -s INT 1 "$reader" tap0 >"$rest" 2>/dev/null
		sed -n '/)$/p' "$out" | ports_of - "$rest" | sort -nu >"$BATS_TEST_TMPDIR/seen"
		seq 0 $((n - 1)) | cmp - "$BATS_TEST_TMPDIR/seen"
	done
	[ "$(counter dropped)" -eq 0 ]
}

# bats test_tags=any-kernel
@test "what came before the signal is shown" {
	$loader attach tap0
	for round in 1 2 3 4 5 6 7 8 9 10; do
		start_reader tap0
		send 5
		all_counted $((round * 5))
		end_reader INT
		[ "$(grep -c '^\[' "$out")" -eq 5 ]
	done
}

# bats test_tags=any-kernel
@test "-c N ends after N packets and leaves the others to the next reader" {
	$loader attach tap0
	send 1000
	[ "$($reader -c 3 tap0 2>/dev/null | ports_of | xargs)" = "0 1 2" ]
	[ "$($reader -c 400 tap0 2>/dev/null | ports_of | sed -n '1p;$p' | xargs)" = "3 402" ]
	[ "$($reader --count 597 tap0 2>/dev/null | ports_of | sed -n '1p;$p' | xargs)" = "403 999" ]
}

# bats test_tags=any-kernel
@test "-q prints no packets; statistics go to stdout then, else to stderr" {
	$loader attach tap0
	send 5
	run $reader -q -c 5 tap0
	[ "$status" -eq 0 ]
	refute grep -q '^\[' <<<"$output"
	send 5
	[ -z "$($reader -q -c 5 tap0 2>&1 >/dev/null | grep -v 'events waiting')" ]
	send 5
	[ "$($reader -c 5 tap0 2>/dev/null | wc -l)" -eq 5 ]
}

# bats test_tags=any-kernel
@test "the statistics block, and the final one" {
	$loader attach tap0
	send 4
	$reader -q -c 4 tap0 2>/dev/null >"$out"
	expect='
=== Final Statistics ===

=== Statistics (Runtime: 0s) ===
Total Packets: 4 (N pps)
TCP Packets: 0 (0.0%)
UDP Packets: 4 (100.0%)
Other Packets: 0 (0.0%)
Lost Packets: 0 (0.0%)
====================================='
	[ "$(sed 's/([0-9.]* pps)/(N pps)/' "$out")" = "$expect" ]
}

# bats test_tags=any-kernel
@test "-i: statistics tick without traffic" {
	$loader attach tap0
	run timeout --preserve-status -s INT 1.1 $reader -q -i 0.2 tap0
	[ "$status" -eq 0 ]
	[ "$(grep -c '^=== Statistics (Runtime: [01]s) ===$' <<<"$output")" -ge 4 ]
	[ "$(grep -c '^=== Final Statistics ===$' <<<"$output")" -eq 1 ]
}

# bats test_tags=any-kernel
@test "-i: statistics tick under a flood as well" {
	$loader attach tap0
	start_reader -i 0.1 tap0
	send "$(many 300000)"
	until_ok 20 lines_in "$out" "$(many 300000)"
	end_reader INT
	[ "$(grep -c '^=== Statistics (Runtime: ' "$err")" -ge 3 ]
}

# bats test_tags=any-kernel
@test "SIGINT, SIGTERM and SIGHUP end it at once, exit 0" {
	$loader attach tap0
	for signal in INT TERM HUP; do
		start_reader tap0
		end_reader $signal
		grep -q '^=== Final Statistics ===$' "$err"
	done
}

# bats test_tags=any-kernel
@test "SIGTERM ends it while stdout is a full pipe" {
	$loader attach tap0
	send 20000
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	# shellcheck disable=SC2217 # it holds the pipe open and does not read
	sleep 30 <"$BATS_TEST_TMPDIR/fifo" 3>&- & holder=$!
	$reader tap0 >"$BATS_TEST_TMPDIR/fifo" 2>"$err" 3>&- & reader_pid=$!
	until_ok 5 blocked_in_write "$reader_pid"
	end_reader TERM
	kill $holder
	grep -q '^=== Final Statistics ===$' "$err"
}

# bats test_tags=any-kernel
@test "output that can't be written: one line, exit 1, and nothing is lost" {
	$loader attach tap0
	send 10
	run bash -c "$reader tap0 2>&1 >/dev/full"
	[ "$status" -eq 1 ]
	[[ $output == *"xdptap-reader: can't write to stdout: No space left on device"* ]]
	[ "$($reader -c 10 tap0 2>/dev/null | wc -l)" -eq 10 ]
}

# bats test_tags=any-kernel
@test "a closed pipe is no error, and is noticed without traffic" {
	$loader attach tap0
	send 20000
	run bash -c "$reader tap0 2>$err | head -n 3; exit \${PIPESTATUS[0]}"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^\[' <<<"$output")" -eq 3 ]
	refute grep -q "can't write" "$err"
	timeout 5 bash -c "$reader tap0 2>/dev/null | true; exit \${PIPESTATUS[0]}"
}

# bats test_tags=any-kernel
@test "a second reader is refused, and told of the first" {
	$loader attach tap0
	start_reader tap0
	run $reader tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-reader: tap0: another reader is attached (pid $reader_pid)" ]
	end_reader INT
	send 1
	$reader -c 1 tap0
}

@test "it sleeps without traffic: no wake-up in a second" {
	$loader attach tap0
	start_reader tap0
	before=$(grep ^voluntary_ctxt_switches "/proc/$reader_pid/status")
	sleep 1
	[ "$(grep ^voluntary_ctxt_switches "/proc/$reader_pid/status")" = "$before" ]
	end_reader INT
}

@test "detach while it reads: it reads the rest, says so, exit 1" {
	$loader attach tap0
	send 7
	start_reader tap0
	$loader detach tap0
	reader_fails
	[ "$(wc -l <"$out")" -eq 7 ]
	grep -q '^xdptap-reader: tap0: the tap was detached$' "$err"
	grep -q '^=== Final Statistics ===$' "$err"
}

@test "the interface goes, or the program, while it reads" {
	$loader attach tap0
	start_reader tap0
	xdp-loader unload tap0 --all
	reader_fails
	grep -q "^xdptap-reader: tap0: its program was unloaded; 'xdptap-loader detach' removes the tap$" "$err"
	$loader detach tap0

	$loader attach tap0
	start_reader tap0
	ip link del tap0
	reader_fails
	grep -q '^xdptap-reader: tap0: the interface is gone$' "$err"
}

# without_call NAME ERROR: the reader in the background, for which this system call fails. -D: the
# reader is the process that is started, not its tracer.
without_call()
{
	command -v strace >/dev/null || skip "strace is not installed"
	strace -D -qq -o /dev/null -e "trace=$1" -e "inject=$1:error=$2" "$reader" tap0 >"$out" 2>"$err" 3>&- &
	reader_pid=$!
	until_ok 20 sleeps_in_epoll "$reader_pid"
}

# bats test_tags=any-kernel
@test "without notifications it looks once a second, and ends as with them" {
	for call in "inotify_init1 EMFILE" "inotify_add_watch ENOSPC"; do
		$loader attach tap0
		# shellcheck disable=SC2086
		without_call $call
		send 3
		until_ok 5 lines_in "$out" 3
		$loader detach tap0
		reader_fails
		grep -q '^xdptap-reader: tap0: the tap was detached$' "$err"
	done
	$loader attach tap0
	without_call inotify_init1 EMFILE
	ip link del tap0
	reader_fails
	grep -q '^xdptap-reader: tap0: the interface is gone$' "$err"
}

# bats test_tags=any-kernel
@test "a tap of another network namespace: its interface is deleted, or it is detached" {
	LIBXDP_SKIP_DISPATCHER=1 in_peer "$loader" attach peer0
	start_reader peer0
	in_peer "$loader" detach peer0
	reader_fails
	grep -q '^xdptap-reader: peer0: the tap was detached$' "$err"

	LIBXDP_SKIP_DISPATCHER=1 in_peer "$loader" attach peer0
	start_reader peer0
	in_peer ip link del peer0
	reader_fails
	grep -q '^xdptap-reader: peer0: the interface is gone$' "$err"
}

# bats test_tags=any-kernel
@test "several interfaces: lines name them, in the order of time" {
	ip link add tap1 type veth peer name peer1 netns "$peer_pid"
	ip link set tap1 up
	in_peer ip link set peer1 up
	$loader attach tap0
	$loader attach tap1
	for _ in 1 2 3 4 5; do
		in_peer "$flood" peer0 1 >/dev/null
		in_peer "$flood" peer1 1 >/dev/null
	done
	$reader dev tap1 tap0 >"$out" 2>"$err" 3>&- & reader_pid=$!
	until_ok 5 lines_in "$out" 10
	end_reader INT
	[ "$(grep 'UDP 10.9.0.1:' "$out" | awk '{ print $2 }' | xargs)" = \
		"tap0 tap1 tap0 tap1 tap0 tap1 tap0 tap1 tap0 tap1" ]
	sort -c "$out"

	# One goes; the other goes on.
	$reader tap0 tap1 >"$out" 2>"$err" 3>&- & reader_pid=$!
	until_ok 20 sleeps_in_epoll "$reader_pid"
	$loader detach tap1
	until_ok 5 grep -q 'tap1: the tap was detached' "$err"
	send 3
	until_ok 5 lines_in "$out" 3
	end_reader INT
	$loader detach tap0
	ip link del tap1
}

dumped_all() { [ "$(wc -l <"$BATS_TEST_TMPDIR/dump")" -ge 50 ]; }

# bats test_tags=any-kernel
@test "timestamps are tcpdump's to the millisecond" {
	# Emulated, a packet takes some ms from the XDP hook to tcpdump's.
	limit=0.001
	[ -z "${XDPTAP_GUEST:-}" ] || limit=0.05
	$loader attach tap0
	tcpdump -ttnn --time-stamp-precision=micro -i tap0 -l udp >"$BATS_TEST_TMPDIR/dump" \
		2>"$BATS_TEST_TMPDIR/dump.err" 3>&- & dump=$!
	until_ok 5 grep -q 'listening on' "$BATS_TEST_TMPDIR/dump.err"
	TZ=UTC start_reader tap0
	for _ in $(seq 50); do send 1; done
	until_ok 5 lines_in "$out" 50
	until_ok 5 dumped_all
	kill $dump
	wait $dump || true
	end_reader INT
	paste <(sed 's/^\[\([0-9:.]*\)\].*/\1/' "$out") <(head -n 50 "$BATS_TEST_TMPDIR/dump" | cut -d' ' -f1) |
		awk -v limit=$limit '{ split($1, t, ":"); ours = t[1] * 3600 + t[2] * 60 + t[3]
			theirs = $2 - int($2 / 86400) * 86400
			diff = theirs - ours; if (diff < 0) diff = -diff
			if (diff < limit) near++ }
		END { print near " of " NR " within " limit " s"; exit !(NR == 50 && near >= 48) }'
}

# bats test_tags=any-kernel
@test "no tap: one line and the next step, exit 1" {
	run $reader tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-reader: tap0: no tap is pinned in $bpffs" ]
	[ "${lines[1]}" = "hint: attach one with 'xdptap-loader attach dev tap0'" ]
}

# bats test_tags=every-kernel
@test "no capability is needed where the permissions allow it" {
	$loader attach tap0
	send 3
	chmod 755 $bpffs $bpffs/xdptap $bpffs/xdptap/tap0
	chmod 666 $bpffs/xdptap/tap0/*
	unprivileged="setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --"
	[ "$($unprivileged "$stats" -j show tap0 | jq '.[0].packets')" -eq 3 ]
	[ "$($unprivileged "$reader" -c 3 tap0 2>/dev/null | wc -l)" -eq 3 ]
	chmod 700 $bpffs/xdptap
	run $unprivileged "$reader" -c 3 tap0
	[ "$status" -eq 1 ]
	[[ $output == *"hint: only root may open it; 'xdptap-loader attach ... group NAME' lets a group read a tap"* ]]
}
