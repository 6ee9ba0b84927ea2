#!/usr/bin/env bats
# xdptap-reader any, while taps come and go: what is attached later is read, in text, JSON and
# files; what is gone holds nothing. Run by tests/run, in private namespaces.

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
	for i in 1 2 3; do ip link del "tap$i" 2>/dev/null || true; done
	network_down
}

# link I: interfaces tapI and peerI, alike tap0 and peer0.
link()
{
	ip link add "tap$1" type veth peer name "peer$1" netns "$peer_pid"
	sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	in_peer sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	ip link set "tap$1" up
	in_peer ip link set "peer$1" up
	until_ok 5 link_is_up "tap$1"
}

# send_to I LEN [N]
send_to() { in_peer "$flood" "peer$1" "${3:-1}" "$2" >/dev/null; }

says() { until_ok 5 grep -qx "xdptap-reader: $1" "$err"; }
lines_out() { [ "$(wc -l <"$out")" -ge "$1" ]; }
frames() { fields_of "$1" -T fields -e frame.interface_name -e frame.len | tr '\t' ' ' | xargs; }

@test "any: a tap that is attached later is read, under its name; so is the next in its place" {
	$loader attach tap0
	start_reader -U any
	link 1
	$loader attach tap1
	says "tap1: attached meanwhile; it is read, too"
	send_to 1 101
	send_to 0 100
	until_ok 5 lines_out 2
	$loader detach tap1
	says "tap1: the tap was detached"
	link 2
	$loader attach tap2
	says "tap2: attached meanwhile; it is read, too"
	send_to 2 102
	send_to 0 100
	until_ok 5 lines_out 4
	end_reader INT
	[ "$(awk '{ print $2, $7 }' "$out" | xargs)" = "tap1 (101 tap0 (100 tap2 (102 tap0 (100" ]
	[ "$(grep -c attached "$err")" -eq 2 ]
}

@test "any, without a tap: it waits for the first, and goes on after the last" {
	start_reader -j -U any
	says "no tap is pinned in $bpffs yet; waiting for one"
	for round in 1 2 3; do
		$loader attach tap0
		says "tap0: attached meanwhile; it is read, too"
		send_to 0 $((100 + round))
		until_ok 5 lines_out $round
		$loader detach tap0
		says "tap0: the tap was detached"
		assert_nothing_left
		: >"$err"
	done
	end_reader INT
	[ "$(jq -r .len "$out" | xargs)" = "101 102 103" ]
}

@test "any -w: an interface begins and ends in the middle of a file, and is in those after it" {
	$loader attach tap0 snaplen full
	link 1
	start_reader -w x any
	send_to 0 100
	until_ok 5 has_frames 1
	$loader attach tap1 snaplen 60
	says "tap1: attached meanwhile; it is read, too"
	send_to 1 101 2
	until_ok 5 has_frames 3
	cp x first
	$loader detach tap0
	says "tap0: the tap was detached"
	$loader attach tap0 snaplen full
	says "tap0: attached meanwhile; it is read, too"
	send_to 0 103
	until_ok 5 has_frames 4
	end_reader INT
	[ "$(frames x)" = "tap0 100 tap1 101 tap1 101 tap0 103" ]
	[ "$(fields_of x -T fields -e frame.cap_len | xargs)" = "100 60 60 103" ]
	[ "$(statistics_in x | cut -d' ' -f2- | sort | xargs)" = "1 0 1 1 0 1 2 0 2" ]
	[ "$(capinfos -I x | grep -c '^Interface #')" -eq 3 ]
	[ "$(tcpdump -nr x 2>/dev/null | wc -l)" -eq 4 ]
}

has_frames() { [ "$(tcpdump -nr x 2>/dev/null | wc -l)" -eq "$1" ]; }

@test "any -C: a file holds the interfaces that are open when it begins, and those that come" {
	$loader attach tap0 snaplen full
	link 1
	$loader attach tap1 snaplen full
	start_reader -w y -C 1K any
	send_to 0 900 2
	until_ok 5 test -e y1
	$loader detach tap1
	says "tap1: the tap was detached"
	send_to 0 900 2
	until_ok 5 test -e y3
	end_reader INT
	[ "$(capinfos -I y | grep -c '^Interface #')" -eq 2 ]
	[ "$(capinfos -I y3 | sed -n 's/^ *Name = //p')" = tap0 ]
	[ "$(for file in y y1 y2 y3; do frames $file; done | xargs)" = \
		"tap0 900 tap0 900 tap0 900 tap0 900" ]
}

@test "any: a later one that can't be read is named once, and not asked again" {
	$loader attach tap0 snaplen full
	start_reader -w x any
	link 1
	$loader attach tap1
	until_ok 5 grep -q '^xdptap-reader: tap1: the tap records no packet bytes' "$err"
	link 2
	$loader attach tap2 snaplen full
	says "tap2: attached meanwhile; it is read, too"
	$loader detach tap1
	$loader attach tap1 snaplen full
	says "tap1: attached meanwhile; it is read, too"
	[ "$(grep -c 'no packet bytes' "$err")" -eq 1 ]
	end_reader INT
}

@test "any --only-present: later ones are left alone, and it ends with the last of the others" {
	$loader attach tap0
	start_reader --only-present any
	link 1
	$loader attach tap1
	send_to 1 101
	$loader detach tap0
	reader_fails
	refute grep -q tap1 "$err"
	[ ! -s "$out" ]
	run -2 $reader --only-present tap1
	[ "${lines[0]}" = "xdptap-reader: --only-present is for 'any'" ]
}

@test "any: without inotify it looks once a second" {
	command -v strace >/dev/null || skip "strace is not installed"
	for call in "inotify_init1 EMFILE" "inotify_add_watch ENOSPC"; do
		strace -D -qq -o /dev/null -e "trace=${call% *}" -e "inject=${call% *}:error=${call#* }" \
			"$reader" -U any >"$out" 2>"$err" 3>&- &
		reader_pid=$!
		until_ok 20 sleeps_in_epoll "$reader_pid"
		$loader attach tap0
		says "tap0: attached meanwhile; it is read, too"
		send_to 0 100
		until_ok 5 lines_out 1
		$loader detach tap0
		says "tap0: the tap was detached"
		end_reader INT
	done
}

switches() { awk '/ctxt_switches/ { n += $2 } END { print n }' "/proc/$reader_pid/status"; }

@test "any: nothing wakes it while nothing happens" {
	$loader attach tap0
	start_reader any
	pause 0.5
	before=$(switches)
	pause 3
	[ "$(switches)" -eq "$before" ]
	end_reader INT
}
