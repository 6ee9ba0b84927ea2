#!/usr/bin/env bats
# What other programs make of capture files: with made-up headers, of several
# taps, rotated, from a pipe, cut short. Run by tests/run, in private namespaces.

load compare

setup()
{
	private_mounts
	network_up
	name_files
	stay_on_one_cpu
}

teardown()
{
	ip link del tap1 2>/dev/null || true
	captures_down
}

# Exits with 0 and says nothing on stderr, but that it is root.
quiet() { "$@" 2>&1 >/dev/null | { ! grep -v '^Running as user "root"'; } && [ "${PIPESTATUS[0]}" -eq 0 ]; }

# Everything that reads and writes capture files takes this one, whole.
assert_readable()
{
	local n part=$BATS_TEST_TMPDIR/part

	n=$(frames_in "$1")
	# Emulated each of these programs takes seconds to start.
	[ -z "${XDPTAP_GUEST:-}" ] || return 0
	quiet tshark -n -r "$1"
	quiet tcpdump -n -r "$1" || [[ $(tcpdump -n -r "$1" 2>&1 >/dev/null) == "reading from file "* ]]
	quiet editcap -c 100 "$1" "$part.pcapng"
	[ "$(find "$BATS_TEST_TMPDIR" -name 'part_*' | wc -l)" -eq $(((n + 99) / 100)) ]
	rm "$part"_*
	quiet editcap -F pcap "$1" "$part"
	[ "$(frames_in "$part")" -eq "$n" ]
	quiet editcap -A '2020-01-01 00:00:00' -B '2037-01-01 00:00:00' "$1" "$part"
	[ "$(frames_in "$part")" -eq "$n" ]
	"$identical" "$1" "$part"
	quiet mergecap -w "$part" "$1"
	[ "$(frames_in "$part")" -eq "$n" ]
	rm "$part"
}

send() { in_peer "$replay" "${2:-peer0}" "$sent" "$1" >/dev/null; }

# 500 frames to send, of all lengths.
make_frames()
{
	frames=$BATS_TEST_TMPDIR/frames.pcap
	# shellcheck disable=SC2046 # words
	"$build/tests/system/patterns" "$frames" $(seq 60 2 1058)
}

counted() { [ "$(counter packets)" -ge "$1" ]; }
sizes_sum() { cat "$@" 2>/dev/null | wc -c; }

# What an event tells of a packet, and tshark of its headers.
known_fields()
{
	tshark -n -r "$1" -o ip.defragment:FALSE -o ipv6.defragment:FALSE -T fields -E occurrence=f \
		-Y '!(icmp.type == 3 || icmpv6.type == 1)' \
		-e frame.len -e eth.type -e ip.proto -e ip.src -e ip.dst -e ipv6.src -e ipv6.dst \
		-e tcp.srcport -e tcp.dstport -e tcp.flags -e udp.srcport -e udp.dstport \
		-e icmp.type -e icmp.code -e icmpv6.type -e icmpv6.code -e arp.opcode \
		-e arp.src.proto_ipv4 -e arp.src.hw_mac -e arp.dst.proto_ipv4 -e arp.dst.hw_mac 2>/dev/null
}

@test "--synthesize: addresses, ports, flags and lengths are those of the real packets" {
	$loader attach tap0 mode native
	offloads_off
	start_tcpdump
	start_reader --synthesize -w "$ours" tap0
	send_usual_kinds
	in_peer ip link set peer0 down
	end_reader
	end_tcpdump
	n=$(counter packets)
	[ "$(frames_in "$ours")" -eq "$n" ]
	known_fields "$theirs" >"$theirs.txt"
	known_fields "$ours" >"$ours.txt"
	diff "$theirs.txt" "$ours.txt"
	[ "$(tshark -n -r "$ours" -Y _ws.malformed 2>/dev/null | wc -l)" -eq 0 ]
	[ "$(tshark -n -r "$ours" -Y 'frame.comment contains "Synthesized from metadata"' 2>/dev/null | wc -l)" -eq "$n" ]
	assert_readable "$ours"
	echo "synthesized: $n packets, $(wc -l <"$ours.txt") compared" | remark
}

@test "a file, files in turn, a pipe, a file of a reader that was killed: all read them" {
	make_frames
	$loader attach tap0 mode native snaplen full
	start_reader -w "$ours" tap0
	send "$frames"
	end_reader
	"$identical" "$sent" "$ours"
	assert_readable "$ours"

	rotated=$BATS_TEST_TMPDIR/rotated
	start_reader -w "$rotated" -C 100K tap0
	send "$frames"
	end_reader
	[ "$(find "$BATS_TEST_TMPDIR" -name 'rotated*' | wc -l)" -ge 3 ]
	for file in "$rotated"*; do assert_readable "$file"; done
	mergecap -w "$ours" "$rotated"* 2>/dev/null
	"$identical" "$sent" "$ours"

	send "$frames"
	# shellcheck disable=SC2002 # a pipe it shall be
	timeout 20 "$reader" -c 500 -w - tap0 2>/dev/null | cat >"$ours"
	"$identical" "$sent" "$ours"
	assert_readable "$ours"

	start_reader -w "$ours" tap0
	send "$frames"
	until_ok 10 written_all
	kill -KILL "$reader_pid"
	wait "$reader_pid" || true
	reader_pid=
	"$identical" "$sent" "$ours"
	assert_readable "$ours"
}

written_all() { [ "$(frames_in "$ours")" = 500 ]; }

second_tap()
{
	ip link add tap1 type veth peer name peer1 netns "$peer_pid"
	sysctl -qw net.ipv6.conf.tap1.disable_ipv6=1
	in_peer sysctl -qw net.ipv6.conf.peer1.disable_ipv6=1
	ip link set tap1 up
	in_peer ip link set peer1 up
	until_ok 5 link_is_up tap1
}

@test "two taps in a file: names, numbers, and the order of time" {
	second_tap
	n=$(many 50)
	$loader attach tap0 mode native snaplen full
	$loader attach tap1 mode native snaplen full
	for words in "tap1 tap0" any; do
		# shellcheck disable=SC2086 # words
		start_reader -w "$ours" $words
		for _ in $(seq "$n"); do
			in_peer "$flood" peer0 3 >/dev/null
			in_peer "$flood" peer1 2 >/dev/null
		done
		end_reader
		cat "$err"
		[ "$(frames_in "$ours")" -eq $((5 * n)) ]
		capinfos "$ours" 2>/dev/null | grep -E '^Strict time order: +True$'
		tshark -n -r "$ours" -T fields -e frame.interface_name -e frame.interface_id 2>/dev/null \
			>"$BATS_TEST_TMPDIR/names"
		for _ in $(seq "$n"); do printf '%s\n' tap0 tap0 tap0 tap1 tap1; done |
			cmp - <(cut -f1 "$BATS_TEST_TMPDIR/names")
		sort -u "$BATS_TEST_TMPDIR/names" | tee "$BATS_TEST_TMPDIR/numbers" | remark
		[ "$(cut -f2 "$BATS_TEST_TMPDIR/numbers" | sort | xargs)" = "0 1" ]
		[ "$(wc -l <"$BATS_TEST_TMPDIR/numbers")" -eq 2 ]
		assert_readable "$ours"
	done
}

@test "files of two taps, merged: all packets, in the order of time" {
	second_tap
	n=$(many 20)
	$loader attach tap0 mode native snaplen full
	$loader attach tap1 mode native snaplen 96
	for _ in $(seq "$n"); do
		in_peer "$flood" peer0 3 >/dev/null
		in_peer "$flood" peer1 2 200 >/dev/null
	done
	timeout 20 "$reader" -c $((3 * n)) -w "$ours" tap0 2>/dev/null
	timeout 20 "$reader" -c $((2 * n)) -w "$theirs" tap1 2>/dev/null
	quiet mergecap -w "$BATS_TEST_TMPDIR/merged" "$ours" "$theirs"
	capinfos "$BATS_TEST_TMPDIR/merged" 2>/dev/null | grep -E '^Strict time order: +True$'
	tshark -n -r "$BATS_TEST_TMPDIR/merged" -T fields -e frame.interface_name -e frame.len -e frame.cap_len \
		2>/dev/null >"$BATS_TEST_TMPDIR/names"
	for _ in $(seq "$n"); do printf '%s\t%s\t%s\n' tap0 64 64 tap0 64 64 tap0 64 64 tap1 200 96 tap1 200 96; done |
		cmp - "$BATS_TEST_TMPDIR/names"
}
