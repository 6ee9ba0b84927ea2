# Shared by the bats files about what happens to an interface in mid-capture: under traffic, with a reader
# and xdptap-stats at work.
# shellcheck shell=bash disable=SC2034,SC2154

load "${BASH_SOURCE[0]%/*}/lib"
load "${BASH_SOURCE[0]%/*}/reading"

# What attach gets.
kind=

# In which forms the reader writes: one for each test, in turn; with XDPTAP_RACES all of them.
forms=("" -j "-w file")
[ -n "${XDPTAP_RACES:-}" ] || forms=("${forms[BATS_TEST_NUMBER % 3]}")

setup()
{
	private_mounts
	network_up
	cd "$BATS_TEST_TMPDIR" || return
}

teardown()
{
	end_traffic
	[ -z "${watch:-}" ] || kill "$watch" 2>/dev/null || true
	[ -z "${other_pid:-}" ] || kill "$other_pid" 2>/dev/null || true
	reading_down
	for name in br0 eth9 twin0; do ip link del $name 2>/dev/null || true; done
	network_down
}

# In the peer, until it is ended; whatever becomes of the interface meanwhile.
start_traffic()
{
	in_peer bash -c "until [ -e '$PWD/over' ]; do '$flood' peer0 2000 100 500 >/dev/null 2>&1; done" \
		2>/dev/null 3>&- &
	traffic=$!
	until_ok 10 seen 100
}
end_traffic()
{
	[ -n "${traffic:-}" ] || return 0
	touch over
	wait $traffic 2>/dev/null || true
	traffic=
	rm -f over
}
seen() { [ "$(counter packets)" -gt "$1" ]; }
goes_on() { until_ok 10 seen "$(($(counter packets) + 100))"; }

start_watch()
{
	$stats watch 0.1 >watched 2>&1 3>&- &
	watch=$!
}
end_watch()
{
	kill -0 $watch # it has not ended by itself
	kill -INT $watch
	wait $watch
	watch=
}

# The reader's packets, in any form.
packets_out()
{
	case $1 in
	-w*) packets_in file ;;
	-j) jq -s length "$out" ;;
	*) grep -c 'UDP 10.9.0.1:' "$out" ;;
	esac
}

# A tap, a reader that writes in this form, xdptap-stats and traffic.
begin_capture()
{
	# shellcheck disable=SC2086
	$loader attach tap0 $kind snaplen full ring 32M 2>/dev/null
	# shellcheck disable=SC2086
	start_reader $1 tap0
	start_watch
	start_traffic
}

# survives COMMAND...: under traffic, the tap and the reader go on after it, in each form; all that the
# driver has received is counted, and all that is counted is written.
survives()
{
	for form in "${forms[@]}"; do
		begin_capture "$form"
		"$@"
		goes_on
		end_traffic
		end_watch
		end_reader INT
		[ "$(counter dropped)" -eq 0 ]
		assert_invariants
		[ "$(packets_out "$form")" -eq "$(counter events)" ]
		[ "$($loader -j show dev tap0 | jq -r '.[0].state')" = attached ]
		$loader detach tap0
		assert_nothing_left
	done
}

# ends WORDS COMMAND...: after it the reader ends by itself, with all that was counted, and these words.
ends()
{
	local words=$1 form n
	shift

	for form in "${forms[@]}"; do
		begin_capture "$form"
		"$@"
		reader_fails
		end_traffic
		end_watch
		grep -qx "xdptap-reader: tap0: $words" "$err"
		n=$(counter events)
		[ "$(packets_out "$form")" -eq "$n" ]
		[ "$n" -ge 100 ]
		$loader detach tap0 2>/dev/null
		[ ! -e $bpffs/xdptap ]
		network_down
		network_up
	done
}

down_and_up()
{
	for _ in 1 2 3; do
		ip link set tap0 down
		pause 0.05
		ip link set tap0 up
		until_ok 5 link_is_up tap0
	done
}

renamed()
{
	ip link set tap0 down
	ip link set tap0 name eth9
	ip link set eth9 up
	until_ok 5 link_is_up eth9
	goes_on
	[ "$($stats -j show dev eth9 | jq -r '.[0].ifname')" = tap0 ]
	ip link set eth9 down
	ip link set eth9 name tap0
	ip link set tap0 up
	until_ok 5 link_is_up tap0
}

other_mtu()
{
	for mtu in 1280 1400 3000 1500; do
		in_peer ip link set peer0 mtu $mtu
		ip link set tap0 mtu $mtu
	done
}

other_queues()
{
	for n in 2 1; do
		ethtool -L tap0 rx $n tx $n 2>/dev/null || ethtool -L tap0 rx $n
		pause 0.05
	done
}

bridged()
{
	ip link add br0 type bridge
	ip link set br0 up
	ip link set tap0 master br0
	goes_on
	ip link set tap0 nomaster
	ip link del br0
}

moved_and_back()
{
	unshare -n sleep 100 3>&- & other_pid=$!
	until_ok 5 other_netns $other_pid
	ip link set tap0 netns $other_pid
	nsenter -t $other_pid -n ip link set tap0 up
	until_ok 10 frames_come
	nsenter -t $other_pid -n ip link set tap0 netns $$
	ip link set tap0 up
	until_ok 5 link_is_up tap0
	kill $other_pid
	wait $other_pid || true
	other_pid=
}

frames_come() { local n; n=$(counter packets); pause 0.1; [ "$(counter packets)" -gt "$n" ]; }

recreated()
{
	ip link del tap0
	ip link add twin0 type veth peer name tap0
	ip link set tap0 up
}
