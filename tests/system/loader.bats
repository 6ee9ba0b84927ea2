#!/usr/bin/env bats
# xdptap-loader on the running kernel: attach, detach, show, and what is left
# after everything that can go wrong. Run by tests/run, in private namespaces.

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


# bats test_tags=every-kernel
@test "attach pins its maps, detach leaves bpffs and interface as they were" {
	before=$(interface_state)
	bpffs_before=$(bpffs_contents)

	$loader attach dev tap0 rings 1
	[ "$(stat -c %a $bpffs/xdptap $bpffs/xdptap/tap0 | xargs)" = "700 700" ]
	[ "$(cd $bpffs/xdptap/tap0 && echo *)" = "control decided doorbell meta packet_ringbuf settings stats_map wakeup" ]
	[ "$(stat -c %a $bpffs/xdptap/tap0/* | xargs)" = "600 600 600 600 600 600 600 600" ]
	ip link show dev tap0 | grep -q 'prog/xdp id'

	$loader detach dev tap0
	[ "$(interface_state)" = "$before" ]
	[ "$(bpffs_contents)" = "$bpffs_before" ]
}

# bats test_tags=any-kernel
@test "bpftool reads the meta record and the named counters" {
	$loader attach tap0 ring 64K prio 7
	bpftool -j map dump pinned $bpffs/xdptap/tap0/meta | jq -e '
		.[0].formatted.value | .abi_version == 8 and .event_bytes == 56 and
		.ifname == "tap0" and .rings == 1 and .ring_bytes == 65536 and .flows == 0 and .prio == 7 and .clock == 11'
	[ "$(bpftool -j map dump pinned $bpffs/xdptap/tap0/stats_map |
		jq -r '.[0].formatted.values[0].value | keys_unsorted | join(" ")')" = \
		"packets bytes tcp udp other events dropped ipv4 ipv6 non_ip icmp vlan fragments malformed flows flow_lost truncated filtered sampled_out paused_out" ]
	bpftool -j map show pinned $bpffs/xdptap/tap0/packet_ringbuf |
		jq -e '.type == "ringbuf" and .max_entries == 65536'
}

# bats test_tags=any-kernel
@test "show lists a tap as text and as JSON" {
	$loader attach tap0 mode generic rings 1
	run $loader show
	[ "$status" -eq 0 ]
	[[ ${lines[0]} =~ ^"tap0: attached mode generic "(single|dispatcher)" prio 5 chain XDP_PASS"$ ]]
	[[ ${lines[1]} =~ ^"    prog capture_packet_data id "[0-9]+" rings 1 of 16M snaplen 0 flows 0 since 20" ]]
	$loader -j show dev tap0 | jq -e '
		length == 1 and (.[0] |
		keys == (["ifname","ifindex","mode","dispatcher","prog_id","prog_name","prio",
			"chain_actions","at_exit","rings","ring_size","snaplen","sample","paused","generation","flows_max","promisc","attached_at","pin_dir","state"] | sort) and
		.ifname == "tap0" and .mode == "generic" and (.dispatcher | type) == "boolean" and
		.prog_name == "capture_packet_data" and .prio == 5 and
		.chain_actions == ["XDP_PASS"] and .rings == 1 and .ring_size == 16777216 and .snaplen == 0 and .flows_max == 0 and .promisc == false and
		(.attached_at | fromdateiso8601) > 1600000000 and
		.pin_dir == "/sys/fs/bpf/xdptap/tap0" and .state == "attached")'
	[ "$($loader -j show | jq '.[0].ifindex')" = "$(ip -j link show tap0 | jq '.[0].ifindex')" ]
	$loader -p show | jq -e 'length == 1'
}

# flows FIELD: of the UDP flows in flow_map, over all CPUs, as another program reads it.
flows()
{
	bpftool -j map dump pinned "$bpffs/xdptap/tap0/flow_map" |
		jq "[.[].formatted | select(.key.proto == 17) | .values[].value.$1] | add"
}

# bats test_tags=any-kernel
@test "flows: two more maps, which count; detach removes them" {
	run $loader attach dev tap0 rings 1 flows 10000
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == *", ring 16M, flows 10000" ]]
	[ "$(cd $bpffs/xdptap/tap0 && echo *)" = \
		"control decided doorbell flow_flushed flow_map meta packet_ringbuf settings stats_map wakeup" ]
	[ "$(stat -c %a $bpffs/xdptap/tap0/* | sort -u)" = 600 ]
	bpftool -j map show pinned $bpffs/xdptap/tap0/flow_map | jq -e '.type == "lru_percpu_hash" and
		.bytes_key == 40 and .bytes_value == 48 and .max_entries == 10000'
	[ "$(bpftool -j map dump pinned $bpffs/xdptap/tap0/flow_flushed | jq '.[0].formatted.value')" = 0 ]
	[ "$(bpftool -j map dump pinned $bpffs/xdptap/tap0/meta | jq '.[0].formatted.value.flows')" = 10000 ]
	$loader show | grep -q ' snaplen 0 flows 10000 since 20'
	$loader -j show | jq -e '.[0] | .state == "attached" and .flows_max == 10000'

	in_peer "$flood" peer0 1234 100 >/dev/null
	[ "$(flows packets)" -eq 1234 ]
	[ "$(flows bytes)" -eq 123400 ]
	# Each has a source port of its own.
	[ "$(bpftool -j map dump pinned $bpffs/xdptap/tap0/flow_map | jq length)" -eq 1234 ]
	[ "$(counter flows)" -eq 1234 ]
	[ "$(counter flow_lost)" -eq 0 ]
	$loader detach dev tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "flows 0 is none" {
	$loader attach tap0 rings 1 flows 0
	[ "$(cd $bpffs/xdptap/tap0 && echo *)" = "control decided doorbell meta packet_ringbuf settings stats_map wakeup" ]
	[ "$(counter flows)" -eq 0 ]
}

# bats test_tags=any-kernel
@test "too little memory for the flows: one message, and nothing is left" {
	command -v strace >/dev/null || skip "strace is not installed"
	strace -f -qq -e trace=bpf -o "$BATS_TEST_TMPDIR/calls" "$loader" attach tap0 flows 1000000
	$loader detach tap0
	# libbpf tries once more without BTF.
	at=$(grep -n 'BPF_MAP_CREATE.*"flow_map"' "$BATS_TEST_TMPDIR/calls" | cut -d: -f1)
	run strace -f -qq -e trace=bpf -e "inject=bpf:error=ENOMEM:when=$at+" -o /dev/null \
		"$loader" attach tap0 flows 1000000
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: can't attach in native mode: Cannot allocate memory" ]
	[ "${lines[1]}" = "hint: use fewer flows, or a smaller ring buffer, such as 'ring 1M'; its memory counts for the cgroup of this process" ]
	assert_nothing_left
	# Without asking the kernel, which would kill processes before it says no.
	echo "MemAvailable: 1000 kB" >"$BATS_TEST_TMPDIR/meminfo"
	mount --bind "$BATS_TEST_TMPDIR/meminfo" /proc/meminfo
	run $loader attach tap0 flows 10000
	umount /proc/meminfo
	[ "$status" -eq 1 ]
	[[ ${lines[0]} =~ ^"xdptap-loader: tap0: flows 10000 needs "[0-9]+" MiB of memory, but 0 are available"$ ]]
	[ "${lines[1]}" = "hint: use fewer flows; the memory is proportional to them" ]
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "a flow map that contradicts meta is refused" {
	$loader attach tap0 flows 1000
	rm $bpffs/xdptap/tap0/flow_map
	bpftool map create $bpffs/xdptap/tap0/flow_map type lru_percpu_hash key 40 value 48 \
		entries 999 name other
	run $loader show
	[[ $output == *"flow_map has 999 entries, not 1000"* ]]
	[[ $output == *"tap0: unusable"* ]]
	$loader detach tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "show without taps prints nothing, as JSON an empty array" {
	run $loader show
	[ "$status" -eq 0 ] && [ -z "$output" ]
	[ "$($loader -j show)" = "[]" ]
	run $loader show dev tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: no tap is pinned in $bpffs" ]
	[ "${lines[1]}" = "hint: attach one with 'xdptap-loader attach dev tap0'" ]
}

# bats test_tags=any-kernel
@test "attaching twice is refused and leaves the first tap alone" {
	$loader attach tap0
	id=$($loader -j show | jq '.[0].prog_id')
	run $loader attach tap0
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "xdptap-loader: tap0: already tapped, by program id $id since "* ]]
	[ "$(tap_state)" = attached ]
}

# bats test_tags=any-kernel
@test "of five attaches at once one wins, and the others say so" {
	for _ in 1 2 3; do
		pids=()
		for i in 1 2 3 4 5; do
			$loader attach tap0 3>&- 2>"$BATS_TEST_TMPDIR/err$i" & pids+=($!)
		done
		statuses=
		for pid in "${pids[@]}"; do
			status=0
			wait "$pid" || status=$?
			statuses+="$status "
		done
		[ "$(tr ' ' '\n' <<<"$statuses" | sort | xargs)" = "0 1 1 1 1" ]
		[ "$(cat "$BATS_TEST_TMPDIR"/err? | grep -c 'tap0: already tapped, by program id')" -eq 4 ]
		[ "$(tap_state)" = attached ]
		$loader detach tap0
		assert_nothing_left
	done
}

# bats test_tags=every-kernel
@test "attach and detach at once never leave half a tap" {
	for _ in 1 2 3 4 5 6 7 8; do
		$loader attach tap0 3>&- & a=$!
		$loader detach tap0 3>&- & d=$!
		wait $a || true
		wait $d || true
		if [ -e $bpffs/xdptap/tap0 ]; then
			[ "$(tap_state)" = attached ]
			$loader detach tap0
		fi
		assert_nothing_left
	done
}

@test "a program attached without libxdp is named, and left alone" {
	bpftool prog load "$pass_object" $bpffs/foreign type xdp
	bpftool net attach xdp pinned $bpffs/foreign dev tap0
	id=$(bpftool -j prog show pinned $bpffs/foreign | jq .id)
	run $loader attach tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: the XDP program pass_all (id $id) is attached without a dispatcher" ]
	ip link show dev tap0 | grep -q "prog/xdp id $id"
	bpftool net detach xdp dev tap0
	rm $bpffs/foreign
	assert_nothing_left
}

@test "our own program without our pins is recognised" {
	$loader attach tap0
	rm -r $bpffs/xdptap
	run $loader attach tap0
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *"capture_packet_data (id "*") is attached already, but not pinned"* ]]
}

# bats test_tags=any-kernel
@test "ring sizes: units, powers of two of pages, the nearest valid ones" {
	for size in 4096 4K 1M 64k; do
		$loader attach tap0 ring $size
		$loader detach tap0
	done
	while read -r size rest; do
		run $loader attach tap0 ring "$size"
		[ "$status" -eq 2 ]
		[ "$output" = "xdptap-loader: ring '$size' $rest" ]
	done <<-'END'
		3M is not a power of two; the nearest are 2M and 4M
		5000 is not a power of two; the nearest are 4K and 8K
		2K is too small; the minimum is 4K
		0 is too small; the minimum is 4K
		4096M is too large; the maximum is 2048M
		1G is not a size: use a number of bytes, or add K or M
		0x1000 is not a size: use a number of bytes, or add K or M
		99999999999999999999M is not a size: use a number of bytes, or add K or M
		+4K is not a size: use a number of bytes, or add K or M
	END
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "an interface that is not there: exit 1" {
	run $loader attach nowhere0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: nowhere0: No such device" ]
	run $loader detach nowhere0
	[ "$status" -eq 1 ]
	assert_nothing_left
}

@test "lo: native mode is not available, generic is, with a message" {
	run $loader attach lo
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "xdptap-loader: lo: native mode is not available ("*"); using generic mode" ]]
	[ "$($loader -j show dev lo | jq -r '.[0].mode')" = generic ]
	ping -q -c 3 -i 0.01 -W 1 127.0.0.1
	bpftool -j map dump pinned $bpffs/xdptap/lo/stats_map |
		jq -e '[.[0].formatted.values[].value.icmp] | add >= 6'
	$loader detach lo
	assert_nothing_left lo
}

# bats test_tags=any-kernel
@test "mode native on lo fails, and says what works" {
	run $loader attach lo mode native
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "xdptap-loader: lo: can't attach in native mode: "* ]]
	[[ ${lines[1]} == "hint: 'mode generic' works with any driver"* ]]
	assert_nothing_left lo
}

# bats test_tags=any-kernel
@test "mode offload fails on veth, and leaves nothing" {
	run $loader attach tap0 mode offload
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "xdptap-loader: tap0: can't attach in offload mode: "* ]]
	assert_nothing_left
}

@test "without a dispatcher it says so; require-dispatcher makes it an error" {
	if has_dispatcher; then skip "this kernel allows the dispatcher"; fi
	run $loader attach tap0
	[ "$status" -eq 0 ]
	[[ $output == *"as the only XDP program"*"no other XDP program can be attached beside this one"* ]]
	[ "${lines[-1]}" = "hint: 'xdptap-loader features' shows what is missing" ]
	$loader detach tap0
	run $loader attach tap0 require-dispatcher
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "xdptap-loader: tap0: libxdp could not use its dispatcher, which require-dispatcher requires" ]]
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "bpffs is mounted where it is missing, with a message" {
	unmount_all $bpffs
	run $loader attach tap0
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "xdptap-loader: mounted a BPF filesystem at $bpffs" ]
	[ "$(stat -fc %T $bpffs)" = bpf_fs ]
	$loader detach tap0
}

# bats test_tags=any-kernel
@test "--bpffs chooses another; a place that is none is refused" {
	mkdir -p "$BATS_TEST_TMPDIR/fs"
	$loader --bpffs "$BATS_TEST_TMPDIR/fs/" attach tap0
	[ -e "$BATS_TEST_TMPDIR/fs/xdptap/tap0/meta" ]
	assert_no_pins_in_default() { [ ! -e $bpffs/xdptap ]; }
	assert_no_pins_in_default
	$loader --bpffs "$BATS_TEST_TMPDIR/fs" detach tap0
	[ ! -e "$BATS_TEST_TMPDIR/fs/xdptap" ]
	unmount_all "$BATS_TEST_TMPDIR/fs"

	run $loader --bpffs "$BATS_TEST_TMPDIR/missing" attach tap0
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *"can't mount a BPF filesystem at $BATS_TEST_TMPDIR/missing: No such file or directory" ]]
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "a dot in the interface's name becomes a colon in its directory" {
	ip link add tap0.7 type veth peer name peer7
	$loader attach tap0.7
	[ -d $bpffs/xdptap/tap0:7 ]
	[ "$($loader -j show | jq -r '.[0].ifname')" = tap0.7 ]
	$loader detach tap0.7
	assert_nothing_left tap0.7
	ip link del tap0.7
}

# bats test_tags=any-kernel
@test "detach works when the interface has gone" {
	$loader attach tap0
	ip link del tap0
	[ "$(tap_state)" = "interface gone" ]
	run $loader attach tap0
	[ "$status" -eq 1 ]
	run $loader detach tap0
	[ "$status" -eq 0 ]
	[ "$output" = "xdptap-loader: tap0: the interface is gone, and the program with it" ]
	[ -z "$($loader show)" ]
	[ ! -e $bpffs/xdptap ]
}

@test "a new interface of the same name is not mistaken for the old one" {
	$loader attach tap0
	ip link del tap0
	ip link add tap0 type veth peer name peer0
	[ "$(tap_state)" = "interface gone" ]
	run $loader attach tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: an old tap is still pinned; its state is 'interface gone'" ]
	$loader detach tap0
	$loader attach tap0
	$loader detach tap0
	assert_nothing_left
}

@test "a renamed interface is still found, under its old name" {
	$loader attach tap0
	ip link set tap0 down
	ip link set tap0 name tap9
	[[ $($loader show) == "tap0 (renamed to "*"): attached mode "* ]]
	$loader detach tap0
	assert_nothing_left tap9
	ip link del tap9
}

# bats test_tags=any-kernel
@test "a program taken off behind our back is noticed, and cleaned up" {
	$loader attach tap0
	xdp-loader unload tap0 --all
	[ "$(tap_state)" = "program gone" ]
	run $loader detach tap0
	[ "$status" -eq 0 ]
	[ "$output" = "xdptap-loader: tap0: the program was no longer attached" ]
	assert_nothing_left
}

# bats test_tags=every-kernel
@test "detach takes off our program only, not one that came in its place" {
	$loader attach tap0
	xdp-loader unload tap0 --all
	xdp-loader load tap0 "$pass_object"
	$loader detach tap0
	[ ! -e $bpffs/xdptap ]
	xdp-loader status tap0 | grep -q pass_all
	xdp-loader unload tap0 --all
}

# bats test_tags=any-kernel
@test "pins of another program or version are refused, with the reason" {
	$loader attach tap0
	rm $bpffs/xdptap/tap0/stats_map
	bpftool map create $bpffs/xdptap/tap0/stats_map type array key 4 value 8 entries 1 name other
	[ "$($loader show 2>/dev/null)" = "tap0: unusable" ]
	run $loader show
	[[ $output == *"tap0: can't use the tap: "*"stats_map is a map of type 2, not 6"* ]]
	[[ $output == *"hint: detach it, and attach it again with the xdptap-loader of this version"* ]]
	run $stats show dev tap0
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "xdptap-stats: tap0: can't use the tap: "*"stats_map is a map of type 2, not 6" ]]
	$loader detach tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "a tap of another ABI version is refused by all, and can be detached" {
	$loader attach tap0
	# shellcheck disable=SC2046 # 92 words
	bpftool map update pinned $bpffs/xdptap/tap0/meta key 0 0 0 0 \
		value hex 63 00 00 00 $(printf '00 %.0s' $(seq 92))
	run $reader tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-reader: tap0: can't use the tap: the tap has ABI version 99, but this program supports 8" ]
	run $stats show tap0
	[ "$status" -eq 1 ]
	$loader detach tap0
	assert_nothing_left
}

@test "a program that can't be detached for lack of privileges is reported" {
	if has_dispatcher; then skip "this kernel allows the dispatcher"; fi
	chmod 777 $bpffs
	run capsh --drop=cap_sys_admin -- -c "$loader attach tap0 require-dispatcher"
	[ "$status" -eq 1 ]
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "the remains of a killed attach are called half-made, by attach as well" {
	mkdir -p $bpffs/xdptap/tap0
	bpftool map create $bpffs/xdptap/tap0/packet_ringbuf type ringbuf entries 4096 name other
	run $loader attach tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: an old tap is still pinned; its state is 'half-made'" ]
	$loader detach tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "something foreign in the tap's directory: detach keeps and names it, and removes all else" {
	for foreign in other packet_ringbuf_9; do
		$loader attach tap0
		if [ $foreign = other ]; then
			bpftool map create $bpffs/xdptap/tap0/$foreign type array key 4 value 8 entries 1 name other
		else
			mkdir $bpffs/xdptap/tap0/$foreign
		fi
		run -1 "$loader" detach tap0
		[ "${lines[0]}" = "xdptap-loader: tap0: detached, but '$foreign' is in its directory, which is not of xdptap" ]
		[ "${lines[1]}" = "hint: remove what is in $bpffs/xdptap/tap0, then run detach again" ]
		refute has_xdp
		[ "$(ls $bpffs/xdptap/tap0)" = $foreign ]
		[ "$(tap_state)" = half-made ]
		rm -r $bpffs/xdptap/tap0/$foreign
		$loader detach tap0
		assert_nothing_left
	done
}

# bats test_tags=any-kernel
@test "the empty directory of an attach that was killed early does not disturb" {
	mkdir -p $bpffs/xdptap/tap0
	$loader attach tap0
	$loader detach tap0
	mkdir $bpffs/xdptap
	run $loader detach tap0
	[ "$status" -eq 1 ]
	[ "${lines[1]}" = "hint: 'xdptap-loader show' lists the taps" ]
	assert_nothing_left
}

@test "detach finds a program without meta after its interface was renamed" {
	$loader attach tap0
	rm $bpffs/xdptap/tap0/meta
	ip link set tap0 down
	ip link set tap0 name tap9
	[ "$(tap_state)" = half-made ]
	$loader detach tap0
	assert_nothing_left tap9
	ip link del tap9
}

# Both without a dispatcher: in one, libxdp's own pins hold the program even
# when the interface is gone, so that the two can't be told apart.
# bats test_tags=any-kernel
@test "an interface that moved to another namespace is not given up" {
	LIBXDP_SKIP_DISPATCHER=1 $loader attach tap0
	unshare -n -- sleep 60 3>&- & holder=$!
	until_ok 5 other_netns $holder
	ip link set tap0 netns $holder
	[ "$(tap_state)" = "other netns" ]
	run $loader detach tap0
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *"is loaded, but on no interface of this network namespace" ]]
	nsenter -t $holder -n -- "$loader" detach tap0
	[ -z "$(bpffs_contents)" ]
	[[ $(nsenter -t $holder -n -- ip link show tap0) != *xdp* ]]
	kill $holder
}

# bats test_tags=any-kernel
@test "detach works when the tap's whole namespace has gone" {
	LIBXDP_SKIP_DISPATCHER=1 unshare -n -- \
		bash -c "ip link add tap8 type veth peer name p8 && $loader attach tap8"
	until_ok 5 namespace_forgotten
	$loader detach tap8
	assert_nothing_left
}

namespace_forgotten() { [ "$($loader -j show dev tap8 | jq -r '.[0].state')" = "interface gone" ]; }

# bats test_tags=any-kernel
@test "a closed pipe, and Ctrl-\\, do not leave half a tap" {
	{ sleep 0.2; $loader attach lo; } 2>&1 | true
	until_ok 5 lo_attached
	$loader detach lo
	run bash -c "$loader -j show | true; exit \${PIPESTATUS[0]}"
	[ "$status" -eq 0 ]
	for delay in 0.004 0.008 0.012 0.016 0.02; do
		timeout -s QUIT $delay "$loader" attach tap0 || true
		[[ $($loader -j show | jq -r '.[].state') =~ ^(attached|)$ ]]
		$loader detach tap0 || true
		assert_nothing_left
	done
}

lo_attached() { [ "$($loader -j show dev lo | jq -r '.[0].state')" = attached ]; }

# bats test_tags=any-kernel
@test "waiting for another loader can be interrupted, and leaves nothing" {
	mkdir -p $bpffs/xdptap/tap0
	flock $bpffs/xdptap/tap0 sleep 20 3>&- & holder=$!
	until_ok 5 locked
	run timeout -k 5 -s INT 1 "$loader" attach tap0
	[ "$status" -eq 124 ]
	[[ $output == "xdptap-loader: tap0: waiting for another xdptap-loader (pid "* ]]
	[ "$($loader -j show | jq -r '.[0].state')" = "in progress" ]
	kill $holder
	rmdir $bpffs/xdptap/tap0 $bpffs/xdptap
}

locked() { refute flock -n $bpffs/xdptap/tap0 true; }

# bats test_tags=any-kernel
@test "show and stats are not upset by a tap that comes and goes" {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		$loader attach tap0
		$loader detach tap0
	done 2>/dev/null 3>&- & churn=$!
	while kill -0 $churn 2>/dev/null; do
		$stats -j show >/dev/null
		$loader -j show >/dev/null
	done
	wait $churn
}

# bats test_tags=any-kernel
@test "--bpffs: a mistyped one is an error, a full directory is not hidden" {
	for tool in $loader $stats; do
		run "$tool" --bpffs "$BATS_TEST_TMPDIR" show
		[ "$status" -eq 1 ]
		[[ ${lines[0]} == *": $BATS_TEST_TMPDIR is not a BPF filesystem" ]]
		[ "${lines[1]}" = "hint: use the --bpffs with which the taps were attached" ]
		run "$tool" --bpffs= show
		[ "$status" -eq 2 ]
	done
	mkdir "$BATS_TEST_TMPDIR/full"
	touch "$BATS_TEST_TMPDIR/full/precious"
	run $loader --bpffs "$BATS_TEST_TMPDIR/full" attach tap0
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *"can't mount a BPF filesystem at $BATS_TEST_TMPDIR/full: Directory not empty" ]]
	[ -e "$BATS_TEST_TMPDIR/full/precious" ]
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "a tap of another network namespace is told apart, and not touched" {
	$loader attach tap0
	other="unshare -n -- bash -c"
	[ "$($other "ip link add tap0 type dummy 2>/dev/null; $loader -j show" | jq -r '.[0].state')" = "other netns" ]
	run $other "$loader detach tap0"
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *"is loaded, but on no interface of this network namespace" ]]
	[ "$(tap_state)" = attached ]
	$loader detach tap0
}

# bats test_tags=any-kernel
@test "without privileges: says which are needed, exit 1" {
	run setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all -- \
		$loader attach tap0
	[ "$status" -eq 1 ]
	[[ $output == *"hint: "*root* ]]
	assert_nothing_left
}
