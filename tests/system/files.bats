#!/usr/bin/env bats
# xdptap-reader -w FILE: whatever ends it, what is said to be written is there and
# can be read, and the rest is in the ring. Run by tests/run, in private namespaces.

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
	[ -z "${sender:-}" ] || kill "$sender" 2>/dev/null || true
	[ -z "${immutable:-}" ] || chattr -i "$immutable"
	cd /
	unmount_all "$BATS_TEST_TMPDIR/disk"
	network_down
}

attach() { $loader attach tap0 snaplen full; }

# disk SIZE: a file system that is soon full.
disk()
{
	mkdir disk
	mount -t tmpfs -o "size=$1" disk disk
}

# Of the last reader, by its own words.
written() { sed -n 's/^xdptap-reader: \([0-9]*\) packets\? written to .*/\1/p' <<<"$output"; }

# All that there is, with no word of complaint: ports 0 to N - 1.
assert_ports()
{
	local n=$1
	shift
	for file in "$@"; do ports_in "$file"; done | cmp - <(seq 0 $((n - 1)))
}

# The next reader gets the packets from FROM to N - 1.
assert_left()
{
	$reader -c $(($2 - $1)) -w left tap0 2>/dev/null
	ports_in left | cmp - <(seq "$1" $(($2 - 1)))
}

# refused WORDS...: exit 1, the one line on what can't be done, and nothing is lost.
refused()
{
	local line=$1
	shift
	run timeout 20 "$@"
	[ "$status" -eq 1 ] && grep -qxF "xdptap-reader: $line" <<<"$output" &&
		[ "$(grep -c "can't" <<<"$output")" -eq 1 ] || { echo "$output"; return 1; }
}

@test "-w: the packets as they were on the wire, and where they came from" {
	attach
	addresses_up
	start_reader -w x tap0
	tcpdump -Z root -i tap0 -Q in -U -w theirs 2>dump.err 3>&- & sender=$!
	until_ok 5 grep -q 'listening on' dump.err
	in_peer ping -q -c 3 -i 0.01 -s 1200 10.9.0.2 >/dev/null
	in_peer ping -q -c 3 -i 0.01 2001:db8::2 >/dev/null
	send 3 500
	until_ok 5 has_port theirs 2
	kill -INT $sender
	wait $sender
	end_reader INT
	n=$(packets_in x)
	[ "$(statistics_in x)" = "0 $n 0 $n" ]
	# The kernel sends some of its own.
	sent='icmp || icmpv6.type == 128 || udp'
	bytes_in theirs "$sent" >theirs.txt
	[ "$(wc -l <theirs.txt)" -eq 9 ]
	bytes_in x "$sent" | cmp - theirs.txt
	[ "$(fields_of x -T fields -e frame.interface_name | sort -u)" = tap0 ]
	capinfos x | grep -q "Capture application: xdptap-reader "
}

bytes_in() { fields_of "$1" -Y "$2" -T fields -e frame.len -e frame.cap_len -e eth -e ip -e ipv6 -e data; }
has_port() { tcpdump -nr "$1" 2>/dev/null | grep -q "10\.9\.0\.1\.$2 >"; }

@test "snaplen: so many bytes of each packet, and its whole length" {
	$loader attach tap0 snaplen 60
	send 3 1000
	$reader -c 3 -w x tap0
	[ "$(fields_of x -T fields -e frame.len -e frame.cap_len | uniq | xargs)" = "1000 60" ]
}

@test "-c, -q and -i with -w" {
	attach
	send 10
	$reader -c 4 -w x tap0 >"$out" 2>"$err"
	[ ! -s "$out" ]
	[ "$(packets_in x)" -eq 4 ]
	$reader -c 6 -q -w x tap0 >"$out" 2>"$err"
	[ "$(packets_in x)" -eq 6 ]
	grep -q '^=== Final Statistics ===$' "$out"
	refute grep -q '===' "$err"
	grep -q '^xdptap-reader: 6 packets written to x$' "$err"
	start_reader -i 0.05 -w x tap0
	until_ok 5 grep -q '^=== Statistics (Runtime: ' "$err"
	end_reader INT
	[ ! -s "$out" ]
}

@test "SIGINT, SIGTERM, SIGHUP: exit 0, whole, with statistics of received and lost" {
	$loader attach tap0 snaplen full ring 1M rings 1
	for signal in INT TERM HUP; do
		start_reader -w x tap0
		kill -STOP "$reader_pid"
		send 2000 1000
		kill -CONT "$reader_pid"
		until_ok 5 sleeps_in_epoll "$reader_pid"
		end_reader $signal
		n=$(packets_in x)
		[ "$n" -gt 100 ] && [ "$n" -lt 2000 ]
		[ "$(statistics_in x)" = "0 2000 $((2000 - n)) $n" ]
		grep -q "^xdptap-reader: $n packets written to x\$" "$err"
		fields_of x >/dev/null
	done
}

@test "the tap is detached: exit 1, and the file is whole, with statistics" {
	attach
	start_reader -w x tap0
	send 100
	$loader detach tap0
	reader_fails
	[ "$(packets_in x)" -eq 100 ]
	[ "$(statistics_in x)" = "0 100 0 100" ]
}

@test "SIGKILL at rest: the file is whole" {
	attach
	start_reader -w x tap0
	send 100
	until_ok 5 has_port x 99
	end_reader KILL 2>/dev/null || [ $? -eq 137 ]
	[ "$(packets_in x)" -eq 100 ]
	assert_ports 100 x
}

@test "SIGKILL while it writes: what is there can be read, and no packet is missing" {
	n=$(many 20000)
	$loader attach tap0 snaplen full ring 64M
	for part in 1 2 3 4 5 6 7 8; do
		rm -f x y
		start_reader -w x tap0
		in_peer "$flood" peer0 "$n" 1000 50 3>&- >/dev/null & sender=$!
		until_ok 10 is_larger x $((RANDOM * 200))
		end_reader KILL 2>/dev/null || [ $? -eq 137 ]
		$reader -w y tap0 >"$out" 2>"$err" 3>&- & reader_pid=$!
		wait $sender
		sender=
		# On a slow machine the killed one may have had all.
		until_ok 20 eval "has_last y $((n - 1)) || has_last x $((n - 1))"
		end_reader INT
		refute grep -q 'events lost' "$err"
		tshark -r x -T fields -e udp.srcport >x.ports 2>said || true
		said=$(grep -v '^Running as user' said || true)
		echo "part $part: $(wc -l <x.ports) packets, $said"
		[ -z "$said" ] || [ "$said" = 'tshark: The file "x" appears to have been cut short in the middle of a packet.' ]
		ports_in y >y.ports
		sort -nu x.ports y.ports | cmp - <(seq 0 $((n - 1)))
		[ "$(cat x.ports y.ports | wc -l)" -le $((n + 256)) ]
		# Each of them in order, without a gap.
		cmp x.ports <(seq 0 $(($(wc -l <x.ports) - 1)))
	done
	[ "$(counter dropped)" -eq 0 ]
}

is_larger() { [ "$(stat -c %s "$1")" -gt "$2" ]; }
has_last() { tail -c 4000 "$1" | grep -qaP "$(printf '\\x%02x\\x%02x\\x00\\x09' $(($2 >> 8)) $(($2 & 255)))"; }

# A write is hardly ever killed in its middle; this is what it would leave.
@test "a file that is cut off in a packet: tshark lists those before, and says only that" {
	attach
	send 20 1000
	$reader -c 20 -w whole tap0
	# Statistics at the end have 88 bytes, a packet 1032.
	while read -r cut n; do
		head -c "-$cut" whole >x
		tshark -r x -T fields -e udp.srcport >x.ports 2>said || true
		cmp x.ports <(seq 0 $((n - 1)))
		[ "$(grep -v '^Running as user' said)" = 'tshark: The file "x" appears to have been cut short in the middle of a packet.' ]
	done <<-END
		92 19
		600 19
		1116 19
		1124 18
	END
}

@test "a full disk: one line, exit 1, all that is said to be written, and nothing lost" {
	attach
	disk 1M
	send 3000 1000
	refused "can't write to disk/x: No space left on device" $reader -w disk/x tap0
	n=$(written)
	[ "$n" -gt 900 ] && [ "$n" -lt 1100 ]
	[ "$(packets_in disk/x)" -eq "$n" ]
	assert_ports "$n" disk/x
	assert_left "$n" 3000
}

@test "a disk that fills up while files are rotated" {
	attach
	for size in 400K 404K 408K 412K 416K; do
		mkdir -p disk
		mount -t tmpfs -o size=$size disk disk
		send 1000 1000
		run timeout 20 "$reader" -w disk/x -C 100K tap0
		[ "$status" -eq 1 ]
		[ "$(grep -c "can't write to disk/x[0-9]*: No space left on device" <<<"$output")" -eq 1 ]
		n=$(written)
		# The last one may be empty: there was no room for its head.
		find disk -name 'x*' -size +0 | sort | xargs mergecap -a -w all
		assert_ports "$n" all
		assert_left "$n" 1000
		umount disk
	done
}

@test "beyond ulimit -f it ends as on a full disk" {
	attach
	send 3000 1000
	run bash -c "ulimit -f 500; exec '$reader' -w x tap0"
	[ "$status" -eq 1 ]
	grep -qx "xdptap-reader: can't write to x: File too large" <<<"$output"
	n=$(written)
	[ "$(packets_in x)" -eq "$n" ]
	assert_ports "$n" x
	assert_left "$n" 3000
}

@test "files that can't be opened or written: one line, exit 1, and nothing is lost" {
	attach
	disk 1M
	mkdir directory
	mount -o remount,ro disk
	long=$(printf '%0300d' 0)
	send 10 100
	refused "can't open no/x: No such file or directory" $reader -w no/x tap0
	refused "can't open directory: Is a directory" $reader -w directory tap0
	refused "can't open disk/x: Read-only file system" $reader -w disk/x tap0
	refused "can't write to /dev/full: No space left on device" $reader -w /dev/full tap0
	refused "can't open $long: File name too long" $reader -w "$long" tap0
	long=$(printf '%%%%%.0s' $(seq 4000))%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y%Y
	refused "can't open : File name too long" $reader -G 1 -w "$long" tap0
	assert_left 0 10
}

@test "a file system without modes, like that of a USB stick, is no obstacle" {
	attach
	send 1
	$reader -c 1 -w /proc/self/comm tap0
}

@test "an immutable file" {
	attach
	echo before >x
	immutable=$PWD/x
	chattr +i x 2>/dev/null || { immutable=; skip "no immutable files here"; }
	send 1
	refused "can't open x: Operation not permitted" $reader -w x tap0
	[ "$(cat x)" = before ]
	assert_left 0 1
}

@test "without snaplen: refused with the next step, nothing is touched; --synthesize" {
	$loader attach tap0
	send 20
	echo before >x
	for words in "-w x" "-w y" "-w - " "-x" "-X" "-j -x"; do
		# shellcheck disable=SC2086
		run $reader $words tap0
		[ "$status" -eq 1 ]
		grep -qx 'xdptap-reader: tap0: the tap records no packet bytes: its snaplen is 0' <<<"$output"
		hint="hint: run 'xdptap-loader set dev tap0 snaplen 128'"
		[[ $words != -w* ]] || hint+=", or use --synthesize"
		grep -qxF "$hint" <<<"$output"
	done
	[ "$(cat x)" = before ]
	[ ! -e y ]
	$reader -c 20 --synthesize -w x tap0
	assert_ports 20 x
}

@test "stdin, stdout and stderr are closed: files want none of them" {
	attach
	for closed in "<&-" ">&-" "2>&-" "<&- >&- 2>&-"; do
		send 3
		rm -f x
		eval "$reader -c 3 -w x tap0 $closed"
		ports_in x | cmp - <(seq 0 2)
	done
	send 3
	for words in "" "-j" "-q" "-w -" "-q -w y"; do
		run bash -c "$reader -c 3 $words tap0 >&-"
		[ "$status" -eq 1 ]
		[ "$output" = "xdptap-reader: can't write to stdout: it is closed" ]
	done
	[ ! -e y ]
	[ "$($reader -c 3 tap0 2>/dev/null <&- | wc -l)" -eq 3 ]
}

@test "a second reader is refused before it touches the first one's file" {
	attach
	start_reader -w x tap0
	send 10
	until_ok 5 has_port x 9
	run $reader -w x tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-reader: tap0: another reader is attached (pid $reader_pid)" ]
	end_reader INT
	assert_ports 10 x
}
