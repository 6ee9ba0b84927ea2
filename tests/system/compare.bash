# Shared by the bats files in which other programs check what leaves xdptap: a
# capture of ours, and one of the same traffic to compare it with.
# shellcheck shell=bash disable=SC2034

load lib

replay=$build/tests/system/replay
identical=$build/tests/system/identical
packets=${XDPTAP_PACKETS:-../shared/packets}

# What was measured, for tests/run to show.
remark() { sed 's/^/# /' >&3; }

# Frames come as they are sent: none is merged, no checksum is left to hardware
# that there is not. To be called behind attach: XDP switches GRO on.
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

# The reader in the background, with these arguments; then it is reading. What
# it writes is in $ours, what it says in $err.
start_reader()
{
	$reader "$@" >"$ours" 2>"$err" 3>&- &
	reader_pid=$!
	until_ok 20 sleeps_in_epoll "$reader_pid"
}

# Its end is part of every test: it has to be clean.
end_reader()
{
	kill -s INT "$reader_pid"
	wait "$reader_pid"
	reader_pid=
}

# tcpdump on what comes in, in the background; then it is listening.
start_tcpdump()
{
	tcpdump -Q in -i tap0 -j host --time-stamp-precision=nano -n -U -s 0 -w "$theirs" \
		"$@" 2>"$theirs.err" 3>&- &
	dump_pid=$!
	until_ok 20 grep -q 'listening on' "$theirs.err"
}

end_tcpdump()
{
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
