#!/usr/bin/env bats
# tests/demo, which is what `make run` does once all is built. Run by
# tests/run, in private namespaces.

load lib

setup()
{
	private_mounts
	ip link set lo up
}

# timeout passes its signals on to the whole group, as a terminal does.
start_demo()
{
	cd "$BATS_TEST_TMPDIR" || return
	timeout --preserve-status 100 "$OLDPWD/tests/demo" lo >out 2>&1 3>&- &
	demo_pid=$!
}

end_demo()
{
	kill -s "$1" "$demo_pid"
	status=0
	wait "$demo_pid" || status=$?
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
	grep -q '"abi_version": 8' <<<"$output"
	[ -z "$(bpffs_contents)" ]
	[ -z "$(ip -o link show | grep -v ' lo:' | grep -E 'tap0|peer0')" ]
}

# bats test_tags=any-kernel
@test "with an interface it taps that one until Ctrl-C, and leaves nothing" {
	ping -q -c 3000 -i 0.02 127.0.0.1 >/dev/null 3>&- &
	pinger=$!
	start_demo
	until_ok 60 grep -Eq '^\[.*\] ICMP 127\.0\.0\.1 -> 127\.0\.0\.1 .* echo request$' out
	kill $pinger
	end_demo INT
	[ "$status" -eq 0 ]
	grep -q '^=== Final Statistics ===$' out
	grep -Eq '^    packets +[1-9]' out
	assert_nothing_left lo
}

# bats test_tags=any-kernel
@test "so it does when the terminal is closed" {
	start_demo
	until_ok 60 grep -q '^# xdptap-reader lo$' out
	end_demo HUP
	assert_nothing_left lo
}
