#!/usr/bin/env bats
# attach snaplen: its words, what they make of the rings, and that the bytes in
# them are those of the wire. Run by tests/run, in private namespaces.

load lib

ring_bytes=$build/tests/system/ring_bytes

setup()
{
	private_mounts
	network_up
	tap=$bpffs/xdptap/tap0
}

teardown()
{
	[ -z "${tcpdump_pid:-}" ] || kill "$tcpdump_pid" 2>/dev/null || true
	network_down
}

# bats test_tags=any-kernel
@test "snaplen: meta, show and the note say it" {
	while read -r word bytes; do
		# shellcheck disable=SC2086
		run $loader attach tap0 snaplen $word
		[ "$status" -eq 0 ]
		if [ "$bytes" -gt 0 ]; then
			[[ ${lines[0]} == *", snaplen $bytes" ]]
		else
			[[ $output != *snaplen* ]]
		fi
		bpftool -j map dump pinned "$tap/settings" |
			jq -e ".[0].formatted.value | .snaplen == $bytes"
		$loader -j show | jq -e ".[0].snaplen == $bytes"
		$loader show | grep -Eq "^    prog .* snaplen $bytes flows 0 since 20"
		$loader detach tap0
	done <<-'END'
		0 0
		1 1
		128 128
		00128 128
		262144 262144
		full 262144
	END
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "impossible snaplens, and rings too small for them: one line, exit 2" {
	while IFS='|' read -r words line; do
		# shellcheck disable=SC2086
		run $loader attach tap0 $words
		echo "$words: $output"
		[ "$status" -eq 2 ]
		[ "$output" = "xdptap-loader: $line" ]
	done <<-'END'
		snaplen 262145|snaplen '262145' is neither full nor a number from 0 to 262144
		snaplen 99999999999999999999|snaplen '99999999999999999999' is neither full nor a number from 0 to 262144
		snaplen 64K|snaplen '64K' is neither full nor a number from 0 to 262144
		snaplen all|snaplen 'all' is neither full nor a number from 0 to 262144
		snaplen +1|snaplen '+1' is neither full nor a number from 0 to 262144
		snaplen|'snaplen' needs a value
		snaplen 1 snaplen 1|'snaplen' is given twice
		snaplen full ring 128K|ring 128K is too small for snaplen 262144; the minimum is 256K
		ring 4K snaplen 9000|ring 4K is too small for snaplen 9000; the minimum is 16K
		ring 4K snaplen 4096 rings 1|ring 4K is too small for snaplen 4096; the minimum is 8K
	END
	if [ "$(nproc)" -gt 1 ]; then
		run $loader attach tap0 snaplen full ring 256K rings 2
		[ "$status" -eq 2 ]
		[ "$output" = "xdptap-loader: ring 256K is too small for 2 rings and snaplen 262144; the minimum is 512K" ]
	fi
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "the least ring takes whole frames, and counts what has no room" {
	$loader attach tap0 snaplen full ring 256K
	$loader -j show | jq -e '.[0] | .rings == 1 and .ring_size == 262144'
	in_peer "$flood" peer0 10000
	[ "$(counter packets)" -eq 10000 ]
	[ "$(counter dropped)" -gt 0 ]
	assert_invariants
	[ "$($ring_bytes "$tap/packet_ringbuf" | wc -l)" -eq "$(counter events)" ]
}

# A line for each frame that tcpdump saw: its length, and its bytes in hex, cut at $1.
as_seen_by_tcpdump()
{
	tcpdump -nn -t -xx -r "$BATS_TEST_TMPDIR/pcap" 2>/dev/null | awk -v most="$1" '
		function flush() { if (hex != "") print length(hex) / 2, substr(hex, 1, 2 * most); hex = "" }
		/^\t0x/ { sub(/^\t0x[0-9a-f]+: */, ""); gsub(/ /, ""); hex = hex $0; next }
		{ flush() }
		END { flush() }'
}

# Others may send meanwhile, so tcpdump may have started in the middle of that.
same_bytes()
{
	local mode=$1 snaplen=$2 most=$3 size
	$loader attach tap0 mode "$mode" snaplen "$snaplen" rings 1
	tcpdump -i tap0 -Q in -s 0 -U -w "$BATS_TEST_TMPDIR/pcap" 2>"$BATS_TEST_TMPDIR/err" 3>&- & tcpdump_pid=$!
	until_ok 20 grep -q 'listening on' "$BATS_TEST_TMPDIR/err"
	for size in 0 17 22 23 86 471 982 1400 2006 4000 8972; do
		in_peer ping -q -c 1 -W 5 -s "$size" 10.9.0.2
	done
	in_peer ping -q -c 1 -W 5 -s 3000 2001:db8::2
	until_ok 20 tcpdump_has_all
	kill -s INT "$tcpdump_pid"
	wait "$tcpdump_pid"
	as_seen_by_tcpdump "$most" | sort >"$BATS_TEST_TMPDIR/theirs"
	$ring_bytes "$tap/packet_ringbuf" | sort >"$BATS_TEST_TMPDIR/ours"
	comm -13 "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs" >"$BATS_TEST_TMPDIR/missing"
	cut -c 1-200 "$BATS_TEST_TMPDIR/missing"
	[ ! -s "$BATS_TEST_TMPDIR/missing" ]
	assert_invariants
	$loader detach tap0
}

tcpdump_has_all() { [ "$(tcpdump -nn -r "$BATS_TEST_TMPDIR/pcap" 2>/dev/null | grep -c 'echo request')" -eq 12 ]; }

@test "the bytes are those that tcpdump sees: native, generic; cut and whole; jumbo frames" {
	addresses_up
	ip link set tap0 mtu 9000
	in_peer ip link set peer0 mtu 9000
	in_peer ethtool -K peer0 tso off gso off tx off
	in_peer ping -q -c 1 -W 5 10.9.0.2
	in_peer ping -q -c 1 -W 5 2001:db8::2
	same_bytes native 64 64
	same_bytes native full 262144
	same_bytes generic 1500 1500
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "frames longer than XDP can read are cut there, and counted" {
	addresses_up
	for dev in tap0 peer0; do
		enter=
		[ "$dev" = tap0 ] || enter=in_peer
		$enter ip link set "$dev" gso_max_size 180000 gro_max_size 180000 ||
			skip "this ip or kernel has no BIG TCP"
	done
	$loader attach tap0 mode generic snaplen full rings 1 ring 64M
	/usr/bin/python3 - 3>&- <<-'END' & receiver=$!
		import socket
		listener = socket.create_server(('2001:db8::2', 5000), family=socket.AF_INET6)
		connection = listener.accept()[0]
		while connection.recv(1 << 20):
		    pass
	END
	until_ok 10 listens
	in_peer /usr/bin/python3 - <<-'END'
		import socket
		with socket.create_connection(('2001:db8::2', 5000)) as connection:
		    connection.sendall(bytes(20 << 20))
	END
	wait $receiver
	$reader -j -c "$(counter events)" tap0 >"$BATS_TEST_TMPDIR/out" 2>/dev/null
	[ "$(counter truncated)" -gt 0 ]
	jq -se --argjson truncated "$(counter truncated)" '
		map(select(.len > 131070)) | length == $truncated and all(.caplen == 131070)' \
		"$BATS_TEST_TMPDIR/out"
	jq -se 'map(select(.len <= 131070)) | all(.caplen == .len)' "$BATS_TEST_TMPDIR/out"
	$stats -j show tap0 | jq -e --argjson n "$(counter truncated)" '.[0].truncated == $n'
}

listens() { [ -n "$(ss -Hltn 'sport = :5000')" ]; }
