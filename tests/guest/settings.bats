#!/usr/bin/env bats
# Filters, samples and changes of both while the tap shares a dispatcher with xdp-filter. Run by
# tests/run in a guest of each kernel, since each has a verifier of its own; on a host whose kernel
# allows freplace, as a system test as well.

load beside

both="5 capture_packet_data
10 xdpfilt_alw_all"

# bats test_tags=every-kernel
@test "a filter beside xdp-filter, other settings, and the end" {
	filter_up # it drops all that flood sends
	uname -r | sed 's/^/# /' >&3
	$loader attach tap0 require-dispatcher filter 'udp src port 3 or udp src portrange 10-19'
	[ "$(chain)" = "$both" ]
	send 100
	[ "$(counter packets events filtered)" = "100 11 89" ]

	$loader set tap0 filter 'not udp src portrange 0-49' snaplen 60
	[ "$(chain)" = "$both" ]
	send 100
	[ "$(counter packets events filtered)" = "200 61 139" ]
	$loader set tap0 nofilter sample 1000 snaplen 0
	send 100
	# Of each CPU the first is not sampled out.
	read -r packets events filtered sampled_out < <(counter packets events filtered sampled_out)
	[ "$packets $filtered $((events + sampled_out))" = "300 139 161" ]
	[ "$events" -le 63 ]
	$loader set tap0 sample 1 pause
	send 100
	[ "$(counter packets events paused_out)" = "400 $events 100" ]
	$loader set tap0 resume
	send 100
	[ "$(counter packets events)" = "500 $((events + 100))" ]
	assert_invariants
	[ "$(chain)" = "$both" ]
	[ "$(dropped_by_filter)" -eq 500 ]

	$loader detach tap0
	[ "$(chain)" = "10 xdpfilt_alw_all" ]
	[ ! -e $bpffs/xdptap ]
	send 10
	[ "$(dropped_by_filter)" -eq 510 ]
}

@test "xdp-filter goes, and a tap whose filter has 100 terms stays; a failed set changes nothing" {
	filter_up # it drops all that flood sends
	terms='udp src port 0'
	for port in {2..199..2}; do terms+=" or udp src port $port"; done
	$loader attach tap0 require-dispatcher filter 'tcp'
	$loader set tap0 filter "$terms"
	xdp-filter unload tap0
	send 1000
	[ "$(counter packets events filtered)" = "1000 100 900" ]
	run "$loader" set tap0 filter 'ip protochain 6 and ip protochain'
	[ "$status" -eq 2 ]
	[ "$(chain)" = "5 capture_packet_data" ]
	$loader -j show | jq -e --arg filter "$terms" '.[0] | .filter == $filter and .generation == 1'
	$loader detach tap0
	assert_nothing_left
}
