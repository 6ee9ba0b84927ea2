#!/usr/bin/env bats
# The same as captures.bats with the captures of others. tests/tests.mk leaves it out
# unless XDPTAP_PACKETS names their directory.

load compare

setup() { round_trip_up; }
teardown() { captures_down; }

captures=("$XDPTAP_PACKETS"/captures/*)

@test "the captures of others, byte for byte: native mode" {
	round_trip "others, native" full "mode native" "${captures[@]}"
}

@test "the captures of others, byte for byte: generic mode" {
	round_trip "others, generic" full "mode generic" "${captures[@]}"
}

@test "the captures of others, byte for byte: generic mode with an MTU of 1500" {
	set_mtu 1500
	round_trip "others, generic, MTU 1500" full "mode generic" "${captures[@]}"
}

@test "the captures of others, the first bytes of each frame" {
	round_trip "others, native" 64 "mode native" "${captures[@]}"
	round_trip "others, generic" 64 "mode generic" "${captures[@]}"
}
