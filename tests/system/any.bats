#!/usr/bin/env bats
# xdptap-reader on several taps, or any: text, files and JSON say which one a
# packet is of, and one that fails or goes does not stop the others. Run by
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
	[ -z "${first_pid:-}" ] || kill "$first_pid" 2>/dev/null || true
	for ifname in tap1 tap2 "${odd:-}"; do ip link del "$ifname" 2>/dev/null || true; done
	network_down
}

# link NAME PEER: another one like tap0, and a tap on it.
link()
{
	ip link add "$1" type veth peer name "$2" netns "$peer_pid"
	sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	in_peer sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	ip link set "$1" up
	in_peer ip link set "$2" up
	until_ok 5 link_is_up "$1"
	$loader attach dev "$1" snaplen full
}

# send_each: a packet of 100 bytes to tap0, one of 101 to tap1, of 102 to tap2.
send_each() { for i in 0 1 2; do in_peer "$flood" peer$i 1 10$i >/dev/null; done; }

three_taps()
{
	$loader attach tap0 snaplen full
	link tap1 peer1
	link tap2 peer2
}

names_and_sizes() { fields_of "$1" -T fields -e frame.interface_name -e frame.len | tr '\t' ' ' | xargs; }

@test "any: all taps, in text, JSON and files" {
	three_taps
	send_each
	[ "$($reader -c 3 any 2>/dev/null | awk '{ print $2, $7 }' | xargs)" = "tap0 (100 tap1 (101 tap2 (102" ]
	send_each
	[ "$($reader -c 3 -j any 2>/dev/null | jq -r '"\(.ifname) \(.len)"' | xargs)" = \
		"tap0 100 tap1 101 tap2 102" ]
	send_each
	$reader -c 3 -w x any
	[ "$(names_and_sizes x)" = "tap0 100 tap1 101 tap2 102" ]
	[ "$(statistics_in x | cut -d' ' -f2- | xargs)" = "1 0 1 1 0 1 1 0 1" ]
	# libpcap reads several interfaces only if they are alike.
	[ "$(tcpdump -nr x 2>/dev/null | wc -l)" -eq 3 ]
	send_each
	$reader -c 2 -w x tap2 dev tap0
	[ "$(names_and_sizes x)" = "tap0 100 tap2 102" ]
}

@test "taps of different snaplens in one file" {
	three_taps
	$loader detach tap1
	$loader attach tap1 snaplen 60
	send_each
	$reader -c 3 -w x any
	[ "$(fields_of x -T fields -e frame.cap_len | xargs)" = "100 60 102" ]
	[ "$(tcpdump -nr x 2>/dev/null | wc -l)" -eq 3 ]
}

@test "any: one that is locked, and one that is half-made, are named; the others are read" {
	three_taps
	$reader tap1 >first 2>&1 3>&- & first_pid=$!
	until_ok 20 sleeps_in_epoll $first_pid
	rm $bpffs/xdptap/tap2/meta
	start_reader -w x any
	send_each
	until_ok 5 grep -q "(101 bytes)" first
	end_reader INT
	[ "$(names_and_sizes x)" = "tap0 100" ]
	grep -qx "xdptap-reader: tap1: another reader is attached (pid $first_pid)" "$err"
	grep -q "^xdptap-reader: tap2: " "$err"
	kill -INT $first_pid
	wait $first_pid
}

@test "any: one without bytes is named; the others are written" {
	$loader attach tap0 snaplen full
	$loader attach lo
	start_reader -w x any
	in_peer "$flood" peer0 1 100 >/dev/null
	end_reader INT
	[ "$(names_and_sizes x)" = "tap0 100" ]
	grep -q '^xdptap-reader: lo: the tap records no packet bytes' "$err"
	$loader detach lo
}

@test "any: none that can be read: exit 1, and no file is touched" {
	run $reader -w x --only-present any
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-reader: no tap is pinned in $bpffs" ]
	[ "${lines[1]}" = "hint: attach one with 'xdptap-loader attach dev IFACE'" ]
	$loader attach tap0 snaplen full
	$reader tap0 >first 2>&1 3>&- & first_pid=$!
	until_ok 20 sleeps_in_epoll $first_pid
	run $reader -w x any
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-reader: tap0: another reader is attached (pid $first_pid)" ]
	[ ! -e x ]
	kill -INT $first_pid
	wait $first_pid
}

@test "a tap that goes away: its packets stay, the others' go on, each under its name" {
	three_taps
	start_reader -w x -C 1M any
	send_each
	$loader detach tap1
	until_ok 5 grep -q '^xdptap-reader: tap1: the tap was detached$' "$err"
	ip link del tap0
	until_ok 5 grep -q '^xdptap-reader: tap0: the interface is gone$' "$err"
	in_peer "$flood" peer2 5 112 >/dev/null
	until_ok 5 has_packet 4
	end_reader INT
	[ "$(names_and_sizes x)" = "tap0 100 tap1 101 tap2 102 tap2 112 tap2 112 tap2 112 tap2 112 tap2 112" ]
	[ "$(statistics_in x | sort | cut -d' ' -f2- | xargs)" = "1 0 1 1 0 1 6 0 6" ]
}

has_packet() { tcpdump -nr x 2>/dev/null | grep -q "10\.9\.0\.1\.$1 >"; }

@test "interface names of odd bytes: in JSON, in files, in text" {
	for odd in 'a"b\c' 'ü€' "$(printf 'x\377\301y')" '<&>'; do
		link "$odd" odd
		in_peer "$flood" odd 3 100 >/dev/null
		wanted=$odd
		printf %s "$odd" | iconv -f UTF-8 -t UTF-8 &>/dev/null || wanted=$(printf 'x\ufffd\ufffdy')
		[ "$($reader -c 1 -j "$odd" 2>/dev/null | jq -er .ifname)" = "$wanted" ]
		$reader -c 1 -w x "$odd" 2>/dev/null
		[ "$(capinfos -I x | sed -n 's/^ *Name = //p')" = "$wanted" ]
		name=$(fields_of x -T fields -e frame.interface_name)
		[ "${name//\\\\/\\}" = "$wanted" ] # tshark 4.4 doubles a backslash
		$reader -c 1 any >text 2>/dev/null
		[ "$(wc -l <text)" -eq 1 ]
		$loader detach dev "$odd"
		ip link del "$odd"
	done
}

@test "any: more files than the soft limit; the hard limit is named" {
	three_taps
	send_each
	run bash -c "ulimit -Sn 16; $reader -c 3 any"
	[ "$status" -eq 0 ]
	run bash -c "ulimit -n 16; timeout 5 $reader -c 3 any"
	grep -q "^xdptap-reader: tap[12]: .*: Too many open files$" <<<"$output"
	grep -q "^hint: read fewer taps, or raise the limit of open files: 'ulimit -n'$" <<<"$output"
}
