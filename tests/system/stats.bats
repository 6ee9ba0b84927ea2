#!/usr/bin/env bats
# xdptap-stats: the counters as text and JSON, against the packets that were
# sent and against what bpftool reads. Run by tests/run, in private namespaces.

load lib

setup()
{
	private_mounts
	network_up
}

teardown()
{
	network_down
}

counters="packets bytes tcp udp other events dropped ipv4 ipv6 non_ip icmp vlan fragments malformed flows flow_lost"

@test "text: all counters, by name, as bpftool has them" {
	$loader attach tap0
	in_peer "$flood" peer0 1234 100 >/dev/null
	run $stats show dev tap0
	[ "$status" -eq 0 ]
	[[ ${lines[0]} =~ ^"tap0: mode native since 20" ]]
	for name in $counters; do
		[ "$(awk -v n="$name" '$1 == n { print $2 }' <<<"$output")" = "$(counter "$name")" ]
	done
	[ "$(awk '$1 == "packets" { print $2 }' <<<"$output")" -eq 1234 ]
	[ "$(awk '$1 == "bytes" { print $2 }' <<<"$output")" -eq 123400 ]
}

@test "JSON: the names as keys, summed over an array of all possible CPUs" {
	$loader attach tap0
	in_peer "$flood" peer0 1000 >/dev/null
	$stats -j show | jq -e --arg names "$counters" --argjson cpus \
		"$(tr ',' '\n' </sys/devices/system/cpu/possible |
			awk -F- '{ n += NF > 1 ? $2 - $1 + 1 : 1 } END { print n }')" '
		($names | split(" ")) as $names | length == 1 and (.[0] | . as $tap |
		.ifname == "tap0" and .packets == 1000 and .udp == 1000 and
		(.cpus | length) == $cpus and ([.cpus[].cpu] == [range($cpus)]) and
		all($names[]; . as $n | $tap[$n] == ([$tap.cpus[][$n]] | add)))'
	[ "$($stats -j show | wc -l)" -eq 1 ]
	[ "$($stats -p show | wc -l)" -gt 20 ]
	[ "$($stats -p show | jq -c .)" = "$($stats -j show | jq -c .)" ]
}

@test "kinds of packets are told apart, and add up" {
	addresses_up
	$loader attach tap0
	in_peer ping -q -c 3 -i 0.01 -W 2 10.9.0.2 >/dev/null
	in_peer ping -q -c 3 -i 0.01 -W 2 2001:db8::2 >/dev/null
	# Larger than the MTU: three fragments each.
	in_peer ping -q -c 2 -i 0.01 -W 2 -s 4000 10.9.0.2 >/dev/null
	in_peer bash -c 'exec 4<>/dev/tcp/10.9.0.2/81' 2>/dev/null || true
	assert_invariants
	[ "$(counter tcp)" -eq 1 ]
	[ "$(counter fragments)" -eq 6 ]
	[ "$(counter icmp)" -ge 12 ]
	[ "$(counter non_ip)" -ge 1 ]
	[ "$(counter ipv6)" -ge 3 ]
	[ "$(counter malformed)" -eq 0 ]
}

@test "VLAN tags are counted" {
	$loader attach tap0
	ip link show type vlan >/dev/null 2>&1 || true
	if ! in_peer ip link add link peer0 name peer0.100 type vlan id 100 2>/dev/null; then
		skip "this kernel has no VLAN devices"
	fi
	# Else veth hands the tag over beside the frame, and XDP does not see it.
	in_peer ethtool -K peer0 tx-vlan-offload off
	in_peer sysctl -qw net.ipv6.conf.peer0/100.disable_ipv6=1
	in_peer ip link set peer0.100 up
	in_peer "$flood" peer0.100 5 >/dev/null
	[ "$(counter vlan)" -eq 5 ]
	[ "$(counter udp)" -eq 5 ]
	[[ $($reader -c 1 tap0 2>/dev/null) == *"(68 bytes) [VLAN 100]" ]]
}

@test "jumbo frames count with their whole length" {
	ip link set tap0 mtu 9000
	in_peer ip link set peer0 mtu 9000
	$loader attach tap0
	in_peer "$flood" peer0 3 9000 >/dev/null
	[ "$(counter bytes)" -eq 27000 ]
	[[ $($reader -c 1 tap0 2>/dev/null) == *"UDP 10.9.0.1:0 -> 10.9.0.2:9 (9000 bytes)" ]]
}

@test "without taps: nothing, or an empty array; of one: exit 1" {
	run $stats show
	[ "$status" -eq 0 ] && [ -z "$output" ]
	[ "$($stats -j show)" = "[]" ]
	run $stats show tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-stats: tap0: no tap is pinned here: No such file or directory" ]
}

@test "one bad tap among several does not hide the others" {
	ip link add tap1 type veth peer name peer1
	$loader attach tap0
	$loader attach tap1
	rm $bpffs/xdptap/tap0/stats_map
	run $stats show
	[ "$status" -eq 1 ]
	[[ $output == *"xdptap-stats: tap0: can't use the tap: "*"stats_map: No such file or directory"* ]]
	[[ $output == *"tap1: mode native"* ]]
	$loader detach tap0
	$loader detach tap1
	ip link del tap1
}

@test "usage errors, and a full disk" {
	while IFS='|' read -r words line; do
		# shellcheck disable=SC2086
		run $stats $words
		[ "$status" -eq 2 ]
		[ "${lines[0]}" = "xdptap-stats: $line" ]
	done <<-'END'
		|a command is missing
		frob|unknown command 'frob'
		show tap0 now|unknown word 'now'
		-q show|unknown option '-q'
	END
	$loader attach tap0
	run bash -c "$stats show >/dev/full"
	[ "$status" -eq 1 ]
	[ "$output" = "xdptap-stats: can't write to stdout: No space left on device" ]
	run bash -c "$loader show >/dev/full"
	[ "$status" -eq 1 ]
}
