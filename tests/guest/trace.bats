#!/usr/bin/env bats
# Trace taps: at the entry of an XDP program of somebody else. Run by tests/run in guest kernels,
# which allow fentry; on the host, whose kernel may refuse it, only what it says then.

load tracing

replace()
{
	kill -s USR1 "$hook_pid"
	until_ok 10 grep -q replaced "$BATS_TEST_TMPDIR/hook"
}

hook_down()
{
	kill "$hook_pid"
	wait "$hook_pid" || true
	hook_pid=
}

# The program on the interface is the same before and after; nothing of ours is left.
assert_untouched()
{
	local id=$1

	[ "$(xdp_id)" = "$id" ]
	[ ! -e $bpffs/xdptap ]
	until_ok 10 nothing_of_ours
}
one_program_of_ours() { [ "$(bpftool -j prog show | jq '[.[] | select(.name // "" | startswith("trace_packet"))] | length')" -eq 1 ]; }

# bats test_tags=every-kernel
@test "a program of a bpf_link: each frame is an event; the interface is left as it is" {
	need_tracing
	hook_up $passes
	id=$(xdp_id)
	run $loader attach tap0
	[ "$status" -eq 1 ]
	[[ $output == *"hint: 'attach dev tap0 trace' taps at its entry;"* ]]

	run $loader attach tap0 trace snaplen 64 flows 16
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == "xdptap-loader: tap0: attached in native mode, tracing $passes (id $id); program id "* ]]
	[ "$(xdp_id)" = "$id" ]
	send 100
	[ "$(counter packets)" -eq 100 ]
	[ "$(counter events)" -eq 100 ]
	assert_invariants
	$reader -c 100 tap0 >"$out"
	[ "$(grep -c UDP "$out")" -eq 100 ]
	$loader -j show dev tap0 | jq -e ".[0] | .traced == {prog_id: $id, prog_name: \"$passes\"} and
		.prog_name == \"trace_packet_data\" and .state == \"attached\" and .prio == 0"
	[[ $($loader show) == "tap0: attached mode native single trace $passes id $id"* ]]
	$stats show >/dev/null
	$loader detach tap0
	assert_untouched "$id"
}

@test "what it drops is seen; both modes of ip link" {
	need_tracing
	for mode in xdpdrv xdpgeneric; do
		ip link set dev tap0 $mode obj "$others" program others_drop
		id=$(xdp_id)
		$loader attach tap0 trace prog others_drop
		[ "$(field mode)" = "$([ $mode = xdpdrv ] && echo native || echo generic)" ]
		send 50
		[ "$(counter events)" -eq 50 ]
		$loader detach tap0
		assert_untouched "$id"
		ip link set dev tap0 $mode off
	done
}

# bats test_tags=every-kernel
@test "filter, sample, pause: counted and left out as in any tap; set changes them" {
	need_tracing
	hook_up $passes
	$loader attach tap0 trace filter 'udp and len > 100' sample 2
	send 20
	in_peer "$flood" peer0 20 200 >/dev/null
	[ "$(counter filtered)" -eq 20 ]
	[ "$(counter events)" -eq 10 ]
	[ "$(counter sampled_out)" -eq 10 ]
	$loader set tap0 nofilter sample 1
	[ "$(field generation)" -eq 1 ]
	send 20
	[ "$(counter events)" -eq 30 ]
	$loader set tap0 pause
	send 20
	[ "$(counter paused_out)" -eq 20 ]
	$loader set tap0 resume snaplen 1000 filter 'not udp'
	send 20
	[ "$(counter filtered)" -eq 40 ]
	assert_invariants
	until_ok 10 one_program_of_ours
	$loader detach tap0
}

@test "changes under traffic: each packet once" {
	need_tracing
	guest_cpu1 0
	hook_up $passes
	$loader attach tap0 trace ring 8M
	frames=8000
	[ -z "${XDPTAP_LONG:-}" ] || frames=20000
	in_peer "$build/tests/system/live" peer0 $frames 2000 >/dev/null 3>&- & sender=$!
	changes=0
	while kill -0 $sender 2>/dev/null; do
		changes=$((changes + 1))
		$loader set tap0 snaplen $((changes % 50 + 1)) 2>/dev/null
	done
	wait $sender
	echo "# $changes changes" >&3
	[ $changes -ge 2 ]
	[ "$(counter packets events)" = "$frames $frames" ]
	[ "$(field generation)" -eq $changes ]
	assert_invariants
	$loader detach tap0
}

@test "the program is replaced: show, stats and a reader say so; set follows" {
	need_tracing
	hook_up $passes others_drop
	$loader attach tap0 trace
	first=$(xdp_id)
	$reader tap0 >"$out" 2>"$err" 3>&- &
	reader_pid=$!
	until_ok 20 sleeps_in_epoll "$reader_pid"
	send 10
	replace
	send 10
	[ "$(counter packets)" -eq 10 ]
	until_ok 5 grep -q "xdptap-reader: tap0: the traced program $passes (id $first) has left the interface" "$err"
	[ "$(field state)" = "traced program gone" ]
	run $loader show
	[[ $output == *"xdptap-loader: tap0: it traces $passes (id $first), which has left the interface; the tap keeps it loaded"* ]]
	[ "$($stats -j show | jq -r '.[0].state')" = "traced program gone" ]
	run -1 $loader attach tap0 trace
	[ "${lines[1]}" = "hint: 'xdptap-loader set dev tap0 trace' follows the program that is there now" ]
	$loader set tap0 trace
	[ "$(field state)" = attached ]
	[ "$(field traced.prog_name)" = others_drop ]
	send 10
	[ "$(counter packets)" -eq 20 ]
	until_ok 5 eval '[ "$(grep -c UDP "$out")" -eq 20 ]'
	until_ok 5 grep -q "xdptap-reader: tap0: it traces others_drop (id $(xdp_id)) now" "$err"
	kill -s INT "$reader_pid"
	wait "$reader_pid"
	reader_pid=
	$loader detach tap0
	until_ok 10 nothing_of_ours
}

@test "the program leaves: the tap holds it, detach releases it" {
	need_tracing
	hook_up $passes
	id=$(xdp_id)
	$loader attach tap0 trace
	hook_down
	[ "$(field state)" = "traced program gone" ]
	bpftool prog show id "$id" >/dev/null
	run $loader set tap0 trace
	[ "$status" -eq 1 ]
	[[ $output == *"tap0: no XDP program is attached to it, so there is none to trace"* ]]
	$loader detach tap0
	until_ok 10 refute bpftool prog show id "$id"
	assert_nothing_left
}

@test "one program on two interfaces: the tap has the frames of its own" {
	need_tracing
	ip link add other0 type veth peer name other1
	ip link set other0 up
	ip link set other1 up
	until_ok 10 link_is_up other0
	ip link set dev tap0 xdp obj "$others" program $passes
	bpftool net attach xdp id "$(xdp_id)" dev other0
	$loader attach tap0 trace
	"$flood" other1 30 >/dev/null
	send 20
	[ "$(counter packets)" -eq 20 ]
	$loader detach tap0
	ip link del other0
}

@test "a reader in another network namespace notices that the interface is gone" {
	need_tracing
	ip netns add xdptap-held
	ip link add held0 netns xdptap-held type veth peer name held1
	nsenter --net=/run/netns/xdptap-held -- ip link set dev held0 xdp obj "$others" program $passes
	nsenter --net=/run/netns/xdptap-held -- "$loader" attach dev held0 trace ring 1M
	$reader held0 >"$out" 2>"$err" 3>&- &
	reader_pid=$!
	until_ok 20 sleeps_in_epoll "$reader_pid"
	nsenter --net=/run/netns/xdptap-held -- ip link del held0
	status=0
	wait "$reader_pid" || status=$?
	reader_pid=
	[ $status -eq 1 ]
	grep -qx 'xdptap-reader: held0: the interface is gone' "$err"
	$loader detach held0
	ip netns del xdptap-held
	until_ok 10 nothing_of_ours
}

# bats test_tags=every-kernel
@test "members of a dispatcher: each by name, also while others come and go" {
	need_tracing
	$loader attach tap0 require-dispatcher 2>/dev/null || skip "libxdp has no dispatcher here"
	$loader detach tap0
	filter_up
	xdp-loader load tap0 "$pass_object"
	run $loader attach tap0 trace
	[ "$status" -eq 1 ]
	[[ $output == *"tap0: 2 XDP programs are attached to it, and one can be traced"* ]]
	[[ $output == *"hint: name one of them, or its id, after 'trace prog': xdpfilt_alw_all (id "*"), pass_all (id "* ]]
	$loader attach tap0 trace prog xdpfilt_alw_all
	send 40
	[ "$(counter packets)" -eq 40 ]
	[ "$(field dispatcher)" = true ]
	xdp-loader unload tap0 --id "$(xdp-loader status tap0 | awk '$3 == "pass_all" { print $4 }')"
	send 40
	[ "$(counter packets)" -eq 80 ]
	[ "$(field state)" = attached ]
	xdp-loader load tap0 "$pass_object"
	# xdp-filter drops these, so what comes after it sees none.
	$loader set tap0 trace prog pass_all
	send 40
	[ "$(counter packets)" -eq 80 ]
	[ "$(field traced.prog_name)" = pass_all ]
	xdp-filter unload tap0
	send 40
	[ "$(counter packets)" -eq 120 ]
	xdp-loader unload tap0 --all
	[ "$(field state)" = "traced program gone" ]
	$loader detach tap0
	[ ! -e $bpffs/xdptap ]
}

# A line for each frame in a capture file, with its bytes in hex, sorted. tshark would take seconds.
frames_of()
{
	tcpdump -nn -t -xx -r "$1" 2>/dev/null | awk '/^\t0x/ { sub(/^[^:]*: */, ""); hex = hex $0; next }
		{ if (hex) print hex; hex = "" } END { if (hex) print hex }' | sort
}

@test "xdpdump at the same time has the same frames" {
	need_tracing
	command -v xdpdump >/dev/null || skip "xdpdump is not installed"
	hook_up $passes
	$loader attach tap0 trace snaplen full
	xdpdump -i tap0 -w "$BATS_TEST_TMPDIR/theirs.pcapng" >/dev/null 2>"$err" 3>&- & dump_pid=$!
	until_ok 20 sleeps_in_epoll $dump_pid
	for size in 64 65 99 500 1400 1514; do in_peer "$flood" peer0 5 $size >/dev/null; done
	[ "$(counter events)" -eq 30 ]
	pause 1
	kill -s INT $dump_pid
	wait $dump_pid || true
	$reader -c 30 -w "$BATS_TEST_TMPDIR/ours.pcapng" tap0
	for file in ours theirs; do
		frames_of "$BATS_TEST_TMPDIR/$file.pcapng" >"$BATS_TEST_TMPDIR/$file"
	done
	[ "$(wc -l <"$BATS_TEST_TMPDIR/ours")" -eq 30 ]
	diff "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
	$loader detach tap0
}

@test "what can't be traced: no program, no such one, its BTF; one clear line, and nothing is left" {
	run $loader attach tap0 trace
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: no XDP program is attached to it, so there is none to trace" ]
	[ "${lines[1]}" = "hint: attach the tap without 'trace'" ]
	ip link set dev tap0 xdp obj "$others" program others_void
	run $loader attach tap0 trace
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: the program others_void (id $(xdp_id)) can't be traced: by its BTF its argument is not 'struct xdp_md *'" ]
	run $loader attach tap0 trace prog nobody
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: no XDP program 'nobody' is attached to it" ]
	[ ! -e $bpffs/xdptap ]
}

# bats test_tags=any-kernel
@test "words that a trace tap has no use for: exit 2" {
	for words in "trace mode native" "trace prio 7" "trace require-dispatcher" "prog x"; do
		# shellcheck disable=SC2086
		run $loader attach tap0 $words
		echo "$words: $output"
		[ "$status" -eq 2 ]
	done
	assert_nothing_left
}

@test "a kernel that refuses: says why, and leaves nothing" {
	[ -n "${no_tracing:-}" ] || skip "this kernel does not refuse"
	ip link set dev tap0 xdp obj "$others" program $passes
	run -1 $loader attach tap0 trace
	[[ ${lines[0]} =~ ^"xdptap-loader: tap0: can't trace $passes (id "[0-9]+"): this kernel ".*"forbids to trace programs" ]]
	[[ ${lines[1]} == "hint: "* ]]
	[ ! -e $bpffs/xdptap ]
}
