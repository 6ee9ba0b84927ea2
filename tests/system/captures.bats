#!/usr/bin/env bats
# Whole captures, sent as they are: what is in the pcapng file is what was in
# them, byte for byte. Run by tests/run, in private namespaces.

load compare

setup()
{
	private_mounts
	network_up
	name_files
	# The most that veth takes: an IP packet of 65535 bytes.
	set_mtu 65535
}

teardown() { captures_down; }

# round_trip WHAT SNAPLEN ATTACH_WORDS FILE...: all of the files' frames that
# the interface carries come back out of the reader's file.
round_trip()
{
	local what=$1 snaplen=$2 words=$3 n totals
	shift 3
	# shellcheck disable=SC2086 # words
	$loader attach tap0 $words snaplen "$snaplen"
	in_peer "$replay" peer0 "$sent" "$@" >"$BATS_TEST_TMPDIR/replayed"
	totals=$(tail -n 1 "$BATS_TEST_TMPDIR/replayed")
	n=${totals%% *}
	[ "$(counter packets)" -eq "$n" ]
	[ "$(counter dropped)" -eq 0 ]
	timeout 60 "$reader" -c "$n" -w "$ours" tap0 2>"$err"
	"$identical" "$sent" "$ours" "${snaplen/full/262144}" | tee "$BATS_TEST_TMPDIR/identical"
	[ "${PIPESTATUS[0]}" -eq 0 ]
	$loader detach tap0
	echo "$what, snaplen $snaplen: $totals; $(tail -n 1 "$BATS_TEST_TMPDIR/identical")" | remark
	[ "$snaplen" != full ] || sed '$d; s,.*/,not carried: ,' "$BATS_TEST_TMPDIR/replayed" | remark
}

# Lengths at which something begins or ends: a buffer, a slice of what is copied.
lengths()
{
	local power

	seq 60 130
	for power in 256 512 1024 2048 4096 8192 16384 32768; do
		seq $((power - 2)) $((power + 2))
	done
	# XDP's linear part, of a page and of what a test run has; pages behind it.
	seq 3300 3600
	seq 7300 7500
	echo 1514 9000 9014 65000 65535 65536 65548 65549
}

fixtures=(tests/fixtures/captures/*)

# The captures of others, where there are some.
others()
{
	captures=("$packets"/captures/*)
	[ -e "${captures[0]}" ] || skip "no captures of others here; XDPTAP_PACKETS names their directory"
}

@test "the project's captures, byte for byte: native mode" {
	round_trip "fixtures, native" full "mode native" "${fixtures[@]}"
}

@test "the project's captures, byte for byte: generic mode" {
	round_trip "fixtures, generic" full "mode generic" "${fixtures[@]}"
}

@test "the project's captures, byte for byte: generic mode with an MTU of 1500" {
	set_mtu 1500
	round_trip "fixtures, generic, MTU 1500" full "mode generic" "${fixtures[@]}"
}

@test "the project's captures, the first bytes of each frame" {
	for snaplen in 1 64 65 1500; do
		round_trip "fixtures, native" $snaplen "mode native" "${fixtures[@]}"
	done
	round_trip "fixtures, generic" 64 "mode generic" "${fixtures[@]}"
}

@test "the captures of others, byte for byte: native mode" {
	others
	round_trip "others, native" full "mode native" "${captures[@]}"
}

@test "the captures of others, byte for byte: generic mode" {
	others
	round_trip "others, generic" full "mode generic" "${captures[@]}"
}

@test "the captures of others, byte for byte: generic mode with an MTU of 1500" {
	others
	set_mtu 1500
	round_trip "others, generic, MTU 1500" full "mode generic" "${captures[@]}"
}

@test "the captures of others, the first bytes of each frame" {
	others
	round_trip "others, native" 64 "mode native" "${captures[@]}"
	round_trip "others, generic" 64 "mode generic" "${captures[@]}"
}

@test "frames in many buffers, byte for byte, while the reader reads" {
	patterns=$BATS_TEST_TMPDIR/patterns.pcap
	# shellcheck disable=SC2046 # words
	"$build/tests/system/patterns" "$patterns" $(lengths | tr ' ' '\n' | sort -n) \
		$(for _ in $(seq "$(many 200)"); do echo 9000 65000; done)
	for how in "native full" "generic full" "native 65535" "native 65536" "generic 65540"; do
		read -r mode snaplen <<<"$how"
		$loader attach tap0 mode "$mode" ring 64M snaplen "$snaplen"
		start_reader -w "$ours" tap0
		totals=$(in_peer "$replay" peer0 "$sent" "$patterns")
		n=${totals%% *}
		until_ok 30 counted "$n"
		end_reader
		[ "$(counter dropped)" -eq 0 ]
		run "$identical" "$sent" "$ours" "${snaplen/full/262144}"
		echo "$output"
		[ "$status" -eq 0 ]
		$loader detach tap0
		echo "made, $how: $totals; ${lines[-1]}" | remark
	done
}

counted() { [ "$(counter packets)" -eq "$1" ]; }
