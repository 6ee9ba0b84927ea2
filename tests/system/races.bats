#!/usr/bin/env bats
# Eight at a time at the same taps: loaders that attach, set and detach, stats and readers, under
# traffic. Run by tests/run, in private namespaces; tests/guest/races.bats has the dispatcher.

load races

setup()
{
	private_mounts
	network_up
	cd "$BATS_TEST_TMPDIR" || return
	seed=${XDPTAP_SEED:-$((RANDOM * 32768 + RANDOM))}
	echo "XDPTAP_SEED=$seed"
}

teardown()
{
	touch over
	for pid in "${sender:-}" "${watch:-}"; do [ -z "$pid" ] || kill "$pid" 2>/dev/null || true; done
	for i in 1 2; do ip link del tap$i 2>/dev/null || true; done
	network_down
}

no_faults()
{
	local wrong

	wrong=$(faults)
	[ -z "$wrong" ] || { head -n 30 <<<"$wrong"; return 1; }
	sum_up | sed 's/^/# /' >&3
}

# bats test_tags=any-kernel
@test "eight loaders at three interfaces, with readers and stats: each command says what it did" {
	taps=3
	links $taps
	in_peer bash -c "until [ -e '$PWD/over' ]; do '$flood' peer0 2000 64 1000 >/dev/null; done" 3>&- & sender=$!
	$stats watch 0.1 >watched 2>&1 3>&- & watch=$!
	race 8 "${XDPTAP_RACES:-6}"
	wait $sender
	kill -INT $watch
	wait $watch
	no_faults
	assert_consistent
}

# bats test_tags=any-kernel
@test "eight loaders at one interface" {
	taps=1
	race 8 "${XDPTAP_RACES:-4}"
	no_faults
	assert_consistent
}

# slowly CALL COMMAND...: a tool in the background, which waits before the given bpf() call.
slowly()
{
	local call=$1
	shift

	rm -f trace
	strace -qq -o trace -e trace=bpf -e "inject=bpf:delay_enter=1500000:when=$call" "$@" >out 2>said 3>&- &
	sender=$!
	until_ok 20 waits_at "$call"
}
# The trace has a line for each call that has returned.
waits_at() { [ -e trace ] && [ "$(grep -c '^bpf(' trace)" -ge "$(($1 - 1))" ]; }

# bats test_tags=any-kernel
@test "a tap is detached and attached again while it is opened: all that is opened is of the new one" {
	command -v strace >/dev/null || skip "strace is not installed"
	for command in "$reader -c 3 tap0" "$stats show tap0" "$stats top tap0"; do
		for call in 4 10; do
			$loader attach tap0 flows 100 ring 1M rings 1 2>/dev/null
			# shellcheck disable=SC2086
			slowly $call $command
			$loader detach tap0
			$loader attach tap0 flows 200 ring 4M rings 2 2>/dev/null
			in_peer "$flood" peer0 3 >/dev/null
			wait $sender || { cat said; false; }
			sender=
			[[ $command != *reader* ]] || [ "$(grep -c UDP out)" -eq 3 ]
			refute grep "can't use the tap" said
			$loader detach tap0
		done
	done
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "another program is attached while attach is at work: that is said, and generic mode is not tried" {
	command -v strace >/dev/null || skip "strace is not installed"
	strace -qq -o trace -e trace=bpf "$loader" attach tap0 2>/dev/null
	n=$(grep -c '^bpf(' trace)
	$loader detach tap0
	status=0
	slowly $((n / 2)) "$loader" attach tap0
	ip link set dev tap0 xdp obj "$pass_object" section xdp.frags
	id=$(ip -j link show dev tap0 | jq '.[0].xdp.prog.id')
	wait $sender || status=$?
	sender=
	[ $status -eq 1 ]
	diff said - <<-END
	xdptap-loader: tap0: the XDP program pass_all (id $id) is attached without a dispatcher
	hint: 'attach dev tap0 trace' taps at its entry; to run beside it, attach it through libxdp's dispatcher, such as with xdp-loader
	END
	[ "$(ip -j link show dev tap0 | jq '.[0].xdp.prog.id')" -eq "$id" ]
	[ ! -e $bpffs/xdptap ]
}
