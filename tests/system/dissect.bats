#!/usr/bin/env bats
# The same traffic captured by xdptap-reader and by tcpdump: tshark finds the
# same in both files. Run by tests/run, in private namespaces.

load compare

setup()
{
	private_mounts
	network_up
	name_files
	stay_on_one_cpu
	receive_on_one_cpu
}

teardown() { captures_down; }

# All that tshark says of the packets, but for times and the file's own matters.
dissection()
{
	tshark -n -r "$1" -T fields -e frame.len -e frame.cap_len -e frame.protocols
	tshark -n -r "$1" -V |
		awk '/^Frame /{ frame = 1; next } /^[^ ]/{ frame = 0 } !frame && !/\[.* seconds\]$/'
}

# Both files hold the same frames, and the same is found in them. What tshark makes of equal
# frames does not depend on the kernel, and it takes a minute in an emulated guest.
assert_same_dissection()
{
	"$identical" "$theirs" "$ours"
	[ -z "${XDPTAP_GUEST:-}" ] || return 0
	dissection "$theirs" >"$theirs.txt" 2>/dev/null
	dissection "$ours" >"$ours.txt" 2>/dev/null
	diff "$theirs.txt" "$ours.txt" | head -n 20
	cmp "$theirs.txt" "$ours.txt"
	echo "$1: $(frames_in "$ours") packets, $(wc -l <"$ours.txt") lines of dissection equal" | remark
}

# bats test_tags=any-kernel
@test "traffic of all kinds: tshark finds in our file what it finds in tcpdump's" {
	$loader attach tap0 mode native snaplen full
	offloads_off
	start_tcpdump
	start_reader -w "$ours" tap0
	send_all_kinds
	end_reader
	end_tcpdump
	[ "$(counter packets)" -eq "$(frames_in "$ours")" ]
	assert_same_dissection "native"
}

@test "the same in generic mode, and what is merged is merged in both" {
	$loader attach tap0 mode generic snaplen full
	start_tcpdump
	start_reader -w "$ours" tap0
	send_all_kinds
	end_reader
	end_tcpdump
	assert_same_dissection "generic, offloads on"
}

# bats test_tags=every-kernel
@test "a VLAN interface: the tag is in our file as in tcpdump's" {
	in_peer ip link add link peer0 name peer0.7 type vlan id 7 2>/dev/null ||
		skip "this kernel has no VLAN devices"
	ip link add link tap0 name tap0.7 type vlan id 7
	ip addr add 10.7.0.2/24 dev tap0.7
	in_peer ip addr add 10.7.0.1/24 dev peer0.7
	$loader attach tap0 mode native snaplen full
	offloads_off
	start_tcpdump
	start_reader -w "$ours" tap0
	ip link set tap0.7 up
	in_peer ip link set peer0.7 up
	in_peer ping -q -i 0.1 -c 3 -W 5 10.7.0.2 >/dev/null
	transfer 10.7.0.1 10.7.0.2
	in_peer ip link set peer0 down
	end_reader
	end_tcpdump
	assert_same_dissection "VLAN interface"
	[ "$(counter packets)" -gt 0 ]
	[ "$(tcpdump --count -nr "$ours" vlan 7 2>/dev/null)" = "$(counter packets) packets" ]
}
