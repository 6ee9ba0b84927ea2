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

counters="packets bytes tcp udp other events dropped ipv4 ipv6 non_ip icmp vlan fragments malformed truncated"

# bats test_tags=any-kernel
@test "text: all counters, by name, as bpftool has them" {
	$loader attach tap0
	in_peer "$flood" peer0 1234 100 >/dev/null
	run $stats show dev tap0
	[ "$status" -eq 0 ]
	[[ ${lines[0]} =~ ^"tap0: attached mode native since 20" ]]
	for name in $counters; do
		[ "$(awk -v n="$name" '$1 == n { print $2 }' <<<"$output")" = "$(counter "$name")" ]
	done
	[ "$(awk '$1 == "packets" { print $2 }' <<<"$output")" -eq 1234 ]
	[ "$(awk '$1 == "bytes" { print $2 }' <<<"$output")" -eq 123400 ]
}

# bats test_tags=any-kernel
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
	but_time='map(del(.runtime_seconds, .packets_per_second))'
	[ "$($stats -p show | jq -c "$but_time")" = "$($stats -j show | jq -c "$but_time")" ]
	[ "$($stats -o json show | jq -c "$but_time")" = "$($stats -j show | jq -c "$but_time")" ]
}

# bats test_tags=any-kernel
@test "time of attach, rate, and percentages" {
	addresses_up
	$loader attach tap0 ring 64K rings 1
	sleep 1
	in_peer "$flood" peer0 3000 >/dev/null
	in_peer ping -q -c 10 -i 0.01 -W 2 10.9.0.2 >/dev/null
	run $stats show tap0
	[[ ${lines[0]} =~ ^"tap0: attached mode native since 20"[^,]*" runtime "[0-9]+s$ ]]
	[[ ${lines[1]} =~ ^\ +packets\ +[0-9]+\ +\([0-9]+\.[0-9][0-9]\ pps\)$ ]]
	for name in tcp udp other dropped; do
		awk -v name=$name '$1 == "packets" { all = $2 }
			$1 == name { right = $3 == sprintf("(%.1f%%)", 100 * $2 / all) }
			END { exit !right }' <<<"$output" || { echo "$name: $output"; false; }
	done
	[ "$(counter dropped)" -ge 1000 ]
	# Without a map of flows they are not spoken of.
	[[ $output != *flow* ]]
	$stats -j show tap0 | jq -e '.[0] | .mode == "native" and (has("flows") or has("flow_lost") | not) and
		(.attached_at | fromdate) <= now and .runtime_seconds >= 1 and .runtime_seconds < 60 and
		(.packets_per_second * .runtime_seconds / .packets - 1 | fabs) < 0.01'
}

# bats test_tags=any-kernel
@test "a tap with a map of flows counts those made, and those that could not be" {
	$loader attach tap0 flows 4096
	in_peer "$flood" peer0 10 >/dev/null
	run $stats show tap0
	for name in $counters flows flow_lost; do
		[ "$(awk -v n="$name" '$1 == n { print $2 }' <<<"$output")" = "$(counter "$name")" ]
	done
	[ "$($stats -j show | jq -c '.[0] | [.flows, .flow_lost, ([.cpus[].flows] | add)]')" = '[10,0,10]' ]
	$stats show -o prometheus >"$BATS_TEST_TMPDIR/out"
	grep -qxF 'xdptap_flows_total{interface="tap0"} 10' "$BATS_TEST_TMPDIR/out"
	grep -qxF 'xdptap_flow_lost_packets_total{interface="tap0"} 0' "$BATS_TEST_TMPDIR/out"
}

# bats test_tags=any-kernel
@test "unread bytes in the rings, and the process that reads them" {
	$loader attach tap0
	in_peer "$flood" peer0 1000 >/dev/null
	[ "$($stats -j show tap0 | jq -c '.[0] | [.ring_used_bytes, .ring_bytes, .reader, .reader_pid]')" = \
		'[64000,16777216,false,null]' ]
	run $stats show tap0
	[[ $output == *" ring "*" 64000  of 16777216 bytes not read yet (0.4%)"* ]]
	[[ ${lines[-1]} =~ ^" "+reader" "+none$ ]]

	$reader -q tap0 >/dev/null 2>&1 3>&- &
	pid=$!
	until_ok 5 read_by tap0 $pid
	until_ok 5 eval '[ "$($stats -j show tap0 | jq ".[0].ring_used_bytes")" -eq 0 ]'
	run $stats show tap0
	[[ ${lines[-1]} =~ ^" "+reader" "+attached" "+"(pid $pid)"$ ]]
	kill $pid
	wait $pid
	[ "$($stats -j show tap0 | jq '.[0].reader')" = false ]
}

read_by() { [ "$($stats -j show "$1" | jq '.[0].reader_pid')" = "$2" ]; }

# bats test_tags=every-kernel
@test "show disturbs no reader and needs no capability" {
	$loader attach tap0
	# All the time, while readers come and go.
	(while :; do $stats -j show tap0 >/dev/null; done) 3>&- &
	pid=$!
	for ((i = 0; i < $(many 10); i++)); do
		in_peer "$flood" peer0 100 >/dev/null
		run $reader -c 100 tap0
		[ "$status" -eq 0 ]
	done
	kill $pid
	wait $pid || true

	in_peer "$flood" peer0 10 >/dev/null
	chmod 755 $bpffs $bpffs/xdptap $bpffs/xdptap/tap0
	chmod 644 $bpffs/xdptap/tap0/{meta,stats_map,control,settings}
	as_nobody -j show tap0 | jq -e '.[0] | .packets % 100 == 10 and .reader == false and
		.ring_bytes == 16777216 and .ring_used_bytes == null'
	run as_nobody show tap0
	[ "$status" -eq 0 ]
	[[ $output == *" ring "*" ?  of 16777216 bytes: no permission to read the fill level"* ]]
	# The kernel maps no ring for who may only read.
	chmod 644 $bpffs/xdptap/tap0/packet_ringbuf*
	as_nobody -j show tap0 | jq -e '.[0].ring_used_bytes == null'
	chmod 666 $bpffs/xdptap/tap0/packet_ringbuf*
	as_nobody -j show tap0 | jq -e '.[0].ring_used_bytes == 640'
}

# The program is where nobody may go: the shell opens it.
as_nobody()
{
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all \
		/proc/self/fd/9 "$@" 9<"$stats"
}

@test "a reader of another PID namespace is unknown, and show says so" {
	unshare -p -f --mount-proc true || skip "this kernel has no PID namespaces"
	$loader attach tap0
	$reader -q tap0 >/dev/null 2>&1 3>&- &
	pid=$!
	until_ok 5 read_by tap0 $pid
	unshare -p -f --mount-proc $stats -j show tap0 |
		jq -e '.[0] | .reader == null and .reader_pid == null'
	run unshare -p -f --mount-proc $stats show tap0
	[[ ${lines[-1]} =~ ^" "+reader" "+"?  none in this PID namespace"$ ]]
	kill $pid
	wait $pid
}

# bats test_tags=any-kernel
@test "several taps, by name and in that order" {
	ip link add tap1 type veth peer name peer1
	$loader attach tap0
	$loader attach tap1
	[ "$($stats -j show tap1 dev tap0 | jq -c 'map(.ifname)')" = '["tap1","tap0"]' ]
	[ "$($stats -j show dev tap1 | jq -c 'map(.ifname)')" = '["tap1"]' ]
	run $stats show tap0 nope tap1
	[ "$status" -eq 1 ]
	[[ $output == *"xdptap-stats: nope: no tap is pinned in $bpffs"* ]]
	[[ $output == *"tap0: attached mode native"*"tap1: attached mode native"* ]]
	$loader detach tap0
	$loader detach tap1
	ip link del tap1
}

# bats test_tags=every-kernel
@test "what a CPU has counted stays when it goes offline" {
	[ -n "${XDPTAP_GUEST:-}" ] || skip "it takes a CPU away from the machine: in guests only"
	cpu1=/sys/devices/system/cpu/cpu1/online
	$loader attach tap0
	in_peer taskset -c 1 "$flood" peer0 300 >/dev/null
	in_peer taskset -c 0 "$flood" peer0 20 >/dev/null
	before=$($stats -j show | jq -c '.[0] | [.packets, .ring_used_bytes, [.cpus[].packets]]')
	[ "$(jq -c '.[:2]' <<<"$before")" = '[320,20480]' ]
	[ "$(jq '.[2][1]' <<<"$before")" -gt 0 ]
	echo 0 >$cpu1
	after=$($stats -j show | jq -c '.[0] | [.packets, .ring_used_bytes, [.cpus[].packets]]')
	in_peer "$flood" peer0 1 >/dev/null
	last=$($stats -j show | jq '.[0].packets')
	echo 1 >$cpu1
	[ "$after" = "$before" ]
	[ "$last" -eq 321 ]
}

# bats test_tags=any-kernel
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

# bats test_tags=every-kernel
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

# bats test_tags=any-kernel
@test "jumbo frames count with their whole length" {
	ip link set tap0 mtu 9000
	in_peer ip link set peer0 mtu 9000
	$loader attach tap0
	in_peer "$flood" peer0 3 9000 >/dev/null
	[ "$(counter bytes)" -eq 27000 ]
	[[ $($reader -c 1 tap0 2>/dev/null) == *"UDP 10.9.0.1:0 -> 10.9.0.2:9 (9000 bytes)" ]]
}

# bats test_tags=any-kernel
@test "without taps: nothing, or an empty array; of one: exit 1" {
	run $stats show
	[ "$status" -eq 0 ] && [ -z "$output" ]
	[ "$($stats -j show)" = "[]" ]
	run $stats show tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-stats: tap0: no tap is pinned in $bpffs" ]
}

# bats test_tags=any-kernel
@test "one bad tap among several does not hide the others" {
	ip link add tap1 type veth peer name peer1
	$loader attach tap0
	$loader attach tap1
	rm $bpffs/xdptap/tap0/stats_map
	run $stats show
	[ "$status" -eq 1 ]
	[[ $output == *"xdptap-stats: tap0: can't use the tap: "*"stats_map: No such file or directory"* ]]
	[[ $output == *"tap1: attached mode native"* ]]
	$loader detach tap0
	$loader detach tap1
	ip link del tap1
}

# bats test_tags=any-kernel
@test "stdout is closed: one line and exit 1, but for what wants none" {
	$loader attach tap0 flows 1024 <&- >&- 2>&-
	for words in "$stats show" "$stats -j show" "$stats -o prometheus show" "$stats --help" \
		"$stats watch" "$stats -j watch" "$stats top tap0" "$stats top tap0 watch" \
		"$loader show" "$loader -j show"; do
		for closed in ">&-" "<&- >&-" "</dev/null 1</dev/null"; do
			run timeout 5 bash -c "$words $closed"
			echo "$words $closed: $output"
			[ "$status" -eq 1 ]
			[[ $output == "xdptap-"*": can't write to stdout: Bad file descriptor" ]]
			[ ${#lines[@]} -eq 1 ]
		done
	done
	$stats --textfile "$BATS_TEST_TMPDIR/x.prom" show >&-
	grep -q '^xdptap_' "$BATS_TEST_TMPDIR/x.prom"
}

# bats test_tags=any-kernel
@test "usage errors, and a full disk" {
	while IFS='|' read -r words line; do
		# shellcheck disable=SC2086
		run $stats $words
		[ "$status" -eq 2 ]
		[ "${lines[0]}" = "xdptap-stats: $line" ]
	done <<-'END'
		|a command is missing
		frob|unknown command 'frob'
		show tap0 a/b|'a/b' is not the name of an interface
		show dev tap0 tap0|interface 'tap0' is named twice
		-o xml show|-o takes text, json or prometheus
		-j -o text show|text, JSON and metrics exclude each other
		-p -o text watch|text, JSON and metrics exclude each other
		-o text --textfile a.prom show|text, JSON and metrics exclude each other
		-o text -o prometheus show|text, JSON and metrics exclude each other
		-j -o prometheus show|text, JSON and metrics exclude each other
		--per-cpu show|--per-cpu applies to metrics only: it needs -o prometheus
		--textfile a.txt show|--textfile: node_exporter reads only files whose names end in .prom
		-q show|unknown option '-q'
	END
	$loader attach tap0
	run bash -c "$stats show >/dev/full"
	[ "$status" -eq 1 ]
	[ "$output" = "xdptap-stats: can't write to stdout: No space left on device" ]
	run bash -c "$loader show >/dev/full"
	[ "$status" -eq 1 ]
}
