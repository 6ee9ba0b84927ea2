# Shared by the bats files that run xdptap-reader on tap0: in the background, under
# the traffic of flood, and what is in the files it writes.
# shellcheck shell=bash disable=SC2034,SC2154

# Of the reader that start_reader starts.
out=$BATS_TEST_TMPDIR/out
err=$BATS_TEST_TMPDIR/err

reading_down()
{
	[ -z "${reader_pid:-}" ] || kill "$reader_pid" 2>/dev/null || true
}

# The reader in the background, with these arguments; then it is reading.
start_reader()
{
	$reader "$@" >"$out" 2>"$err" 3>&- &
	reader_pid=$!
	until_ok 20 sleeps_in_epoll "$reader_pid"
}

sleeps_in_epoll() { grep -q epoll_wait "/proc/$1/stack"; }

# The reader ends by itself, with exit status 1.
reader_fails()
{
	local status=0

	wait "$reader_pid" || status=$?
	[ "$status" -eq 1 ]
}

# end_reader SIGNAL: returns its exit status.
end_reader()
{
	kill -s "$1" "$reader_pid"
	wait "$reader_pid"
}

blocked_in_write() { [ "$(cat "/proc/$1/wchan" 2>/dev/null)" != 0 ] && grep -q pipe "/proc/$1/stack"; }

send() { in_peer "$flood" peer0 "$@" >/dev/null; }

# What tshark prints; what it says besides fails the test, but for its word on root.
fields_of()
{
	local file=$1
	shift
	tshark -r "$file" "$@" 2>"$BATS_TEST_TMPDIR/tshark.err" || return 1
	refute grep -v '^Running as user' "$BATS_TEST_TMPDIR/tshark.err" >&2
}

# The source ports of the packets in a capture file, one after the other. By tcpdump, which starts
# ten times as fast as tshark; what it says besides fails the test.
ports_in()
{
	tcpdump -nr "$1" 2>"$BATS_TEST_TMPDIR/tcpdump.err" | sed -n 's/^.* IP 10\.9\.0\.1\.\([0-9]*\) > .*/\1/p'
	[ "${PIPESTATUS[0]}" -eq 0 ] && refute grep -v '^reading from file' "$BATS_TEST_TMPDIR/tcpdump.err" >&2
}

# How many packets are in it. What capinfos says besides fails the test.
packets_in()
{
	capinfos -TrMc "$1" 2>"$BATS_TEST_TMPDIR/capinfos.err" | cut -f2
	[ "${PIPESTATUS[0]}" -eq 0 ] && [ ! -s "$BATS_TEST_TMPDIR/capinfos.err" ]
}

# The interface statistics of a pcapng file: "INTERFACE RECEIVED DROPPED DELIVERED"
# a line. No other program shows them.
statistics_in()
{
	perl -0777 -ne '
		for (my $at = 0; $at < length; ) {
			my ($type, $length) = unpack "LL", substr $_, $at;
			die "cut off\n" if $at + $length > length;
			my $block = substr $_, $at, $length;
			$at += $length;
			next if $type != 5;
			my ($interface, %options, $option, $size) = unpack "x8L", $block;
			for (my $i = 20; ; $i += 4 + ($size + 3 & ~3)) {
				($option, $size) = unpack "SS", substr $block, $i;
				last if !$option;
				$options{$option} = unpack "Q", substr $block, $i + 4;
			}
			print "$interface @options{4, 5, 8}\n";
		}' "$1"
}
