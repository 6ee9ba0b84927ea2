#!/usr/bin/env bats
# attach, detach and set beside other XDP programs in libxdp's dispatcher, stopped at calls that
# change something, and at the kernel's answers to those that attach a dispatcher: libxdp takes a
# lost answer for a dispatcher that is not attached, and cuts off its programs. Run by tests/run in
# the guest; XDPTAP_SWEEP=1 stops at every call.

load stopping

# Each frame is counted once, and xdp-filter counts it too: it has not been cut off.
assert_works()
{
	local before
	before=$(passed_by_filter)
	send_ten
	[ "$(passed_by_filter)" -eq $((before + 10)) ]
}
passed_by_filter() { xdp-filter status | awk '/XDP_PASS/ { print $2 }'; }

# The programs of others are where they were, and run.
assert_others_run()
{
	local before
	before=$(passed_by_filter)
	in_peer "$flood" peer0 10 >/dev/null
	[ "$(passed_by_filter)" -eq $((before + 10)) ]
}

answers() { grep -n 'answer to RTM_SETLINK' "$BATS_TEST_TMPDIR/calls" | cut -d: -f1; }

# at_answers FUNCTION: loses each of them.
at_answers()
{
	local i n=0 refused=0 survived=0
	for i in $(answers); do
		"$1" refuse_at "$i"
		assert_others_run
		n=$((n + 1))
	done
	[ $n -ge 1 ]
	echo "# ${BATS_TEST_DESCRIPTION%%:*}: of $n answers, each lost" >&3
}

@test "attach: killed, detach removes what is left; refused, or the answer lost: it leaves nothing" {
	words=require-dispatcher
	points "$loader" attach tap0 $words
	$loader detach tap0
	at_answers attach_at
	at_each attach_at
	$loader attach tap0 $words
	assert_works
	assert_detach_cleans
}

@test "detach: again finishes it" {
	words=require-dispatcher
	$loader attach tap0 $words
	points "$loader" detach tap0
	at_answers detach_at
	at_each detach_at
}

# From $old to $new, and the next time back. A command that failed has changed nothing.
set_at()
{
	local now last=$new

	"$1" "$2" "$loader" set tap0 snaplen $new
	[ "$(tap_state 2>/dev/null)" = attached ]
	now=$($loader -j show dev tap0 | jq '.[0].snaplen')
	case $1/$status in
	refuse_at/0) [ "$now" -eq "$new" ] ;;
	refuse_at/*) [ "$now" -eq "$old" ] ;;
	*) [ "$now" -eq "$new" ] || [ "$now" -eq "$old" ] ;;
	esac
	send_ten
	$loader set tap0 snaplen $new 2>"$said"
	assert_works
	new=$old old=$last
}

@test "set: one of both is in force, and set can be repeated" {
	$loader attach tap0 require-dispatcher
	old=0 new=64
	points "$loader" set tap0 snaplen $new
	$loader set tap0 snaplen $old
	at_answers set_at
	at_each set_at
	assert_detach_cleans
}
