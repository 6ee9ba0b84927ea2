# Shared by the bats files in which other programs check what leaves xdptap: a
# capture of ours, and one of the same traffic to compare it with.
# shellcheck shell=bash disable=SC2034

load "${BASH_SOURCE[0]%/*}/lib"

replay=$build/tests/system/replay
identical=$build/tests/system/identical

# What was measured, for tests/run to show.
remark() { sed 's/^/# /' >&3; }

# Frames come as they are sent: none is merged, no checksum is left to hardware
# that there is not. To be called after attach: XDP switches GRO on.
offloads_off()
{
	ethtool -K "${1:-tap0}" gro off gso off tso off tx off txvlan off rxvlan off >/dev/null
	in_peer ethtool -K "${2:-peer0}" gro off gso off tso off tx off txvlan off >/dev/null
}

set_mtu()
{
	ip link set tap0 mtu "$1"
	in_peer ip link set peer0 mtu "$1"
}

sleeps_in_epoll() { grep -q epoll_wait "/proc/$1/stack"; }

# Files of the test's own; $ours is what the reader wrote.
name_files()
{
	objects=$BATS_TEST_TMPDIR/objects.ndjson
	err=$BATS_TEST_TMPDIR/err
	ours=$BATS_TEST_TMPDIR/ours.pcapng
	theirs=$BATS_TEST_TMPDIR/theirs.pcap
	sent=$BATS_TEST_TMPDIR/sent.pcap
}

# One CPU sends and receives all: two have no order that everybody sees alike.
stay_on_one_cpu() { taskset -cp 0 $BASHPID >/dev/null; }

# What a timer of the kernel sends may come from another CPU all the same: tap0 hands all that it
# receives to the first, ours and theirs see it there. To be called after network_up.
receive_on_one_cpu()
{
	local sys=$BATS_TEST_TMPDIR/sys

	mkdir "$sys"
	mount -t sysfs sysfs "$sys"
	echo 1 | tee "$sys"/class/net/tap0/queues/rx-*/rps_cpus >/dev/null
	umount "$sys"
}

# The reader in the background, with these arguments; then it is reading. Its
# stdout is in $objects, stderr in $err.
start_reader()
{
	$reader "$@" >"$objects" 2>"$err" 3>&- &
	reader_pid=$!
	until_ok 20 sleeps_in_epoll "$reader_pid"
}

# It sleeps until the next packet: so it has written all that there were.
has_read()
{
	bpftool -j map dump pinned "$bpffs/xdptap/$1/wakeup" | jq -e '.[0].value[0] == "0x03"' >/dev/null
}

# Once all is read: what is in the rings stays there for the next reader. The end
# is part of every test: it has to be clean.
end_reader()
{
	local tap

	for tap in "$bpffs"/xdptap/*; do until_ok 20 has_read "${tap##*/}"; done
	kill -s INT "$reader_pid"
	wait "$reader_pid"
	reader_pid=
}

# tcpdump on what comes in, in the background; then it is listening.
start_tcpdump()
{
	tcpdump -Q in -i tap0 -j host --time-stamp-precision=nano -n -U -B 16384 -s 0 -w "$theirs" \
		"$@" 2>"$theirs.err" 3>&- &
	dump_pid=$!
	until_ok 20 grep -q 'listening on' "$theirs.err"
}

# By tcpdump, as the times below: capinfos and tshark take seconds to start in an emulated guest.
frames_in() { tcpdump --count -nr "$1" 2>/dev/null | awk '{ print $1 }'; }
has_all() { [ "$(frames_in "$theirs")" -ge "$1" ]; }

# Once it has written all that the tap counted, which its end would lose.
end_tcpdump()
{
	until_ok 10 has_all "$(counter packets)"
	kill -s INT "$dump_pid"
	wait "$dump_pid"
	dump_pid=
	grep -q '^0 packets dropped by kernel$' "$theirs.err"
}

# Whatever the test was in the middle of.
captures_down()
{
	[ -z "${reader_pid:-}" ] || kill "$reader_pid" 2>/dev/null || true
	[ -z "${dump_pid:-}" ] || kill "$dump_pid" 2>/dev/null || true
	network_down
}

# Seconds since 1970, with nine digits after the point.
epochs()
{
	case $1 in
	*.ndjson) jq -r '"\(.ts[0:19] + "Z" | fromdate)\(.ts[19:29])"' "$1" ;;
	*) tcpdump -n -tt --time-stamp-precision=nano -r "$1" 2>/dev/null | sed -n 's/^\([0-9]*\.[0-9]*\) .*/\1/p' ;;
	esac
}

# For each packet, its time of ours, and by how many ns it is earlier than
# tcpdump's. Seconds and nanoseconds apart: together they have too many digits.
time_differences()
{
	paste <(epochs "$ours") <(epochs "$theirs") | awk '{ split($1, a, "."); split($2, b, ".")
		printf "%s %d\n", $1, (b[1] - a[1]) * 1000000000 + b[2] - a[2] }'
}

# assert_times WHAT earlier|later MOST: our times are earlier than tcpdump's, or
# later, in 99 %, give or take what bpf/tai_clock.h can't tell: some readings of the clock,
# which take longer when they are emulated. In the median and in 90 % by MOST ns at most.
# Reads what time_differences printed.
assert_times()
{
	local status=0 said vague=0

	[ -z "${XDPTAP_GUEST:-}" ] || vague=5000
	said=$(awk -v which="$2" '{ print which == "later" ? -$2 : $2 }' | sort -n |
		awk -v what="$1: " -v which="$2" -v most="$3" -v vague=$vague '
			{ ns[NR] = $1 }
			END { median = ns[int((NR + 1) / 2)]; most_of = ns[int(NR * 0.9)]
				print what NR " packets, " which " than tcpdump by " ns[1] " ns at least, " \
					median " in the median, " most_of " in 90 %, " ns[NR] " at most"
				exit !(NR && ns[int(NR * 0.01) + 1] >= -vague && median <= most && most_of <= most) }') || status=$?
	remark <<<"$said"
	return $status
}

assert_monotone() { time_differences | cut -d' ' -f1 | sort -c -t. -k1,1n -k2,2n; }

listens() { ss -Hltn "sport = :$1" | grep -q .; }

# transfer FROM TO: the first 200 kB of seq's by TCP from the peer's address to
# the one here, where it arrives as it was.
transfer()
{
	local got=$BATS_TEST_TMPDIR/got listener

	nc -N -l "$2" 81 </dev/null >"$got" 3>&- & listener=$!
	until_ok 10 listens 81
	seq 50000 | head -c 200000 | in_peer nc -N -s "$1" -w 10 "$2" 81
	wait $listener
	seq 50000 | head -c 200000 | cmp - "$got"
}

# What a network has, as the kernel sends it: echo requests, whole and in
# fragments, ARP and neighbour discovery, TCP, UDP, errors.
send_usual_kinds()
{
	addresses_up
	in_peer ping -q -i 0.01 -c 5 -W 2 10.9.0.2 >/dev/null
	in_peer ping -q -i 0.01 -c 5 -W 2 2001:db8::2 >/dev/null
	in_peer ping -q -i 0.01 -c 3 -W 2 -s 4000 10.9.0.2 >/dev/null
	in_peer ping -q -i 0.01 -c 3 -W 2 -s 4000 2001:db8::2 >/dev/null
	in_peer ping -q -t 5 -c 1 -W 2 10.9.0.2 >/dev/null
	transfer 10.9.0.1 10.9.0.2
	transfer 2001:db8::1 2001:db8::2
	# Refused: a reset; and an error, which tells of the datagram.
	bash -c 'exec 4<>/dev/tcp/10.9.0.1/82' 2>/dev/null || true
	bash -c 'echo x >/dev/udp/10.9.0.1/9'
	bash -c 'echo x >/dev/udp/2001:db8::1/9'
	in_peer bash -c 'seq 300 >/dev/udp/10.9.0.2/9'
	in_peer bash -c 'seq 300 >/dev/udp/2001:db8::2/9'
}

# The same, and frames as tests/fixtures makes them, of all kinds that bpf/parse.h
# knows. Then nothing more comes.
send_all_kinds()
{
	local made=$BATS_TEST_TMPDIR/made.pcap

	send_usual_kinds
	# The kernel drops what ends directly after a tag before tcpdump sees it.
	mergecap -a -F pcap -w "$made" tests/fixtures/captures/*
	tcpdump -r "$made" -w "$made.seen" 2>/dev/null \
		'not (less 19 and (ether[12:2] = 0x8100 or ether[12:2] = 0x88a8))'
	in_peer "$replay" peer0 "$made" "$made.seen" >/dev/null
	in_peer ip link set peer0 down
}

round_trip_up()
{
	private_mounts
	network_up
	name_files
	# The most that veth takes: an IP packet of 65535 bytes.
	set_mtu 65535
}

# round_trip WHAT SNAPLEN ATTACH_WORDS FILE...: all of the files' frames that
# the interface carries come back out of the reader's file.
round_trip()
{
	local what=$1 snaplen=$2 words=$3 n totals
	shift 3
	# shellcheck disable=SC2086 # words
	$loader attach tap0 $words snaplen "$snaplen"
	in_peer "$replay" peer0 "$sent" "$@" >"$BATS_TEST_TMPDIR/replayed"
	totals=$(tail -n 1 "$BATS_TEST_TMPDIR/replayed")
	n=${totals%% *}
	[ "$(counter packets)" -eq "$n" ]
	[ "$(counter dropped)" -eq 0 ]
	timeout 60 "$reader" -c "$n" -w "$ours" tap0 2>"$err"
	"$identical" "$sent" "$ours" "${snaplen/full/262144}" | tee "$BATS_TEST_TMPDIR/identical"
	[ "${PIPESTATUS[0]}" -eq 0 ]
	$loader detach tap0
	echo "$what, snaplen $snaplen: $totals; $(tail -n 1 "$BATS_TEST_TMPDIR/identical")" | remark
	[ "$snaplen" != full ] || sed '$d; s,.*/,not carried: ,' "$BATS_TEST_TMPDIR/replayed" | remark
}
