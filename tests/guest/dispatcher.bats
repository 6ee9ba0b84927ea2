#!/usr/bin/env bats
# The tap beside other XDP programs in libxdp's dispatcher: xdp-filter, and
# what xdp-loader loads. Run by tests/run in a guest kernel, which allows
# freplace; on a host whose kernel does, as a system test as well.

load beside

state() { $loader -j show dev tap0 | jq -r '.[0].state'; }

@test "alone on the interface it is in a dispatcher, and others see that" {
	run $loader attach tap0
	[ "$status" -eq 0 ]
	[[ $output == "xdptap-loader: tap0: attached in native mode, in a dispatcher with prio 5; program id "* ]]
	ip link show dev tap0 | grep -q 'name xdp_dispatcher'
	[ "$(chain)" = "5 capture_packet_data" ]
	$loader -j show | jq -e '.[0] | .dispatcher and .mode == "native" and .state == "attached"'
	id=$($loader -j show | jq '.[0].prog_id')
	[ "$(bpftool -j prog show id "$id" | jq -r .type)" = ext ]
	send 100
	[ "$(counter packets)" -eq 100 ]
	assert_invariants
	$loader detach tap0
	assert_nothing_left
}

# bats test_tags=every-kernel
@test "at prio 5 we see what xdp-filter drops" {
	filter_up
	$loader attach tap0
	[ "$(chain)" = "$(printf '5 capture_packet_data\n10 xdpfilt_alw_all')" ]
	send 100
	[ "$(dropped_by_filter)" -eq 100 ]
	[ "$(counter packets)" -eq 100 ]
	[ "$(counter events)" -eq 100 ]
}

@test "with a snaplen as well, and the bytes are there" {
	filter_up
	for snaplen in 60 full; do
		$loader attach tap0 snaplen $snaplen rings 1 require-dispatcher
		send 100
		[ "$(counter events)" -eq 100 ]
		bytes=$((snaplen == 60 ? 60 : 64))
		[ "$("$build/tests/system/ring_bytes" $bpffs/xdptap/tap0/packet_ringbuf |
			grep -cE "^64 02000000000202000000000108004500[0-9a-f]{$((2 * bytes - 32))}$")" -eq 100 ]
		$loader detach tap0
	done
}

@test "at prio 50 we do not, and see what it passes" {
	filter_up
	$loader attach tap0 prio 50
	[ "$(chain)" = "$(printf '10 xdpfilt_alw_all\n50 capture_packet_data')" ]
	send 100
	[ "$(dropped_by_filter)" -eq 100 ]
	[ "$(counter packets)" -eq 0 ]
	xdp-filter port 9 -m dst -p udp -r
	send 100
	[ "$(counter packets)" -eq 100 ]
}

# bats test_tags=every-kernel
@test "xdp-filter may come and go while we stay" {
	$loader attach tap0
	filter_up
	[ "$(chain)" = "$(printf '5 capture_packet_data\n10 xdpfilt_alw_all')" ]
	send 10
	xdp-filter unload tap0
	[ "$(chain)" = "5 capture_packet_data" ]
	send 10
	[ "$(counter packets)" -eq 20 ]
	[ "$(state)" = attached ]
}

@test "detaching us leaves xdp-filter working" {
	filter_up
	$loader attach tap0
	send 10
	$loader detach tap0
	[ "$(chain)" = "10 xdpfilt_alw_all" ]
	[ ! -e $bpffs/xdptap ]
	send 10
	[ "$(dropped_by_filter)" -eq 20 ]
}

@test "three programs, in order of priority; each can go by itself" {
	xdp-loader load tap0 "$pass_object"
	filter_up
	$loader attach tap0
	[ "$(chain)" = "$(printf '5 capture_packet_data\n10 xdpfilt_alw_all\n20 pass_all')" ]
	$loader -j show | jq -e '.[0].chain_actions == ["XDP_PASS"] and .[0].prio == 5'
	xdp-filter unload tap0
	send 10
	[ "$(counter packets)" -eq 10 ]
	$loader detach tap0
	[ "$(chain)" = "20 pass_all" ]
	xdp-loader unload tap0 --all
}

@test "xdp-loader unload --all behind our back: show notices, detach cleans" {
	filter_up
	$loader attach tap0
	xdp-loader unload tap0 --all
	[ "$(state)" = "program gone" ]
	run $loader detach tap0
	[ "$status" -eq 0 ]
	[ "$output" = "xdptap-loader: tap0: the program was no longer attached" ]
	[ ! -e $bpffs/xdptap ]
	refute has_xdp
}

@test "a dispatcher's mode is joined; another one is refused, with its name" {
	xdp-loader load -m skb tap0 "$pass_object"
	run $loader attach tap0 mode native
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: there is a dispatcher in generic mode, which excludes a program in native mode" ]
	[ ! -e $bpffs/xdptap ]
	$loader attach tap0
	$loader -j show | jq -e '.[0] | .mode == "generic" and .dispatcher'
	[ "$(chain)" = "$(printf '5 capture_packet_data\n20 pass_all')" ]
	$loader detach tap0
	[ "$(chain)" = "20 pass_all" ]
	xdp-loader unload tap0 --all
}

@test "ten programs leave no room for a change, or for a tap: that is said, and changes nothing" {
	$loader attach tap0 require-dispatcher filter 'udp src port 3'
	for _ in 1 2 3 4 5 6 7 8 9; do xdp-loader load tap0 "$pass_object"; done
	run "$loader" set tap0 filter 'udp src port 4'
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: a dispatcher runs at most ten programs, and a change needs one more for a moment" ]
	[ "$(chain | wc -l)" -eq 10 ]
	send 10
	[ "$(counter packets events filtered)" = "10 1 9" ]
	$loader -j show | jq -e '.[0] | .filter == "udp src port 3" and .state == "attached"'
	$loader detach tap0
	xdp-loader load tap0 "$pass_object"
	run $loader attach tap0
	[ "$status" -eq 1 ]
	[[ $output == *"hint: a dispatcher runs at most ten programs; 'xdp-loader status tap0' lists them" ]]
	[ ! -e $bpffs/xdptap ]
	[ "$(chain | wc -l)" -eq 10 ]
	xdp-loader unload tap0 --all
}

@test "when the interface goes, so do the dispatcher's pins" {
	$loader attach tap0
	ip link del tap0
	[ "$(state)" = "interface gone" ]
	$loader detach tap0
	[ -z "$(ls $bpffs/xdp)" ]
	[ ! -e $bpffs/xdptap ]
}

# In each cycle an interface is tapped in a network namespace that is deleted then.
cycle()
{
	ip netns add xdptap-gone
	ip link add gone0 netns xdptap-gone type veth peer name gone1
	nsenter --net=/run/netns/xdptap-gone -- "$loader" attach dev gone0 ring 1M require-dispatcher
	ip netns del xdptap-gone
	until_ok 10 refute ip link show dev gone1
}

# Programs, maps and pins.
loaded() { bpftool -j prog show | jq length; bpftool -j map show | jq length; find $bpffs | sort; }

@test "a tap of a deleted network namespace: detach frees it, and libxdp's dispatcher" {
	$loader attach dev tap0
	$loader detach dev tap0
	before=$(loaded)
	for _ in 1 2; do
		cycle
		[ "$($loader -j show dev gone0 | jq -r '.[0].state')" = "interface gone" ]
		$loader detach dev gone0
	done
	[ ! -e $bpffs/xdptap ]
	until_ok 10 eval '[ "$(loaded)" = "$before" ]'
}

@test "a namespace that only a mount, or only an open file holds: nothing is removed" {
	ip netns add xdptap-held
	ip link add held0 netns xdptap-held type veth peer name held1
	nsenter --net=/run/netns/xdptap-held -- "$loader" attach dev held0 ring 1M require-dispatcher
	run -1 $loader detach dev held0
	[[ $output == *"is loaded, but on no interface of this network namespace"* ]]
	[ "$($loader -j show dev held0 | jq -r '.[0].state')" = "other netns" ]
	exec {held}</run/netns/xdptap-held
	ip netns del xdptap-held
	run -1 $loader detach dev held0
	nsenter --net=/proc/self/fd/$held ip link show dev held0 | grep -q xdp_dispatcher
	exec {held}<&-
	until_ok 10 refute ip link show dev held1
	$loader detach dev held0
	[ ! -e $bpffs/xdptap ]
}

# read_held SIGN: a reader in another network namespace than its tap.
read_held()
{
	ip netns add xdptap-held
	ip link add held0 netns xdptap-held type veth peer name held1
	nsenter --net=/run/netns/xdptap-held -- "$loader" attach dev held0 ring 1M require-dispatcher
	$reader held0 >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	held_reader=$!
	until_ok 20 grep -q epoll_wait "/proc/$held_reader/stack"
}

held_reader_ends()
{
	local status=0

	wait $held_reader || status=$?
	[ $status -eq 1 ]
	grep -qx 'xdptap-reader: held0: the interface is gone' "$BATS_TEST_TMPDIR/err"
	$loader detach held0
	[ ! -e $bpffs/xdptap ]
}

@test "a reader notices that an interface in another namespace is gone, or that the namespace is" {
	read_held
	pause 3
	kill -0 $held_reader
	nsenter --net=/run/netns/xdptap-held -- ip link del held0
	held_reader_ends
	ip netns del xdptap-held

	read_held
	sleep 1000 3>&- & holder=$!
	ip netns del xdptap-held
	held_reader_ends
	kill $holder
}

# Debian 12's xdp-loader and xdp-filter load theirs without frags, so no other
# program can join at this MTU; that the tap can is what counts.
# bats test_tags=every-kernel
@test "jumbo frames: native mode and the dispatcher at MTU 9000" {
	ip link set tap0 mtu 9000
	in_peer ip link set peer0 mtu 9000
	$loader attach tap0 mode native require-dispatcher
	in_peer "$flood" peer0 3 9000 >/dev/null
	[ "$(counter bytes)" -eq 27000 ]
	$loader detach tap0
	assert_nothing_left
}

@test "--bpffs: the dispatcher's pins are there as well" {
	mkdir "$BATS_TEST_TMPDIR/fs"
	$loader --bpffs "$BATS_TEST_TMPDIR/fs" attach tap0 require-dispatcher
	[ -n "$(ls "$BATS_TEST_TMPDIR/fs/xdp")" ]
	$loader --bpffs "$BATS_TEST_TMPDIR/fs" -j show | jq -e '.[0].state == "attached"'
	$loader --bpffs "$BATS_TEST_TMPDIR/fs" detach tap0
	[ -z "$(ls "$BATS_TEST_TMPDIR/fs/xdp")" ]
	unmount_all "$BATS_TEST_TMPDIR/fs"
}
