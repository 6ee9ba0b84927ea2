#!/usr/bin/env bats
# Whole captures, sent as they are: what is in the pcapng file is what was in
# them, byte for byte. Run by tests/run, in private namespaces.

load compare

setup() { round_trip_up; }
teardown() { captures_down; }

# Lengths at which something begins or ends: a buffer, a slice of what is copied.
lengths()
{
	local power

	seq 60 130
	for power in 256 512 1024 2048 4096 8192 16384 32768; do
		seq $((power - 2)) $((power + 2))
	done
	# XDP's linear part, of a page and of what a test run has; pages after it.
	seq 3300 3600
	seq 7300 7500
	echo 1514 9000 9014 65000 65535 65536 65548 65549
}

fixtures=(tests/fixtures/captures/*)

@test "the project's captures, byte for byte: native mode" {
	round_trip "fixtures, native" full "mode native" "${fixtures[@]}"
}

@test "the project's captures, byte for byte: generic mode" {
	round_trip "fixtures, generic" full "mode generic" "${fixtures[@]}"
}

# bats test_tags=any-kernel
@test "the project's captures, byte for byte: generic mode with an MTU of 1500" {
	set_mtu 1500
	round_trip "fixtures, generic, MTU 1500" full "mode generic" "${fixtures[@]}"
}

# bats test_tags=any-kernel
@test "the project's captures, the first bytes of each frame" {
	for snaplen in 1 64 65 1500; do
		round_trip "fixtures, native" $snaplen "mode native" "${fixtures[@]}"
	done
	round_trip "fixtures, generic" 64 "mode generic" "${fixtures[@]}"
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
