#!/usr/bin/env bats
# xdptap-loader set while frames arrive fast: each one carries a number, so what the reader wrote
# proves that none is lost or written twice at a change. Run by tests/run, in private namespaces:
# on the host one program replaces the other, in the guest both are in a dispatcher, which
# replaces them alike in both modes.

load setting

received() { ip -j -s link show dev tap0 | jq '.[0].stats64.rx.packets'; }

# Frames with an even number go to port 9, which all settings match. Each pair of them differs in
# one thing, or in both.
settings=("filter 'udp dst port 9'" "snaplen 50" "nofilter" "snaplen 64" "filter 'port 9' snaplen 50"
	"nofilter snaplen full" "snaplen 50" "filter 'dst port 9' snaplen 60")

# change_under_load ARGUMENT...: of attach. All frames together fit into the ring buffer, so
# nothing is dropped, however slow the machine is.
change_under_load()
{
	local frames=1100000 rate=550000 fewest=5 cpu=1

	[ -z "${XDPTAP_GUEST:-}" ] || frames=24000 rate=2000 fewest=2 cpu=0
	guest_cpu1 0
	$loader attach tap0 ring 256M rings 1 snaplen full "$@" 2>/dev/null
	start_reader -w x tap0
	taskset -c $cpu nsenter -t "$peer_pid" -n -- "$build/tests/system/live" peer0 $frames $rate >rate 3>&- &
	sender=$!
	until_ok 20 seen 1000
	changes=0
	while kill -0 $sender 2>/dev/null; do
		eval "set -- ${settings[changes % ${#settings[@]}]}"
		$loader set tap0 "$@" 2>said || { cat said; false; }
		changes=$((changes + 1))
	done
	wait $sender
	sender=
	echo "$changes changes during $frames packets, $(<rate) per second" | sed 's/^/# /' >&3
	[ $changes -ge $fewest ]
	[ "$(in_force generation)" -eq $changes ]
	# The program has seen all that the driver has received.
	[ "$(received)" -eq $frames ]
	[ "$(counter packets)" -eq $frames ]
	[ "$(counter dropped)" -eq 0 ]
	end_reader INT
	run -0 "$build/tests/system/sequence" x $frames
	read -r _ even _ odd _ cut _ <<<"$output"
	[ "$even" -eq $((frames / 2)) ]
	[ "$(counter events)" -eq $((even + odd)) ]
	[ "$(counter filtered)" -eq $((frames / 2 - odd)) ]
	# Each of the settings had its share.
	[ "$odd" -gt 0 ]
	[ "$(counter filtered)" -gt 0 ]
	[ "$cut" -gt 0 ]
	[ "$cut" -lt $((even + odd)) ]
	$loader detach tap0
	assert_nothing_left
}

# bats test_tags=every-kernel
@test "native mode: no frame is lost and none comes twice, in order, in both directions of change" {
	change_under_load
}

# bats test_tags=any-kernel
@test "generic mode: the same" {
	ethtool -K tap0 gro on
	change_under_load mode generic
}
