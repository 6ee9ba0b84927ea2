#!/usr/bin/env bats
# What happens to an interface in mid-capture, under traffic, with a reader and xdptap-stats at work:
# nothing that the program saw is lost, and whatever ends is said. Run by tests/run, in private
# namespaces; tests/guest/interface.bats has the dispatcher.

load interface

# bats test_tags=any-kernel
@test "down and up" { survives down_and_up; }

# bats test_tags=any-kernel
@test "renamed, and back" { survives renamed; }

# bats test_tags=any-kernel
@test "another MTU" { survives other_mtu; }

# bats test_tags=any-kernel
@test "another number of queues" {
	ethtool -L tap0 rx 2 2>/dev/null || skip "this kernel gives a veth one queue"
	ethtool -L tap0 rx 1
	survives other_queues
}

# bats test_tags=any-kernel
@test "added to a bridge, and taken out" { survives bridged; }

# bats test_tags=any-kernel
@test "moved to another network namespace, and back" { survives moved_and_back; }

# bats test_tags=any-kernel
@test "deleted: the reader writes what it has, and says so" { ends "the interface is gone" ip link del tap0; }

# bats test_tags=any-kernel
@test "deleted, and another one created under its name: that is not taken for it" {
	ends "the interface is gone" recreated
	$loader attach tap0 2>/dev/null
	recreated
	[ "$($loader -j show dev tap0 | jq -r '.[0].state')" = "interface gone" ]
	run -1 $loader attach tap0
	[ "${lines[0]}" = "xdptap-loader: tap0: an old tap is still pinned; its state is 'interface gone'" ]
	[ "${lines[1]}" = "hint: remove it with 'xdptap-loader detach dev tap0', then attach again" ]
	$loader detach tap0 2>/dev/null
	$loader attach tap0 2>/dev/null
	[ "$(tap_state)" = attached ]
	$loader detach tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "eight readers at once: one reads, the others say who it is" {
	$loader attach tap0 2>/dev/null
	for ((round = 1; round <= 5; round++)); do
		in_peer "$flood" peer0 50 >/dev/null
		pids=()
		for i in 1 2 3 4 5 6 7 8; do
			"$reader" tap0 >out.$i 2>err.$i 3>&- & pids[i]=$!
		done
		until_ok 20 one_is_left
		until_ok 20 eval '[ "$(cat out.* | grep -c UDP)" -eq 50 ]'
		for i in 1 2 3 4 5 6 7 8; do
			status=0
			[ "${pids[i]}" != "$left" ] || kill -INT "$left"
			wait ${pids[i]} || status=$?
			if [ "${pids[i]}" = "$left" ]; then
				[ $status -eq 0 ]
			else
				[ $status -eq 1 ]
				grep -qx "xdptap-reader: tap0: another reader is attached (pid $left)" err.$i
			fi
		done
	done
}
one_is_left()
{
	local running

	running=$(jobs -pr)
	left=
	for pid in "${pids[@]}"; do
		! grep -qx "$pid" <<<"$running" || left+="$pid "
	done
	left=${left% }
	[[ $left =~ ^[0-9]+$ ]]
}

loop_attach()
{
	local n=0

	until [ -e over ]; do
		"$loader" attach tap0 flows 100 2>said || return
		"$loader" detach tap0 2>said || return
		n=$((n + 1))
	done
	echo $n >cycles
}

# bats test_tags=any-kernel
@test "stats of every kind while the tap is detached and attached again" {
	loop_attach 3>&- & looper=$!
	$stats watch 0.1 >watched 2>watched.err 3>&- & watch=$!
	$stats -j watch 0.1 >watched.json 2>>watched.err 3>&- & other_pid=$!
	: >said.stats
	for ((i = 0; i < 60; i++)); do
		for words in "show" "show tap0" "-j show" "-p show" "top tap0" "-j top tap0" "flush tap0"; do
			status=0
			# shellcheck disable=SC2086
			"$stats" $words >printed 2>>said.stats || status=$?
			[ $status -le 1 ] || { echo "$words: $status"; false; }
		done
	done
	touch over
	wait $looper
	kill -INT $other_pid
	wait $other_pid
	other_pid=
	end_watch
	jq -c .taps watched.json >/dev/null || jq -c . watched.json >/dev/null
	wrong=$(sed 's/[0-9][0-9]*/N/g' said.stats watched.err | sort | uniq -c |
		grep -v -e 'tapN: no tap is pinned in ' -e 'tapN: the tap is half-made: ' -e 'hint: attach one with' \
			-e "hint: 'xdptap-loader show dev tapN' shows which" -e 'there are no taps yet' -e 'tapN: N flows deleted' -e 'no tap is pinned in' || true)
	[ -z "$wrong" ] || { echo "$wrong"; false; }
	echo "$(<cycles) times attached, 420 commands" | sed 's/^/# /' >&3
	assert_nothing_left
}
