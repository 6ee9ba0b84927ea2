#!/usr/bin/env bats
# xdptap-reader -f: it shows what tcpdump shows with the same expression; the rest is counted, and what
# was not read stays in the ring buffer. Run by tests/run, in private namespaces.

load compare
load reading

setup()
{
	private_mounts
	network_up
	stay_on_one_cpu
	cd "$BATS_TEST_TMPDIR" || return
	sent=sent.pcap
}

teardown()
{
	reading_down
	cd /
	unmount_all "$BATS_TEST_TMPDIR/disk"
	ip link del tap1 2>/dev/null || true
	network_down
}

fixtures=("$PWD"/tests/fixtures/captures/*)

# Each kind of packet that the fixtures have, and each way to reach into one.
expressions=(
	''
	'tcp' 'udp port 53' 'tcp dst port 443' 'not tcp' 'portrange 1-1023' 'src port 40000 or dst port 443'
	'ip' 'ip6' 'arp' 'not ip and not ip6' 'icmp' 'icmp6' 'icmp[icmptype] = icmp-echo'
	'host 192.0.2.1' 'not host 192.0.2.1' 'src host 2001:db8::1' 'net 198.51.100.0/24' 'dst net 2001:db8::/32'
	'tcp[tcpflags] & (tcp-syn | tcp-fin) != 0' 'ip[6:2] & 0x1fff != 0' 'ip[8] < 10' 'ip6[7] < 10'
	'vlan' 'vlan 100' 'not vlan' 'vlan and ip' 'vlan and vlan' 'ip or (vlan and ip)'
	'greater 100' 'less 64' 'len % 2 = 1' 'len - 14 = ip[2:2]'
	'ether proto 0x88cc' 'ether src 02:00:00:00:00:01' 'ether multicast' 'ether broadcast' 'stp' 'llc'
	'proto 132' 'ip proto 47' 'ip6 protochain 6' 'ip protochain 17' 'ip[ip[0] & 15 << 2] & 1 = 1'
	'tcp and not port 443 and (net 192.0.2.0/24 or ip6)' 'ether[60] = 0xee or ether[20] & 1 = 0'
)

# tcpdump's own choice from the file "all".
choose_by_tcpdump() { tcpdump -r all -w theirs "$1" 2>tcpdump.err || { cat tcpdump.err; return 1; }; }

replay_fixtures() { in_peer "$replay" peer0 "$sent" "${fixtures[@]}" >replayed; }

# compare_expressions WORDS...: all fixtures come out of the tap once without a filter, and once with each
# expression; WORDS are for the reader. Few processes, since each takes its time to start.
compare_expressions()
{
	local n matches expression said some=0

	set_mtu 65535
	replay_fixtures
	n=$(tail -n 1 replayed | cut -d' ' -f1)
	$reader "$@" -c "$n" -w all tap0 2>/dev/null
	for expression in "${expressions[@]}"; do
		replay_fixtures
		choose_by_tcpdump "$expression"
		start_reader "$@" -f "$expression" -w ours tap0
		end_reader INT
		"$identical" theirs ours >differences || [ "$(<differences)" = "0 of 0 frames identical" ] ||
			{ echo "$expression"; cat differences; return 1; }
		matches=$(<differences)
		matches=${matches%% *}
		said=$(<"$err")
		[[ $said == *$'\n'"Total Packets: $matches ("* ]]
		[[ $said == *$'\n'"Filtered by the reader: $((n - matches)) ("* ]]
		[[ $said == *$'\n'"xdptap-reader: $matches packet"*" written to ours" ]]
		some=$((some + (matches > 0 && matches < n)))
	done
	remark <<<"$n frames, ${#expressions[@]} expressions, of which $some choose some frames"
}

@test "whole frames: the same as tcpdump, with the same expression" {
	$loader attach tap0 mode native snaplen full
	compare_expressions
}

@test "frames captured in part: the same as tcpdump, of the same bytes" {
	$loader attach tap0 mode native snaplen 30
	compare_expressions
}

@test "no captured bytes: the same as tcpdump, of the headers that --synthesize makes up" {
	$loader attach tap0 mode native
	compare_expressions --synthesize
}

@test "text and JSON: the lines that match, with bytes and without" {
	for snaplen in 0 64; do
		$loader attach tap0 snaplen $snaplen
		send 10
		$reader -f 'src port 3 or src port 5' -c 2 tap0 >"$out" 2>"$err"
		[ "$(grep -oE '10.9.0.1:[0-9]+' "$out" | xargs)" = "10.9.0.1:3 10.9.0.1:5" ]
		[ "$(wc -l <"$out")" -eq 2 ]
		[ "$($reader --filter='src port 8' -j -c 1 tap0 2>"$err" | jq .sport)" -eq 8 ]
		$loader detach tap0
	done
}

@test "-c counts what matches, and reads nothing after the last" {
	$loader attach tap0 snaplen 64
	send 1000
	[ "$($reader -f 'udp[0:2] & 1 = 1' -c 3 -j tap0 2>"$err" | jq .sport | xargs)" = "1 3 5" ]
	grep -qx 'Total Packets: 3 (.*' "$err"
	grep -qx 'Filtered by the reader: 3 (50.0%)' "$err"
	[ "$($reader -c 2 -j tap0 2>/dev/null | jq .sport | xargs)" = "6 7" ]
	# More than a batch has.
	[ "$($reader -f 'src port 900' -c 1 -j tap0 2>"$err" | jq .sport)" -eq 900 ]
	grep -qx 'Filtered by the reader: 892 (99.9%)' "$err"
	[ "$($reader -c 1 -j tap0 2>/dev/null | jq .sport)" -eq 901 ]
}

@test "-q and -i print the number of those that did not match, only with -f" {
	$loader attach tap0 snaplen 64
	send 10
	$reader -q -f 'src port 7' -c 1 tap0 >"$out" 2>"$err"
	grep -qx 'Total Packets: 1 (.* pps)' "$out"
	grep -qx 'UDP Packets: 1 (100.0%)' "$out"
	grep -qx 'Filtered by the reader: 7 (87.5%)' "$out"
	$reader -q -c 2 tap0 >"$out" 2>"$err"
	grep -qx 'Total Packets: 2 (.* pps)' "$out"
	refute grep -q Filtered "$out" "$err"
	send 10
	start_reader -f tcp -i 0.05 tap0
	until_ok 5 grep -qx 'Filtered by the reader: 10 (100.0%)' "$err"
	end_reader INT
	[ ! -s "$out" ]
	# Then nothing is left, though nothing was shown.
	[ "$($stats -j show tap0 | jq '.[0].waiting // 0')" -eq 0 ]
}

@test "-f '': everything matches, and the statistics say so" {
	$loader attach tap0
	send 4
	[ "$($reader -f '' -c 4 tap0 2>"$err" | wc -l)" -eq 4 ]
	grep -qx 'Filtered by the reader: 0 (0.0%)' "$err"
}

@test "-w: the file names the expression, and its statistics count what was received" {
	$loader attach tap0 snaplen full
	send 10 100
	start_reader -f 'src port 3' -w x tap0
	send 10 100
	end_reader INT
	[ "$(ports_in x | xargs)" = "3 3" ]
	[ "$(statistics_in x)" = "0 20 0 2" ]
	capinfos x | grep -qx ' *Filter string = src port 3'
	grep -qx 'xdptap-reader: 2 packets written to x' "$err"
}

@test "files in turn: what matches is in them, and their statistics have all the rest" {
	$loader attach tap0 snaplen full
	send 2000 1000
	start_reader -f 'udp[0:2] % 4 = 1' -w x -C 100K tap0
	end_reader INT
	[ "$(find . -name 'x*' | wc -l)" -ge 4 ]
	for file in $(find . -name 'x*' | sort -V); do ports_in "$file"; done | cmp - <(seq 1 4 1999)
	[ "$(for file in x*; do statistics_in "$file"; done |
		awk '{ received += $2; delivered += $4 } END { print received, delivered }')" = "2000 500" ]
}

@test "a full disk: what matched is in the file or in the ring buffer" {
	$loader attach tap0 snaplen full
	mkdir disk
	mount -t tmpfs -o size=1M disk disk
	send 4000 1000
	run timeout 20 "$reader" -f 'udp[0:2] & 1 = 0' -w disk/x tap0
	[ "$status" -eq 1 ]
	n=$(sed -n 's/^xdptap-reader: \([0-9]*\) packets written to .*/\1/p' <<<"$output")
	[ "$n" -gt 900 ] && [ "$n" -lt 1100 ]
	grep -qx "Filtered by the reader: $n (50.0%)" <<<"$output"
	ports_in disk/x | cmp - <(seq 0 2 $((2 * n - 1)))
	$reader -c $((4000 - 2 * n)) -w left tap0 2>/dev/null
	ports_in left | cmp - <(seq $((2 * n)) 3999)
}

@test "several taps, and any: one expression for all" {
	$loader attach tap0 snaplen 64
	ip link add tap1 type veth peer name peer1 netns "$peer_pid"
	ip link set tap1 up
	in_peer ip link set peer1 up
	until_ok 5 link_is_up tap1
	$loader attach tap1
	for taps in "tap0 tap1" any; do
		for peer in peer0 peer1; do in_peer "$flood" $peer 5 >/dev/null; done
		# shellcheck disable=SC2086 # words
		[ "$($reader -f 'src port 2 or src port 4' -c 4 $taps 2>/dev/null | awk '{ print $2, $4 }' | xargs)" = \
			"tap0 10.9.0.1:2 tap0 10.9.0.1:4 tap1 10.9.0.1:2 tap1 10.9.0.1:4" ]
	done
	for peer in peer0 peer1; do in_peer "$flood" $peer 5 >/dev/null; done
	start_reader -f 'src port 2' --synthesize -w x any
	end_reader INT
	[ "$(fields_of x -T fields -e frame.interface_name -e udp.srcport | tr '\t' ' ' | xargs)" = "tap0 2 tap1 2" ]
	[ "$(capinfos x | grep -cx ' *Filter string = src port 2')" -eq 2 ]
	[ "$(statistics_in x | cut -d' ' -f3- | xargs)" = "0 1 0 1" ]
}

@test "under load, with two CPUs: all that matches, in order" {
	taskset -cp "$(seq -s, 0 $(($(nproc) - 1)))" $BASHPID >/dev/null
	$loader attach tap0 snaplen 64 ring 64M
	start_reader -f 'udp[0:2] % 8 = 5' -w x tap0
	send "$(many 60000)"
	end_reader INT
	ports_in x | cmp - <(seq 5 8 $(($(many 60000) - 1)))
	read -r _ received lost delivered <<<"$(statistics_in x)"
	[ "$received $lost $delivered" = "$(many 60000) 0 $(($(many 60000) / 8))" ]
}

@test "an ordinary user who may open the pins" {
	$loader attach tap0 snaplen 64
	send 5
	chmod 755 $bpffs $bpffs/xdptap $bpffs/xdptap/tap0
	chmod 666 $bpffs/xdptap/tap0/*
	[ "$(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all -- \
		"$reader" -f 'src port 4' -c 1 -j tap0 2>/dev/null | jq .sport)" -eq 4 ]
}

@test "wrong expressions: exit 2, libpcap's words and a hint, before a tap or a file is touched" {
	$loader attach tap0 snaplen full
	send 1
	echo before >x
	while IFS='|' read -r expression line place; do
		for tap in tap0 nosuch; do
			run $reader -f "$expression" -w x $tap
			[ "$status" -eq 2 ]
			# shellcheck disable=SC2053 # a pattern
			[[ ${lines[0]} == xdptap-reader:\ -f:\ $line ]] || { echo "$output"; return 1; }
			[[ ${lines[-1]} == "hint: "* ]]
			if [ "$place" ]; then
				[ "${lines[1]}" = "    $expression" ]
				[ "${lines[2]}" = "$(printf '    %*s^' "$place" '')" ]
				[ ${#lines[@]} -eq 4 ]
			else
				[ ${#lines[@]} -eq 2 ]
			fi
		done
	done <<-'END'
		tcp prot 443|*syntax error|4
		tcp port|*syntax error|8
		port 65536|*65536*
		udp port nosuch|*unknown port 'nosuch'|9
		tcp and udp|expression rejects all packets
		ip broadcast|netmask not known*|0
		tcp and inbound|'inbound' and 'outbound' are not available: *
	END
	run $reader -f
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = "xdptap-reader: option '-f' needs a value" ]
	run -1 $reader -f udp port 9 tap0
	[ "${lines[2]}" = "hint: if 'port' belongs to the expression of -f, quote the expression" ]
	[ "$(cat x)" = before ]
	[ "$($reader -c 1 tap0 2>/dev/null | wc -l)" -eq 1 ]
}
