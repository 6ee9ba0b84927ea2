#!/usr/bin/env bats
# A network card that removes VLAN tags: attach says so. Of a veth it says nothing, though the same
# offloads are on there: they hide no tag. Run by tests/run, in private namespaces.

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

# What attach prints of VLAN tags, if tap0 passes for a network card.
note() { LD_PRELOAD=$build/tests/system/on_a_bus.so $loader attach tap0 2>&1 | grep -A 1 VLAN; $loader detach tap0; }

@test "a network card that removes VLAN tags: a note, and how to keep them" {
	ethtool -K tap0 rxvlan on rx-vlan-stag-hw-parse off
	[ "$(note)" = "xdptap-loader: tap0: the network card removes VLAN tags, so the tap does not see them
hint: 'ethtool -K tap0 rxvlan off' keeps them in the frames" ]
	ethtool -K tap0 rx-vlan-stag-hw-parse on
	[[ $(note) == *"hint: 'ethtool -K tap0 rxvlan off rx-vlan-stag-hw-parse off' keeps"* ]]
	ethtool -K tap0 rxvlan off
	[ "$(note)" = "xdptap-loader: tap0: the network card removes VLAN tags of 802.1ad, so the tap does not see them
hint: 'ethtool -K tap0 rx-vlan-stag-hw-parse off' keeps them in the frames" ]
	# What the hint says ends it.
	ethtool -K tap0 rx-vlan-stag-hw-parse off
	[ -z "$(note)" ]
}

@test "a veth with the same offloads on: no note, and the tags are seen" {
	ethtool -k tap0 | grep -q '^rx-vlan-offload: on'
	ethtool -k tap0 | grep -q '^rx-vlan-stag-hw-parse: on'
	for mode in native generic; do
		run $loader attach tap0 mode $mode
		[ "$status" -eq 0 ]
		refute grep VLAN <<<"$output"
		in_peer "$network" tagged peer0 8100
		in_peer "$network" tagged peer0 88a8
		[ "$(counter vlan)" -eq 2 ]
		$loader detach tap0
	done
}
