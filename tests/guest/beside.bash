# Shared by the bats files in which the tap has other programs beside it in libxdp's dispatcher. Where
# the kernel refuses that, each test is skipped.
# shellcheck shell=bash

load "${BASH_SOURCE[0]%/*}/../system/lib"

setup_file()
{
	private_mounts
	network_up
	# In the guest it is what this is about: there nothing is skipped.
	if [ -z "${XDPTAP_GUEST:-}" ] && ! has_dispatcher; then
		export no_dispatcher="this kernel refuses freplace, so libxdp has no dispatcher"
	fi
	network_down
}

setup()
{
	[ -z "${no_dispatcher:-}" ] || skip "$no_dispatcher"
	private_mounts
	network_up
}

teardown()
{
	xdp-filter unload tap0 >/dev/null 2>&1 || true
	network_down
}

# "5 capture_packet_data" and so on, in the order in which they run.
chain() { xdp-loader status tap0 | awk '$1 == "=>" { print $2, $3 }'; }

# Frames that xdp-filter dropped, by its own account.
dropped_by_filter() { xdp-filter status | awk '/XDP_DROP/ { print $2 }'; }

filter_up()
{
	xdp-filter load tap0
	xdp-filter port 9 -m dst -p udp
}

send() { in_peer "$flood" peer0 "$1" >/dev/null; }
