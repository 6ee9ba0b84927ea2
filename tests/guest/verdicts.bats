#!/usr/bin/env bats
# Verdicts of other XDP programs, counted and as events: at their exit. Run by tests/run in guest
# kernels, which allow fexit; on the host, whose kernel may refuse it, only what it says then.

load tracing

member_id() { xdp-loader status tap0 | awk -v name="$1" '$3 == name { print $4 }'; }
load_pass() { xdp-loader load tap0 "$pass_object" -P "$1"; }
assert_detached()
{
	$loader detach tap0
	[ ! -e $bpffs/xdptap ]
	until_ok 10 nothing_of_ours
}

# verdicts returned|final [PROGRAM]: "ABORTED DROP PASS TX REDIRECT OTHER", of one, or of all.
verdicts()
{
	$stats -j show dev tap0 | jq -r --arg prog "${2:-}" "[.[0].verdicts[] | select(\$prog == \"\" or .prog_name == \$prog) | .$1] |
		map([.aborted, .drop, .pass, .tx, .redirect, .other]) | transpose | map(add) | @tsv" | tr '\t' ' '
}

# errors exceptions|redirect: of tap0, over all CPUs, as another program reads it.
errors()
{
	bpftool -j map dump pinned $bpffs/xdptap/tap0/xdp_errors | jq "[.[0].formatted.values[].value.$1] | add"
}

# bats test_tags=every-kernel
@test "a program of a bpf_link: each action is counted; the interface is left as it is" {
	need_tracing
	hook_up others_each
	id=$(xdp_id)
	run $loader attach tap0 trace verdicts
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"tap0: verdicts are counted of others_each (id $id)"* ]]
	[ "$(xdp_id)" = "$id" ]
	send 600
	[ "$(verdicts returned)" = "100 100 100 100 100 100" ]
	[ "$(verdicts final)" = "100 100 100 100 100 100" ]
	[ "$(counter packets events)" = "600 600" ]
	# ABORTED and the unknown number; TX may fail as well. No interface has the number of REDIRECT.
	[ "$(errors exceptions)" -ge 200 ]
	[ "$(errors redirect)" -eq 100 ]
	assert_detached
	[ "$(xdp_id)" = "$id" ]
}

# bats test_tags=every-kernel
@test "in a dispatcher, beside our own program: in = out for each member, frames in = sum of what became of them" {
	need_tracing
	filter_up
	load_pass 20
	$loader attach tap0 require-dispatcher verdicts
	send 100
	in_peer "$build/tests/system/bursts" peer0 0 0 50 1
	[ "$(counter packets)" -eq 150 ]
	[ "$(verdicts returned xdpfilt_alw_all)" = "0 100 50 0 0 0" ]
	[ "$(verdicts final xdpfilt_alw_all)" = "0 100 0 0 0 0" ]
	[ "$(verdicts returned pass_all)" = "0 0 50 0 0 0" ]
	[ "$(verdicts final pass_all)" = "0 0 50 0 0 0" ]
	[ "$(verdicts final)" = "0 100 50 0 0 0" ]
	$loader detach tap0
	xdp-filter unload tap0
	xdp-loader unload tap0 --all
	until_ok 10 nothing_of_ours
}

@test "a member that joins: show says that it is not traced, set takes it in; one that leaves keeps its counters" {
	need_tracing
	filter_up
	$loader attach tap0 verdicts require-dispatcher
	send 10
	load_pass 3
	load_pass 50
	run $loader show
	echo "$output"
	[[ $output == *"not traced: pass_all (id "* ]]
	$stats -j show | jq -e '.[0].not_traced | length == 2 and .[0].prog_name == "pass_all"'
	$loader set tap0 verdicts
	$stats -j show | jq -e '.[0].not_traced == []'
	$stats -j show | jq -e '[.[0].verdicts[].prog_name] == ["pass_all", "xdpfilt_alw_all", "pass_all"]'
	send 10
	[ "$(verdicts final xdpfilt_alw_all)" = "0 20 0 0 0 0" ]
	[ "$(verdicts returned pass_all)" = "0 0 10 0 0 0" ]
	[ "$(verdicts final pass_all)" = "0 0 0 0 0 0" ]
	xdp-filter unload tap0
	send 10
	[ "$(verdicts final)" = "0 20 10 0 0 0" ]
	$loader set tap0 verdicts
	$stats -j show | jq -e '[.[0].verdicts[] | select(.traced | not).prog_name] == ["xdpfilt_alw_all"]'
	[ "$(verdicts final xdpfilt_alw_all)" = "0 20 0 0 0 0" ]
	# Nothing holds it any more.
	until_ok 10 eval '! bpftool -j prog show | grep -q xdpfilt_alw_all'
	filter_up
	$loader set tap0 verdicts
	send 10
	[ "$(verdicts final xdpfilt_alw_all)" = "0 30 0 0 0 0" ]
	assert_detached
}

@test "the dispatcher is built again and again under traffic: nothing is lost or counted twice" {
	need_tracing
	guest_cpu1 0
	filter_up
	xdp-filter port 9 -m dst -p udp --remove
	$loader attach tap0 verdicts require-dispatcher ring 8M
	sent=0
	rounds=6
	[ -z "${XDPTAP_LONG:-}" ] || rounds=20
	for ((i = 0; i < rounds; i++)); do
		if [ -z "${sender:-}" ] || ! kill -0 "$sender" 2>/dev/null; then
			in_peer "$build/tests/system/live" peer0 3000 1000 >/dev/null 3>&- & sender=$!
			sent=$((sent + 3000))
		fi
		load_pass $((i % 2 ? 3 : 60))
		[ $((i % 4)) -ne 1 ] || $loader set tap0 verdicts 2>/dev/null
		xdp-loader unload tap0 --id "$(member_id pass_all)"
		[ $((i % 4)) -ne 2 ] || $loader set tap0 verdicts 2>/dev/null
	done
	wait "$sender"
	sender=
	$loader set tap0 verdicts
	# What the newest frame became is known when the next one comes, if the last program has left.
	send 1
	sent=$((sent + 1))
	[ "$(counter packets)" -eq $sent ]
	[ "$(verdicts final)" = "0 0 $sent 0 0 0" ]
	[ "$(verdicts returned xdpfilt_alw_all)" = "0 0 $sent 0 0 0" ]
	assert_invariants
	assert_detached
}

@test "at exit: what each program dropped, in one command" {
	need_tracing
	filter_up
	load_pass 20
	run $loader attach tap0 at exit action drop snaplen 64
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"tracing the exit of xdpfilt_alw_all (id "*"), pass_all (id "* ]]
	send 40
	in_peer "$build/tests/system/bursts" peer0 0 0 20 1
	[ "$(counter packets events filtered)" = "60 40 20" ]
	assert_invariants
	$reader -c 40 tap0 >"$out"
	[ "$(grep -c '\[DROP by xdpfilt_alw_all\]' "$out")" -eq 40 ]
	[ "$(verdicts final)" = "0 40 20 0 0 0" ]
	$loader -j show | jq -e '.[0] | .at_exit and .actions == ["drop"] and .state == "attached"'
	assert_detached
}

@test "at exit, all actions: each frame is one event, of the member that ended it" {
	need_tracing
	filter_up
	load_pass 20
	$loader attach tap0 at exit
	send 40
	in_peer "$build/tests/system/bursts" peer0 0 0 20 1
	[ "$(counter packets events)" = "60 60" ]
	$reader -j -c 60 tap0 >"$out"
	[ "$(jq -s -c 'group_by(.prog) | map([.[0].prog, .[0].action, length])' "$out")" = '[["pass_all","pass",20],["xdpfilt_alw_all","drop",40]]' ]
	assert_detached
}

# bats test_tags=every-kernel
@test "at exit of a single program: every action, by number too; set chooses others" {
	need_tracing
	for mode in xdpdrv xdpgeneric; do
		ip link set dev tap0 $mode obj "$others" program others_each
		$loader attach tap0 at exit
		send 60
		$reader -j -c 60 tap0 >"$out"
		[ "$(jq -r .action "$out" | sort | uniq -c | awk '{ print $2, $1 }' | xargs)" = "aborted 10 drop 10 other 10 pass 10 redirect 10 tx 10" ]
		$loader set tap0 action aborted,tx
		[ "$(field generation)" -eq 1 ]
		send 60
		[ "$(counter packets events filtered)" = "120 80 40" ]
		$loader set tap0 action all sample 2
		send 60
		[ "$(counter packets filtered)" = "180 40" ]
		[ "$(verdicts returned)" = "30 30 30 30 30 30" ]
		assert_invariants
		assert_detached
		ip link set dev tap0 $mode off
	done
}

@test "at exit the frame is what the program made of it" {
	need_tracing
	hook_up others_shorten
	$loader attach tap0 at exit snaplen full
	in_peer "$flood" peer0 3 100 >/dev/null
	$reader -j -c 3 tap0 >"$out"
	jq -s -e 'all(.len == 96 and .action == "drop" and .prog == "others_shorten")' "$out"
	assert_detached
}

@test "xdpdump at the exit at the same time has the same frames, with the same verdicts" {
	need_tracing
	command -v xdpdump >/dev/null || skip "xdpdump is not installed"
	hook_up others_each
	$loader attach tap0 at exit snaplen full
	xdpdump -i tap0 --rx-capture exit -w "$BATS_TEST_TMPDIR/theirs.pcapng" >/dev/null 2>"$err" 3>&- & dump_pid=$!
	until_ok 20 sleeps_in_epoll $dump_pid
	for size in 64 99 1514; do in_peer "$flood" peer0 12 $size >/dev/null; done
	[ "$(counter events)" -eq 36 ]
	pause 1
	kill -s INT $dump_pid
	wait $dump_pid || true
	$reader -c 36 -w "$BATS_TEST_TMPDIR/ours.pcapng" tap0
	for file in ours theirs; do
		tshark -n -r "$BATS_TEST_TMPDIR/$file.pcapng" -T fields -e frame.len -e udp.srcport -e frame.verdict.ebpf_xdp 2>/dev/null | sort >"$BATS_TEST_TMPDIR/$file"
	done
	# An event does not say which number it was that is no action.
	sed -i 's/\t77$/\t5/' "$BATS_TEST_TMPDIR/theirs"
	[ "$(cut -f 3 "$BATS_TEST_TMPDIR/ours" | sort | uniq -c | awk '{ print $1 }' | xargs)" = "6 6 6 6 6 6" ]
	diff "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
	assert_detached
}

# under_traffic LEAST COMMAND...: repeats it, which counts in $changes, while frames come through two
# programs: each frame is one event.
under_traffic()
{
	local least=$1
	shift
	guest_cpu1 0
	filter_up
	xdp-filter port 9 -m dst -p udp --remove
	load_pass 20
	$loader attach tap0 at exit ring 8M
	frames=8000
	[ -z "${XDPTAP_LONG:-}" ] || frames=20000
	in_peer "$build/tests/system/live" peer0 $frames 2000 >/dev/null 3>&- & sender=$!
	changes=0
	while kill -0 $sender 2>/dev/null; do "$@" 2>/dev/null; done
	wait $sender
	echo "# $changes changes" >&3
	[ $changes -ge "$least" ]
	[ "$(counter packets events)" = "$frames $frames" ]
	assert_invariants
}

change_snaplen() { changes=$((changes + 1)); $loader set tap0 snaplen $((changes % 50 + 1)); }
change_programs()
{
	for words in "prog xdpfilt_alw_all" "" "prog pass_all" "prog xdpfilt_alw_all" "prog pass_all" ""; do
		changes=$((changes + 1))
		# shellcheck disable=SC2086
		$loader set tap0 trace $words
	done
}

@test "changes under traffic: each packet is one event" {
	need_tracing
	under_traffic 1 change_snaplen
	[ "$(verdicts final)" = "0 0 $frames 0 0 0" ]
	assert_detached
}

@test "other programs are traced under traffic: each packet is one event" {
	need_tracing
	under_traffic 6 change_programs
	assert_detached
}

@test "at exit, programs join and leave: set follows, with counters and rings" {
	need_tracing
	filter_up
	xdp-filter port 9 -m dst -p udp --remove
	$loader attach tap0 at exit
	send 10
	load_pass 50
	[[ $($loader show 2>&1) == *"not traced: pass_all"* ]]
	$loader set tap0 trace
	send 10
	[ "$(counter packets events)" = "20 20" ]
	$reader -j -c 20 tap0 >"$out"
	[ "$(jq -r .prog "$out" | uniq -c | awk '{ print $2, $1 }' | xargs)" = "xdpfilt_alw_all 10 pass_all 10" ]
	xdp-loader unload tap0 --id "$(member_id pass_all)"
	$loader set tap0 snaplen 10
	send 10
	[ "$(counter packets events)" = "30 30" ]
	[ "$(verdicts final)" = "0 0 30 0 0 0" ]
	assert_detached
}

@test "a reader that runs says which programs join and leave, and knows the name of one that joins" {
	need_tracing
	filter_up
	$loader attach tap0 at exit
	$reader -t tap0 >"$out" 2>"$err" 3>&- & reader_pid=$!
	until_ok 20 sleeps_in_epoll "$reader_pid"
	load_pass 50
	until_ok 20 grep -q 'tap0: not traced: pass_all (id' "$err"
	$loader set tap0 trace
	until_ok 20 grep -q 'tap0: pass_all (id [0-9]*) is traced now' "$err"
	send 10
	in_peer "$build/tests/system/bursts" peer0 0 0 20 1
	until_ok 20 lines_in "$out" 30
	[ "$(grep -c '\[DROP by xdpfilt_alw_all\]$' "$out")" -eq 10 ]
	[ "$(grep -c '\[PASS by pass_all\]$' "$out")" -eq 20 ]
	refute grep -q 'has left' "$err"
	xdp-filter unload tap0
	until_ok 20 grep -q 'tap0: xdpfilt_alw_all (id [0-9]*) has left the interface' "$err"
	kill "$reader_pid"
	wait "$reader_pid"
	reader_pid=
	[ "$(grep -c 'not traced:' "$err")" -eq 1 ]
	[ "$(grep -c 'has left' "$err")" -eq 1 ]
	assert_detached
}
lines_in() { [ "$(wc -l <"$1")" -eq "$2" ]; }

@test "one member of several, by name" {
	need_tracing
	filter_up
	load_pass 20
	$loader attach tap0 trace prog pass_all at exit
	send 10
	in_peer "$build/tests/system/bursts" peer0 0 0 20 1
	[ "$(counter packets)" -eq 20 ]
	[ "$(verdicts returned)" = "0 0 20 0 0 0" ]
	$loader set tap0 trace prog xdpfilt_alw_all
	send 10
	[ "$(counter packets)" -eq 30 ]
	[ "$(verdicts returned xdpfilt_alw_all)" = "0 10 0 0 0 0" ]
	assert_detached
}

@test "no program there: at exit is refused, verdicts waits for one" {
	need_tracing
	run $loader attach tap0 at exit
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: no XDP program is attached to it that can be traced" ]
	[ "${lines[1]}" = "hint: attach the tap without 'at exit'" ]
	[ ! -e $bpffs/xdptap ]
	$loader attach tap0 verdicts require-dispatcher
	[ "$($stats -j show | jq -c '.[0].verdicts')" = "[]" ]
	filter_up
	$loader set tap0 verdicts
	send 10
	[ "$(verdicts final)" = "0 10 0 0 0 0" ]
	assert_detached
}

@test "the interface goes: show says no more than that, and detach leaves nothing" {
	need_tracing
	filter_up
	$loader attach tap0 at exit
	ip link del tap0
	run $loader show
	echo "$output"
	[[ ${lines[0]} == "tap0: interface gone "* ]]
	refute grep -q "follows what is there" <<<"$output"
	run $loader set tap0 trace
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: the interface is gone" ]
	assert_detached
}

@test "a program with a name that is too long for libxdp" {
	hook_up others_with_a_very_a_very_a_very_a_very_a_very_a_very_a_very_a_very_a_very_a_very_a_very_long_namex
	run $loader attach tap0 at exit
	echo "$output"
	[ "$status" -eq 1 ]
	[[ ${lines[1]} == "hint: libxdp handles no program whose function has a name of 99 characters or more" ]]
	[ ! -e $bpffs/xdptap ]
}

# bats test_tags=any-kernel
@test "words that exclude each other: exit 2" {
	for words in "at exit mode native" "at exit prio 7" "at middle" "action drop" "at exit action fall" "verdicts mode offload" "at exit action drop,"; do
		# shellcheck disable=SC2086
		run $loader attach tap0 $words
		echo "$words: $output"
		[ "$status" -eq 2 ]
	done
	assert_nothing_left
}

@test "set with words that the tap has no use for: exit 1, and the tap stays as it is" {
	$loader attach tap0
	for words in verdicts trace "action drop"; do
		# shellcheck disable=SC2086
		run $loader set tap0 $words
		echo "$words: $output"
		[ "$status" -eq 1 ]
		[[ ${lines[1]} == "hint: detach it, and attach it with '"* ]]
	done
	[ "$(field generation)" -eq 0 ]
	$loader detach tap0
	assert_nothing_left
}

@test "a kernel that refuses: says why, and leaves nothing" {
	[ -n "${no_tracing:-}" ] || skip "this kernel does not refuse"
	ip link set dev tap0 xdp obj "$others" program $passes
	for words in "at exit" "trace verdicts"; do
		# shellcheck disable=SC2086
		run $loader attach tap0 $words
		echo "$output"
		[ "$status" -eq 1 ]
		[[ ${lines[0]} =~ ^"xdptap-loader: tap0: can't trace $passes (id "[0-9]+"): this kernel ".*"forbids to trace programs" ]]
		[[ ${lines[1]} == "hint: "* ]]
		[ ! -e $bpffs/xdptap ]
	done
}
