#!/usr/bin/env bats
# The timestamps of packets in capture files, against those that the kernel gives
# the same packets a moment later, for tcpdump. Run by tests/run, in private
# namespaces; what happens when the clock is set is in tests/guest/clock.bats.

load compare

setup()
{
	private_mounts
	network_up
	name_files
	stay_on_one_cpu
	# Emulated, a packet takes some ms from the XDP hook to tcpdump's.
	most=50000
	[ -z "${XDPTAP_GUEST:-}" ] || most=20000000
}

teardown() { captures_down; }

start_both()
{
	offloads_off
	start_tcpdump
	start_reader -w "$ours" tap0
}

end_both()
{
	end_reader
	end_tcpdump
	"$identical" "$theirs" "$ours"
}

@test "native mode: before tcpdump's time, and not more than 50 us" {
	$loader attach tap0 mode native snaplen full
	start_both
	in_peer "$build/tests/system/bursts" peer0 0 0 "$(many 3000)" 1
	in_peer "$flood" peer0 "$(many 3000)" >/dev/null
	end_both
	time_differences | assert_times native earlier $most
	assert_monotone
}

# There the kernel has taken its own time before it calls XDP.
@test "generic mode: after tcpdump's time, and not more than 50 us" {
	$loader attach tap0 mode generic snaplen full
	start_both
	in_peer "$build/tests/system/bursts" peer0 0 0 "$(many 3000)" 1
	end_both
	time_differences | assert_times generic later $most
	assert_monotone
}
