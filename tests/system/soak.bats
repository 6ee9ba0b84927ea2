#!/usr/bin/env bats
# A short `make soak`: at half of the highest rate, since the machine may have other work. Run by tests/run,
# by itself.

load lib

# bats test_tags=any-kernel
@test "a capture with rotating files, watched: nothing is lost, memory and open files are flat" {
	run tests/soak "${XDPTAP_SOAK:-12}" 50
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} == "soak: ok: "* ]]
	echo "${lines[-1]}" | sed 's/^/# /' >&3
}

# bats test_tags=any-kernel
@test "soak: what is no number is named, with the usage" {
	run tests/soak x
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = "tests/soak: SECONDS is a number from 8, SHARE one from 1 to 100" ]
	run tests/soak 10 200
	[ "$status" -eq 2 ]
}
