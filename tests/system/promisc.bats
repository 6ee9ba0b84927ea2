#!/usr/bin/env bats
# attach ... promisc: promiscuous mode is turned on, and detach takes exactly that back,
# whatever happened in between. Run by tests/run, in private namespaces.

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

# What `ip link set promisc` sets, not what packet sockets and bridges ask for besides.
meta_promisc() { bpftool -j map dump pinned $bpffs/xdptap/tap0/meta | jq '.[0].formatted.value.promisc'; }
# is_promisc IFACE
is_promisc() { ip -j link show dev "$1" | jq -e '.[0].flags | index("PROMISC") != null' >/dev/null; }

@test "promisc turns promiscuous mode on, detach off" {
	before=$(interface_state)
	run $loader attach tap0 promisc
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == *", promisc" ]]
	is_promisc tap0
	[ "$(meta_promisc)" = 1 ]
	[[ $($loader show) == *" flows 0 promisc since 20"* ]]
	$loader -j show | jq -e '.[0].promisc == true'
	run $loader detach tap0
	[ "$status" -eq 0 ] && [ -z "$output" ]
	[ "$(interface_state)" = "$before" ]
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "without promisc nothing is turned on, or off" {
	$loader attach tap0
	refute is_promisc tap0
	ip link set tap0 promisc on
	$loader -j show | jq -e '.[0].promisc == false'
	refute grep -q promisc <<<"$($loader show)"
	$loader detach tap0
	is_promisc tap0
}

# bats test_tags=any-kernel
@test "what was on before is not claimed, and stays on" {
	ip link set tap0 promisc on
	run $loader attach tap0 promisc
	[ "$status" -eq 0 ]
	[[ ${lines[0]} != *promisc* ]]
	[ "${lines[1]}" = "xdptap-loader: tap0: promiscuous mode was on already, so detach leaves it on" ]
	[ "$(meta_promisc)" = 0 ]
	$loader detach tap0
	is_promisc tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "show says that somebody else has turned it off" {
	$loader attach tap0 promisc
	ip link set tap0 promisc off
	[ "$($loader show 2>&1 >/dev/null)" = "xdptap-loader: tap0: attached with promisc, but promiscuous mode is off" ]
	$loader detach tap0
	refute is_promisc tap0
}

# tampered WHAT COMMAND...: runs it under strace, with one call tampered with.
tampered() { strace -f -qq -o /dev/null -e trace=sendto,recvfrom,unlinkat -e "inject=$1" "${@:2}"; }

# calls NAME COMMAND...: how many such system calls it makes.
calls()
{
	strace -f -qq -o "$BATS_TEST_TMPDIR/calls" -e "trace=$1" "${@:2}" 2>/dev/null
	grep -c "$1(" "$BATS_TEST_TMPDIR/calls"
}

# bats test_tags=any-kernel
@test "attach killed around each request: detach turns off what was turned on" {
	command -v strace >/dev/null || skip "strace is not installed"
	was_on=0
	# A call that is killed is not made: what it turned on is seen at the answer.
	for call in sendto recvfrom; do
		n=$(calls $call "$loader" attach tap0 promisc)
		$loader detach tap0
		for ((i = 1; i <= n; i++)); do
			run tampered $call:signal=KILL:when=$i "$loader" attach tap0 promisc
			if is_promisc tap0; then
				was_on=$((was_on + 1))
				[ "$(meta_promisc)" = 1 ]
			fi
			[ ! -e $bpffs/xdptap ] || $loader detach tap0
			refute is_promisc tap0
			assert_nothing_left
		done
	done
	[ "$was_on" -ge 1 ]
}

# bats test_tags=any-kernel
@test "detach killed at each system call: detach again turns it off" {
	command -v strace >/dev/null || skip "strace is not installed"
	for call in sendto unlinkat; do
		$loader attach tap0 promisc
		n=$(calls $call "$loader" detach tap0)
		for ((i = 1; i <= n; i++)); do
			$loader attach tap0 promisc
			run tampered $call:signal=KILL:when=$i "$loader" detach tap0
			[ ! -e $bpffs/xdptap ] || $loader detach tap0 || [ ! -e $bpffs/xdptap ]
			refute is_promisc tap0
			assert_nothing_left
		done
	done
}

# bats test_tags=any-kernel
@test "an attach that fails turns it off again; one that the kernel has heard goes on" {
	command -v strace >/dev/null || skip "strace is not installed"
	n=$(calls sendto "$loader" attach tap0 promisc)
	$loader detach tap0
	run tampered sendto:error=ENOMEM:when=$n "$loader" attach tap0 promisc
	[ "$status" -eq 1 ]
	[[ $output == *"xdptap-loader: tap0: can't turn promiscuous mode on: Cannot allocate memory"* ]]
	refute is_promisc tap0
	assert_nothing_left
	# The kernel has done it, and only the answer is lost: the loader asks for the flag.
	n=$(calls recvfrom "$loader" attach tap0 promisc)
	$loader detach tap0
	run -0 tampered recvfrom:error=ENOBUFS:when=$n "$loader" attach tap0 promisc
	is_promisc tap0
	$loader detach tap0
	refute is_promisc tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "a detach that can't turn it off says so, and can be repeated" {
	command -v strace >/dev/null || skip "strace is not installed"
	$loader attach tap0 promisc
	n=$(calls sendto "$loader" detach tap0)
	$loader attach tap0 promisc
	run tampered sendto:error=ENOMEM:when=$n "$loader" detach tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: can't turn promiscuous mode off: Cannot allocate memory" ]
	[ "${lines[1]}" = "hint: run 'xdptap-loader detach dev tap0' again" ]
	is_promisc tap0
	$loader detach tap0
	refute is_promisc tap0
	assert_nothing_left
}

@test "a renamed interface: detach turns it off, also without the program" {
	for also in "" "ip link set tap9 xdp off"; do
		$loader attach tap0 promisc
		ip link set tap0 down
		ip link set tap0 name tap9
		if in_dispatcher; then also=${also:+xdp-loader unload tap9 --all}; fi
		$also
		$loader detach tap0
		refute is_promisc tap9
		ip link set tap9 name tap0
		ip link set tap0 up
		assert_nothing_left
	done
}

in_dispatcher() { [ "$($loader -j show | jq '.[0].dispatcher')" = true ]; }

@test "the interface has gone: detach works, and says what it could not do" {
	$loader attach tap0 promisc
	ip link del tap0
	run $loader detach tap0
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: the interface is gone, and the program with it" ]
	[[ ${lines[1]} == "xdptap-loader: tap0: promiscuous mode can't be turned off, since the interface is not in this network namespace; "* ]]
	[ ${#lines[@]} -eq 2 ]
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "another interface of that name is left alone" {
	$loader attach tap0 promisc
	ip link del tap0
	ip link add tap0 type veth peer name other0
	ip link set tap0 promisc on
	$loader detach tap0
	is_promisc tap0
	assert_nothing_left
}

# Without a dispatcher, as in loader.bats.
# bats test_tags=any-kernel
@test "an interface in another namespace: turned off there, or said that it is not" {
	LIBXDP_SKIP_DISPATCHER=1 $loader attach tap0 promisc
	unshare -n -- sleep 60 3>&- & holder=$!
	until_ok 5 other_netns $holder
	there="nsenter -t $holder -n --"
	ip link set tap0 netns $holder
	run $loader detach tap0
	[ "$status" -eq 1 ]
	[[ $($there ip link show tap0) == *PROMISC* ]]
	$there "$loader" detach tap0
	[[ $($there ip link show tap0) != *PROMISC* ]]

	LIBXDP_SKIP_DISPATCHER=1 $there "$loader" attach tap0 promisc
	$there ip link set tap0 xdp off
	run $loader detach tap0
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} == *"promiscuous mode can't be turned off, since the interface is not in this network namespace"* ]]
	[[ $($there ip link show tap0) == *PROMISC* ]]
	kill $holder
}
