#!/usr/bin/env bats
# Commands on a tap that traces at exit or counts verdicts, stopped at calls that change something.
# Whatever is left then, show has a name for it, set or detach ends it, and the programs of others
# stay as they are. Run by tests/run in the guest; XDPTAP_SWEEP=1 takes an hour.

load stopping

field() { $loader -j show dev tap0 2>/dev/null | jq -c ".[0].$1"; }

fates() { $stats -j show dev tap0 2>/dev/null | jq '[.[0].verdicts[].final | add] | add // 0'; }

# The same, and each has one fate.
assert_works()
{
	local before
	# What became of a frame before may be known only now.
	in_peer "$flood" peer0 1 >/dev/null
	before=$(fates)
	send_ten
	[ "$(fates)" -eq $((before + 10)) ]
}

@test "attach at exit: killed, detach removes what is left; refused, it works or leaves nothing" {
	words="at exit"
	points "$loader" attach tap0 $words
	$loader detach tap0
	at_each attach_at
	$loader attach tap0 $words
	assert_works
	assert_detach_cleans
}

@test "attach verdicts, beside our own program: the same" {
	words="verdicts require-dispatcher"
	points "$loader" attach tap0 $words
	$loader detach tap0
	at_each attach_at
	$loader attach tap0 $words
	assert_works
	assert_detach_cleans
}

@test "detach: again finishes it" {
	for words in "at exit" "verdicts require-dispatcher"; do
		$loader attach tap0 $words
		points "$loader" detach tap0
		at_each detach_at
	done
}

# assert_followed PROGRAM...: the tap traces these, as show has them, and nothing is left of others.
assert_followed()
{
	[ "$(field 'members | map(select(.traced).prog_name) | sort | join(" ")')" = "\"$*\"" ]
	# Each has a program that counts, and at exit one that captures. Errors have two, and our own
	# program one of libxdp's.
	until_ok 10 eval '[ "$(links)" -eq '$((others_links + $# * (at_exit + 1) + 3 - at_exit))' ]'
	assert_works
}

# Each entry that says that a program is traced has a link to it. Others may have.
assert_members_are_traced()
{
	local dir=$bpffs/xdptap/tap0 i

	for i in $(bpftool -j map dump pinned $dir/members | jq '.[].formatted | select(.value.traced != 0).key'); do
		[ -e "$dir/verdict_link_$i" ]
	done
}

# From $old to $new, and the next time back. A command that failed has changed nothing.
set_at()
{
	local now last=$new last_is=$new_is last_all=$new_all

	"$1" "$2" "$loader" set tap0 $new
	now=$(field "$what")
	[ "$(tap_state 2>/dev/null)" = attached ]
	assert_members_are_traced
	if [ "$1" = kill_at ]; then
		[ "$now" = "$old_is" ] || [ "$now" = "$new_is" ]
		send_ten
	elif [ "$status" -eq 0 ]; then
		[ "$now" = "$new_is" ]
		# The former programs may be there still: it says so.
		if grep -q "; repeat set" "$said"; then assert_works; else assert_followed $new_all; fi
	else
		[ "$now" = "$old_is" ]
		assert_followed $old_all
	fi
	$loader set tap0 $new 2>"$said"
	[ "$(field "$what")" = "$new_is" ]
	assert_followed $new_all
	new=$old new_is=$old_is new_all=$old_all old=$last old_is=$last_is old_all=$last_all
}

@test "set action: killed, one of both is in force; refused, nothing has changed; set can be repeated" {
	at_exit=1 what=actions
	old="action all" old_is='["aborted","drop","pass","tx","redirect","other"]'
	new="action drop,pass" new_is='["drop","pass"]'
	old_all="pass_all xdpfilt_alw_all" new_all=$old_all
	$loader attach tap0 at exit
	points "$loader" set tap0 $new
	$loader set tap0 $old
	at_each set_at
	assert_detach_cleans
}

@test "set trace prog: the same" {
	at_exit=1 what=traced.prog_name
	old=trace old_is=null old_all="pass_all xdpfilt_alw_all"
	new="trace prog xdpfilt_alw_all" new_is='"xdpfilt_alw_all"' new_all=xdpfilt_alw_all
	$loader attach tap0 at exit
	points "$loader" set tap0 $new
	$loader set tap0 $old
	at_each set_at
	assert_detach_cleans
}

# A program joins, or the next time leaves.
join_or_leave()
{
	joined=$(xdp-loader status tap0 | awk '$2 == 60 { print $4 }')
	if [ -n "$joined" ]; then
		xdp-loader unload tap0 --id "$joined"
		all="pass_all xdpfilt_alw_all"
	else
		xdp-loader load tap0 "$pass_object" -P 60
		all="pass_all pass_all xdpfilt_alw_all"
	fi
	others_links=$((others_links + (${#joined} ? -1 : 1)))
}

follow_at()
{
	join_or_leave
	"$1" "$2" "$loader" set tap0 $words
	[ "$(tap_state 2>/dev/null)" = attached ]
	assert_members_are_traced
	# If the last one in the chain has left, nothing tells the one before it that it is the last.
	if [ $at_exit -eq 0 ] || [ -z "$joined" ]; then send_ten; fi
	$loader set tap0 $words 2>"$said"
	assert_followed $all
}

# Between killed or refused ones there is always one that is not.
follow()
{
	join_or_leave
	points "$loader" set tap0 $words
	assert_followed $all
	at_each follow_at
	until [ "$(members)" = "$others" ]; do join_or_leave; done
	assert_detach_cleans
}

@test "set verdicts, when a program has joined or left: killed or refused, set can be repeated" {
	at_exit=0 words=verdicts
	$loader attach tap0 verdicts require-dispatcher
	follow
}

@test "set trace, when a program has joined or left: the same" {
	at_exit=1 words=trace
	$loader attach tap0 at exit
	follow
}
