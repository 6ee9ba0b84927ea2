#!/usr/bin/env bats
# tests/demo, which is what `make run` does once all is built. Run by
# tests/run, in private namespaces.

load lib

setup()
{
	private_mounts
	ip link set lo up
}

@test "the demonstration shows packets, statistics, others' views, and leaves nothing" {
	run tests/demo
	[ "$status" -eq 0 ]
	grep -Eq '^\[.*\] TCP 10\.9\.0\.1:[0-9]+ -> 10\.9\.0\.2:8080 \(74 bytes\) \[SYN\]$' <<<"$output"
	grep -Eq '^\[.*\] ICMP 10\.9\.0\.1 -> 10\.9\.0\.2 .* echo request$' <<<"$output"
	grep -Eq '^\[.*\] ICMPv6 2001:db8::1 -> 2001:db8::2 .* echo request$' <<<"$output"
	grep -Eq '^\[.*\] UDP \[2001:db8::1\]:[0-9]+ -> \[2001:db8::2\]:9 ' <<<"$output"
	grep -q '^Lost Packets: 0 (0.0%)$' <<<"$output"
	grep -q '^tap0: attached mode native ' <<<"$output"
	grep -q 'prog/xdp id' <<<"$output"
	grep -q '"abi_version": 3' <<<"$output"
	[ -z "$(bpffs_contents)" ]
	[ -z "$(ip -o link show | grep -v ' lo:' | grep -E 'tap0|peer0')" ]
}

@test "with an interface it taps that one until Ctrl-C, and leaves nothing" {
	# timeout sends its signal to the whole group, as a terminal does.
	ping -q -c 100 -i 0.05 127.0.0.1 >/dev/null 3>&- &
	run timeout --preserve-status -s INT 2 tests/demo lo
	kill $!
	[ "$status" -eq 0 ]
	grep -Eq '^\[.*\] ICMP 127\.0\.0\.1 -> 127\.0\.0\.1 .* echo request$' <<<"$output"
	grep -q '^=== Final Statistics ===$' <<<"$output"
	grep -Eq '^    packets +[1-9]' <<<"$output"
	assert_nothing_left lo
}

@test "so it does when the terminal is closed" {
	run timeout --preserve-status -s HUP 1 tests/demo lo
	assert_nothing_left lo
}
