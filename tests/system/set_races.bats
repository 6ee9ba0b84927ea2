#!/usr/bin/env bats
# xdptap-loader set while something else happens to the tap: another set, detach, readers that come
# and go, an interface that goes away. Run by tests/run, in private namespaces; in the guest both
# programs are in a dispatcher.

load setting

says() { grep -q -- "$1" "$2"; }

# lock_tap, unlock_tap: as another xdptap-loader that is at work.
lock_tap()
{
	exec {tap_lock}<$bpffs/xdptap/tap0
	flock $tap_lock
}

unlock_tap() { exec {tap_lock}<&-; }

# set_slowly COMMAND CALL ARGUMENT...: set with these arguments; while it waits before the given
# bpf() call, of which it says nothing, the command runs. Sets $status; its words are in `said`.
set_slowly()
{
	local command=$1 call=$2
	shift 2

	status=0
	strace -qq -o trace -e trace=bpf -e "inject=bpf:delay_enter=1500000:when=$call" \
		"$loader" set tap0 "$@" 2>said 3>&- & sender=$!
	until_ok 20 waits_at "$call"
	eval "$command"
	wait $sender || status=$?
	sender=
}

# The trace has a line for each call that has returned.
waits_at() { [ "$(grep -c '^bpf(' trace)" -ge "$1" ]; }

# How many bpf() calls a set makes.
bpf_calls()
{
	strace -qq -o trace -e trace=bpf "$loader" set tap0 "$@" 2>/dev/null
	grep -c '^bpf(' trace
}

# bats test_tags=any-kernel
@test "two at once: the second waits, and both are done, one after the other" {
	$loader attach tap0 2>/dev/null
	lock_tap
	$loader set tap0 filter 'udp src port 1' 2>first 3>&- {tap_lock}<&- & first=$!
	$loader set tap0 sample 2 2>second 3>&- {tap_lock}<&- & second=$!
	until_ok 10 says "^xdptap-loader: tap0: waiting for another xdptap-loader" first
	until_ok 10 says "^xdptap-loader: tap0: waiting for another xdptap-loader" second
	unlock_tap
	wait $first
	wait $second
	[ "$($loader -j show dev tap0 | jq -c '.[0] | [.filter, .sample, .generation]')" = '["udp src port 1",2,2]' ]
	[ "$(programs)" -eq 1 ]
}

# bats test_tags=every-kernel
@test "several at once, under traffic: no frame is lost, and the last one is in force" {
	guest_cpu1 0
	$loader attach tap0 ring 64M rings 1 2>/dev/null
	n=$(many 100000)
	in_peer "$flood" peer0 "$n" 64 100 3>&- >/dev/null & sender=$!
	for i in 1 2 3 4 5 6; do
		$loader set tap0 snaplen $((i * 10)) filter "udp or port $i" 2>said.$i 3>&- & sets[i]=$!
	done
	for i in 1 2 3 4 5 6; do wait ${sets[i]}; done
	wait $sender
	sender=
	[ "$(in_force generation)" -eq 6 ]
	last=$(grep -l 'generation 6, ' said.*)
	[ "$(in_force filter)" = "udp or port ${last#said.}" ]
	[ "$(in_force snaplen)" -eq "${last#said.}0" ]
	[ "$(counter packets events)" = "$n $n" ]
	[ "$(programs)" -eq 1 ]
	$loader detach tap0
	assert_nothing_left
}

@test "while detach removes the tap: either both are done, or set finds no tap" {
	rounds=5
	[ -z "${XDPTAP_GUEST:-}" ] || rounds=2
	for ((round = 0; round < rounds; round++)); do
		rm -f detached said
		$loader attach tap0 2>/dev/null
		lock_tap
		$loader detach tap0 2>detached 3>&- {tap_lock}<&- & first=$!
		$loader set tap0 filter udp 2>said 3>&- {tap_lock}<&- & second=$!
		until_ok 10 says 'waiting for another' detached
		until_ok 10 says 'waiting for another' said
		unlock_tap
		wait $first
		status=0
		wait $second || status=$?
		case $status in
		0) says 'program id [0-9]*, generation 1, .*filter udp$' said ;;
		1) diff <(tail -n +2 said) - <<-END ;;
			xdptap-loader: tap0: no tap is pinned in $bpffs
			hint: 'xdptap-loader show' lists the taps
			END
		*) false ;;
		esac
		assert_nothing_left
	done
}

# bats test_tags=any-kernel
@test "while readers begin and end: together they read each event once" {
	$loader attach tap0 ring 64M rings 1 snaplen full 2>/dev/null
	n=20000 # in at least 3 s
	in_peer "$flood" peer0 "$n" 64 10000 3>&- >/dev/null & sender=$!
	changes_until_sent & changer=$!
	readers=0 total=0
	while kill -0 $changer 2>/dev/null; do
		start_reader -q -w part tap0
		pause 0.3
		end_reader INT
		total=$((total + $(packets_in part)))
		readers=$((readers + 1))
	done
	wait $changer
	wait $sender
	sender=
	[ "$(counter packets events)" = "$n $n" ]
	# The last one finds exactly what is left.
	if [ $total -lt "$n" ]; then
		timeout 20 "$reader" -q -c $((n - total)) -w part tap0 2>said.reader 3>&-
		total=$((total + $(packets_in part)))
	fi
	[ $total -eq "$n" ]
	[ "$("$build/tests/system/ring_bytes" $bpffs/xdptap/tap0/packet_ringbuf | wc -l)" -eq 0 ]
	[ $readers -ge 2 ]
	echo "$readers readers, $(<changes) changes" | sed 's/^/# /' >&3
}

changes_until_sent()
{
	local n=0

	while kill -0 $sender 2>/dev/null; do
		"$loader" set tap0 snaplen $((59 + n % 2)) filter "udp or port $n" 2>said 3>&- || return
		n=$((n + 1))
	done
	echo $n >changes
}

# bats test_tags=any-kernel
@test "the interface is gone: set says so, and what to do" {
	$loader attach tap0 2>/dev/null
	ip link del tap0
	run "$loader" set tap0 filter udp
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: the interface is gone" ]
	[ "${lines[1]}" = "hint: 'xdptap-loader detach dev tap0' removes the tap" ]
	$loader detach tap0 2>/dev/null
	[ ! -e $bpffs/xdptap ]
}

@test "the interface goes away while set is at work: a line says why, and detach cleans up" {
	command -v strace >/dev/null || skip "strace is not installed"
	$loader attach tap0 2>/dev/null
	n=$(bpf_calls filter tcp)
	$loader detach tap0
	for call in $((n / 3)) $((n * 2 / 3)) $((n - 20)); do
		$loader attach tap0 2>/dev/null
		set_slowly 'ip link del tap0' "$call" filter udp
		if [ "$status" -ne 0 ]; then
			diff said - <<-END
			xdptap-loader: tap0: the interface is gone
			hint: 'xdptap-loader detach dev tap0' removes the tap
			END
		fi
		[ "$($loader -j show dev tap0 | jq -r '.[0].state')" = "interface gone" ]
		$loader detach tap0 2>/dev/null
		[ ! -e $bpffs/xdptap ]
		[ -z "$(ls $bpffs/xdp 2>/dev/null)" ]
		network_down
		network_up
	done
}

@test "somebody else took the program away, before set or meanwhile" {
	$loader attach tap0 2>/dev/null
	$loader set tap0 filter tcp 2>/dev/null
	xdp-loader unload tap0 --all || ip link set tap0 xdp off
	run "$loader" set tap0 filter udp
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-loader: tap0: its program is not attached any more" ]
	$loader detach tap0 2>/dev/null
	assert_nothing_left
}
