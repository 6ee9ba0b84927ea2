# Shared by the bats files in which xdptap-loader set changes a tap.
# shellcheck shell=bash

load "${BASH_SOURCE[0]%/*}/lib"
load "${BASH_SOURCE[0]%/*}/reading"

setup()
{
	private_mounts
	network_up
	cd "$BATS_TEST_TMPDIR" || return
}

# What sends frames meanwhile is $sender.
teardown()
{
	guest_cpu1 1
	[ -z "${sender:-}" ] || kill "$sender" 2>/dev/null || true
	reading_down
	network_down
}

in_force() { $loader -j show dev tap0 | jq -r ".[0].$1"; }
# How many programs of taps are on tap0.
programs() { xdp-loader status tap0 | grep -c capture_packet; }
seen() { [ "$(counter packets)" -ge "$1" ]; }
