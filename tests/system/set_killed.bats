#!/usr/bin/env bats
# xdptap-loader set stopped before each single system call that changes something: with
# SIGKILL; and at each one by an error of the kernel. The tap then captures under the old settings
# or under the new ones, show says under which, and set and detach work as ever. The same file runs
# in the guest, where both programs are in a dispatcher, but everything is slow: there only before
# each 24th of them, with XDPTAP_LONG=1 each eighth.

load lib

setup()
{
	command -v strace >/dev/null || skip "strace is not installed"
	private_mounts
	network_up
	if [ -n "${XDPTAP_GUEST:-}" ]; then
		step=24
		[ -z "${XDPTAP_LONG:-}" ] || step=8
		calls=(bpf mkdir unlink rmdir)
	else
		step=1
		calls=(bpf sendto recvmsg munmap utimensat)
	fi
	# Of the frames that flood sends, from the ports 0 to 9, one matches this, two match that.
	one='udp src port 3' two='udp src portrange 4-5'
	now=$one other=$two
	attach
}

teardown()
{
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
		echo "${at:-}: ${show:-}" "${json:-}" "${output:-}"
		cat "$BATS_TEST_TMPDIR/said"
		bpffs_contents
		find $bpffs/xdp
		bpftool map dump pinned $bpffs/xdptap/tap0/control
		xdp-loader status tap0
	fi
	network_down
}

attach()
{
	$loader attach tap0 ring 64K filter "$now" 2>/dev/null
	read -r packets events < <(counter packets events)
	[ -z "${XDPTAP_GUEST:-}" ] || stats_id=$(bpftool -j map show pinned $bpffs/xdptap/tap0/stats_map | jq .id)
}

# injected WHAT: a change from $now to $other with one call tampered with. Bash's own remark on
# what is killed is not wanted.
injected()
{
	{ strace -qq -o /dev/null -e "trace=${1%%:*}" -e "inject=$1" "$loader" set tap0 filter "$other" 2>&3; } \
		3>"$BATS_TEST_TMPDIR/said" 2>/dev/null
}

# calls NAME: makes the change; then points are the numbers of such calls at which to stop it.
calls()
{
	strace -qq -o "$BATS_TEST_TMPDIR/calls" -e "trace=$1" "$loader" set tap0 filter "$other" 2>/dev/null
	swap
	mapfile -t points < <(grep -n "^$1(" "$BATS_TEST_TMPDIR/calls" | cut -d: -f1)
	[ ${#points[@]} -ge 1 ]
}

# changes NAME: as calls; of bpf() those that change something, and the last.
changes()
{
	calls "$1"
	[ "$1" = bpf ] || return 0
	mapfile -t points < <(grep '^bpf(' "$BATS_TEST_TMPDIR/calls" | awk "/$changing/ { print NR } END { print NR }")
	[ ${#points[@]} -ge 5 ]
}

# What bpf() changes for longer than the process lives. Between two of these calls the kernel has
# the same, so it is enough to kill before each of them; a call that is killed is not made.
changing='MAP_(UPDATE|DELETE)|LINK_|PROG_(AT|DE)TACH|OBJ_PIN'

swap() { local last=$now; now=$other other=$last; }

# The ids of the programs of this tap, attached or not.
programs() { bpftool -j prog show | jq -c "[.[] | select(.map_ids // [] | index($stats_id)) | .id]"; }

none_loaded() { [ "$(programs)" = "[]" ]; }

# Sends ten frames, and sets $in_force to the filter that they met. Each is counted once.
capture_ten()
{
	local packets_before=$packets events_before=$events filtered

	in_peer "$flood" peer0 10 >/dev/null
	read -r packets events filtered < <(counter packets events filtered)
	[ "$packets" -eq $((packets_before + 10)) ]
	[ "$packets" -eq $((events + filtered)) ]
	case $((events - events_before)) in
	1) in_force=$one ;;
	2) in_force=$two ;;
	*) in_force="neither: $((events - events_before)) of 10 frames" ;;
	esac
}

# What the tap captures is what show tells, as text and as JSON: $now, or $other; then they swap.
assert_one_of_both()
{
	capture_ten
	show=$($loader show dev tap0)
	[[ $show == "tap0: attached "*$'\n'"    filter $in_force" ]]
	json=$($loader -j show dev tap0)
	[[ $json == *"\"filter\":\"$in_force\","*'"state":"attached"'* ]]
	if [ "$in_force" != "$now" ]; then swap; fi
}

# A change to the other settings works, and in a dispatcher no other program is left.
assert_set_works()
{
	run "$loader" set tap0 filter "$other"
	[ "$status" -eq 0 ]
	[[ $output =~ ^"xdptap-loader: tap0: program id "([0-9]+)", generation "[0-9]+", snaplen 0, sample 1, filter $other"$ ]]
	[ -z "${XDPTAP_GUEST:-}" ] || [ "$(programs)" = "[${BASH_REMATCH[1]}]" ]
	swap
	capture_ten
	[ "$in_force" = "$now" ]
}

killed_at()
{
	changes "$1"
	for ((j = 0; j < ${#points[@]}; j += step)); do
		i=${points[j]}
		at="killed at $1 $i"
		injected "$1:signal=KILL:when=$i" || true
		assert_one_of_both
		at+=", and set again"
		assert_set_works
	done
}

# bats test_tags=every-kernel
@test "killed before each change by bpf(): one of the two settings is in force, and set can be repeated" {
	killed_at bpf
}

@test "killed at other system calls: the same" {
	for call in "${calls[@]:1}"; do killed_at $call; done
}

@test "killed at each system call: detach leaves nothing" {
	for call in "${calls[@]}"; do
		changes $call
		for ((j = step / 2; j < ${#points[@]}; j += 2 * step)); do
			i=${points[j]}
			at="killed at $call $i"
			injected $call:signal=KILL:when=$i || true
			run "$loader" detach tap0
			[ "$status" -eq 0 ]
			[ -z "$output" ]
			assert_nothing_left
			[ -z "${XDPTAP_GUEST:-}" ] || until_ok 5 none_loaded
			attach
		done
	done
}

# refused_at CALL ERROR: set makes the change, or says in a line why not and changes nothing.
refused_at()
{
	calls "$1"
	for i in "${points[@]}"; do
		at="$1 $i: $2" status=0 before=$now
		injected "$1:error=$2:when=$i" || status=$?
		at+=": exit $status"
		assert_one_of_both
		if [ "$status" -eq 0 ]; then
			[ "$now" != "$before" ]
		else
			[ "$status" -eq 1 ]
			[ "$now" = "$before" ]
			[ "$(grep -c '^xdptap-loader: ' "$BATS_TEST_TMPDIR/said")" -eq 1 ]
		fi
		# What a refusal leaves behind stays there for the next round, too.
		[ $((i % 4)) -ne 0 ] || assert_set_works
	done
}

# bats test_tags=any-kernel
@test "each bpf() refused: it works, or a line says why and nothing has changed" {
	refused_at bpf ENOMEM
}

# bats test_tags=any-kernel
@test "each message to or from the kernel lost: the same" {
	refused_at sendto ENOBUFS
	refused_at recvmsg ENOBUFS
}
