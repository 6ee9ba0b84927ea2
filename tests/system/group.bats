#!/usr/bin/env bats
# `attach ... group NAME`: what members of the group may do without any capability, and what nobody but
# root may. Users and groups are made in copies of /etc/passwd and /etc/group, in a mount namespace.

load lib

setup()
{
	private_mounts
	network_up
	make_groups
	cd "$BATS_TEST_TMPDIR" || return
	chmod 755 "$BATS_TEST_TMPDIR"
}

teardown()
{
	# Not all jobs: one of them is the time limit of bats.
	for process in ${pid:-} ${holder:-} ${started:-}; do
		kill "$process" 2>/dev/null || true
	done
	umount -l /etc/group
	network_down
}

# The group "capture" has the number 4242. Nobody is a member but who says so.
make_groups()
{
	{ cat /etc/group; echo "capture:x:4242:"; } >"$BATS_TEST_TMPDIR/group"
	mount --bind "$BATS_TEST_TMPDIR/group" /etc/group
}

# as_user GROUPS COMMAND...: as nobody, without a capability, in these groups besides nobody's own.
# The program is where nobody may go, so the shell opens it.
as_user()
{
	local groups=$1 program=$2
	shift 2
	setpriv --reuid 65534 --regid 65534 --groups "$groups" --inh-caps=-all --bounding-set=-all \
		--no-new-privs -- /proc/self/fd/9 "$@" 9<"$program"
}
as_member() { as_user 65534,4242 "$@"; }
as_other() { as_user 65534 "$@"; }

send() { in_peer "$flood" peer0 "$1" >/dev/null; }

# Type, mode and group of the tap's directory and of all that is in it.
modes()
{
	stat -c '%A %g %n' "$bpffs/xdptap/tap0" "$bpffs/xdptap/tap0"/* |
		sed "s|$bpffs/xdptap/||" | sort -k 3
}

@test "members read in every format and see all statistics, without a capability" {
	$loader attach tap0 group capture flows 1000 snaplen 60 rings 2
	for format in "" -j -v -x "-w -" "-q"; do
		send 5
		# shellcheck disable=SC2086
		as_member "$reader" -c 5 $format tap0 >out 2>err
		[ -s out ]
	done
	as_member "$stats" -j show tap0 | jq -e '.[0] | .packets == 30 and .ring_used_bytes == 0 and .state == "attached"'
	as_member "$stats" -j top tap0 | jq -e '.flows >= 1'
	as_member "$stats" -o prometheus show | grep -q '^xdptap_packets_total{.*} 30$'
	as_member "$stats" -j watch 0.1 tap0 2>/dev/null | head -n 1 | jq -e '.taps[0].state == "attached"'
	as_member "$loader" -j show | jq -e '.[0] | .state == "attached" and .group == "capture" and .gid == 4242'
	as_member "$loader" show tap0 | grep -q ' group capture since '
}

@test "the reader of a member has no capability, and follows detach" {
	$loader attach tap0 group capture
	as_member "$reader" -q tap0 >out 2>err 3>&- &
	started=$!
	until_ok 10 is_read tap0
	pid=$(reader_pid tap0)
	grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb):' "/proc/$pid/status" | refute grep -qv '0000000000000000$'
	grep -qx 'NoNewPrivs:	1' "/proc/$pid/status"
	send 10
	$loader set tap0 sample 2
	until_ok 10 grep -q changed err
	$loader detach tap0
	status=0; wait "$started" || status=$?
	[ "$status" -eq 1 ] # no tap is left
	grep -q 'xdptap-reader: tap0: the tap was detached' err
	assert_nothing_left
}

reader_pid() { $stats -j show "$1" | jq '.[0].reader_pid'; }
is_read() { [ "$(reader_pid "$1")" != null ]; }

@test "what a reader writes is read-write, what others see read-only, the rest root's" {
	$loader attach tap0 group 4242 flows 1000 rings 2
	diff - <(modes) <<-'END'
		drwx--x--- 4242 tap0
		-rw-r----- 4242 tap0/control
		-rw------- 0 tap0/decided
		-rw-rw---- 4242 tap0/doorbell
		-rw-r----- 4242 tap0/flow_flushed
		-rw-r----- 4242 tap0/flow_map
		-rw-r----- 4242 tap0/meta
		-rw-rw---- 4242 tap0/packet_ringbuf
		-rw-rw---- 4242 tap0/packet_ringbuf_1
		-rw-r----- 4242 tap0/settings
		-rw-r----- 4242 tap0/stats_map
		-rw-rw---- 4242 tap0/wakeup
	END
	[ "$(stat -c %a $bpffs/xdptap)" = 755 ]
	modes >before
	$loader set tap0 filter udp sample 2 snaplen 60
	$loader set tap0 nofilter pause
	diff before <(modes)
	$loader detach tap0
	$loader attach tap0
	[ "$(stat -c %a $bpffs/xdptap $bpffs/xdptap/tap0)" = $'700\n700' ]
	modes | tail -n +2 | refute grep -v '^-rw------- 0 '
	$loader show | refute grep ' group '
	$loader -j show | jq -e '.[0] | has("group") or has("gid") | not'
}

# bats test_tags=any-kernel
@test "who is no member gets one line and the next step" {
	$loader attach tap0 group capture flows 1000
	for command in "$reader tap0" "$stats show tap0" "$stats top tap0" "$loader show tap0"; do
		# shellcheck disable=SC2086
		run -1 as_other $command
		[[ ${lines[0]} == *": tap0: can't open $bpffs/xdptap/tap0/meta: Permission denied" ]]
		[ "${lines[1]}" = "hint: run as root, or as a member of the group capture: 'usermod -aG capture USER', as root" ]
		[ "${#lines[@]}" -eq 2 ]
	done
	run -1 as_other "$stats" show
	[ "${#lines[@]}" -eq 2 ]
	chmod 700 $bpffs
	for user in as_other as_member; do
		run -1 $user "$reader" tap0
		[ "${lines[1]}" = "hint: run as root, or let users pass through $bpffs: 'chmod a+x $bpffs', as root" ]
		run -1 $user "$stats" show
		[ "${lines[1]}" = "hint: run as root, or let users pass through $bpffs: 'chmod a+x $bpffs', as root" ]
	done
	chmod 755 $bpffs
	$loader detach tap0
	$loader attach tap0
	run -1 as_other "$reader" tap0
	[ "${lines[1]}" = "hint: only root may open it; 'xdptap-loader attach ... group NAME' lets a group read a tap" ]
	run -1 as_other "$stats" show
	[ "${lines[1]}" = "hint: only root may open it; 'xdptap-loader attach ... group NAME' lets a group read a tap" ]
}

denied() { run ! "$@" && [[ $output == *"Permission denied"* || $output == *"Operation not permitted"* ]]; }

@test "a member can't change the tap" {
	$loader attach tap0 group capture flows 1000
	send 3
	pins=()
	for pin in control settings meta stats_map flow_flushed flow_map; do pins+=("$bpffs/xdptap/tap0/$pin"); done
	as_member "$build/tests/system/meddle" "${pins[@]}"
	run -2 as_member "$build/tests/system/meddle" $bpffs/xdptap/tap0/decided
	[[ $output == *"Permission denied" ]]
	denied as_member "$(command -v rm)" $bpffs/xdptap/tap0/meta
	denied as_member "$(command -v rmdir)" $bpffs/xdptap/tap0
	denied as_member "$(command -v mkdir)" $bpffs/xdptap/tap0/x
	denied as_member "$(command -v mkdir)" $bpffs/xdptap/x
	denied as_member "$(command -v chmod)" 660 $bpffs/xdptap/tap0/settings
	denied as_member "$(command -v ls)" $bpffs/xdptap/tap0
	denied as_member "$loader" detach tap0
	denied as_member "$loader" set tap0 pause
	run -1 as_member "$loader" attach tap0
	run -1 as_member "$stats" flush tap0
	[[ ${lines[0]} == "xdptap-stats: tap0: can't open $bpffs/xdptap/tap0/flow_map: Permission denied" ]]
	[ "${lines[1]}" = "hint: members of the group capture may read this tap; the rest takes root" ]
	[ "$(tap_state)" = attached ]
	[ "$($loader -j show | jq '.[0].paused')" = false ]
	[ "$(as_member "$reader" -c 3 tap0 2>/dev/null | wc -l)" -eq 3 ]
	$stats flush tap0
}

# Holds an exclusive lock on each of these files that it can open, until it is killed.
hold_locks()
{
	# shellcheck disable=SC2016
	as_member "$(command -v bash)" -c 'for file; do
		{ exec {fd}<"$file"; } 2>/dev/null && flock -n "$fd" && echo "$file"
	done; echo $$; exec sleep 1000' bash "$@" >held 3>&- &
	until_ok 10 grep -qxE '[0-9]+' held
	holder=$(tail -n 1 held)
}

@test "a member that locks whatever it may open delays no command of root" {
	$loader attach tap0 group capture flows 1000
	hold_locks $bpffs $bpffs/xdptap $bpffs/xdptap/tap0 $bpffs/xdptap/tap0/*
	grep -qx "$bpffs/xdptap/tap0/meta" held
	refute grep -qx "$bpffs/xdptap/tap0" held
	send 3
	timeout 20 $loader set tap0 sample 2
	timeout 20 $stats flush tap0
	timeout 20 $loader show | grep -q attached
	timeout 20 $stats show >/dev/null
	# That is the lock of the reader, which a member may be.
	run -1 timeout 20 $reader tap0
	[[ ${lines[0]} == "xdptap-reader: tap0: another reader is attached (pid "* ]]
	timeout 20 $loader detach tap0
	kill "$holder"
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "a user that may open the directory after all is not waited for" {
	$loader attach tap0 group capture flows 1000
	chmod 750 $bpffs/xdptap/tap0
	hold_locks $bpffs/xdptap/tap0
	grep -qx "$bpffs/xdptap/tap0" held
	for command in "$loader set tap0 pause" "$loader detach tap0" "$loader attach tap0" "$stats flush tap0"; do
		run -1 timeout 20 $command
		[[ $output == *"tap0: process "*" has locked its directory, which it may not change
hint: end the processes that hold the lock; 'chmod go-r $bpffs/xdptap/tap0' lets no other user lock it" ]]
	done
	kill "$holder"
	$loader detach tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "a group that does not exist, twice, without a name" {
	for word in no-such-group 4294967295 12x ''; do
		run -2 $loader attach tap0 group "$word"
		[ "${lines[0]}" = "xdptap-loader: group '$word' is neither the name nor the number of a group" ]
		[ "${lines[1]}" = "hint: 'getent group' lists the groups" ]
	done
	run -2 $loader attach tap0 group
	[ "$output" = "xdptap-loader: 'group' needs a value" ]
	run -2 $loader attach tap0 group capture group capture
	assert_nothing_left
	$loader attach tap0 group 4294967294
	[ "$($loader -j show | jq '.[0].gid')" = 4294967294 ]
	[ "$($loader -j show | jq -r '.[0].group')" = 4294967294 ]
}

# bats test_tags=any-kernel
@test "an attach that may not give the tap away leaves nothing" {
	run -1 setpriv --bounding-set=-chown --inh-caps=-chown "$loader" attach tap0 group capture
	[ "${lines[-2]}" = "xdptap-loader: tap0: can't give the tap to the group capture: Operation not permitted" ]
	[ "${lines[-1]}" = "hint: CAP_CHOWN is missing; run as root, or see Privileges in xdptap-loader(8)" ]
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "attach says what keeps the group out, and mounts so that nothing does" {
	chmod 700 $bpffs
	run -0 $loader attach tap0 group capture
	[[ $output == *"tap0: members of the group capture can't pass through $bpffs (mode 0700), so they can't read it
hint: 'chmod a+x $bpffs' lets them, and all other users; what is in it keeps its permissions"* ]]
	chmod a+x $bpffs
	as_member "$stats" show tap0 >/dev/null
	$loader detach tap0
	run -0 $loader attach tap0 group capture
	[[ $output != *"pass through"* ]]
	$loader detach tap0
	unmount_all $bpffs
	$loader attach tap0 group capture
	[ "$(stat -c %a $bpffs)" = 1711 ]
	as_member "$stats" show tap0 >/dev/null
	$loader detach tap0
	unmount_all $bpffs
	$loader attach tap0
	[ "$(stat -c %a $bpffs)" = 1700 ]
}

# bats test_tags=any-kernel
@test "taps of several groups: each member sees its own" {
	ip link add tap1 type veth peer name peer1
	ip link add tap2 type veth peer name peer2
	ip link set tap1 up && ip link set peer1 up
	$loader attach tap2
	$loader attach tap0 group capture
	$loader attach tap1 group 4343
	run --separate-stderr -0 as_member "$stats" -j show
	[ "$(jq -r '.[].ifname' <<<"$output")" = tap0 ]
	[[ $stderr == *"xdptap-stats: tap1: can't open "*"group 4343"*"xdptap-stats: tap2: can't open "*"only root may open it"* ]]
	run --separate-stderr -0 as_member "$loader" -j show
	[ "$(jq -r '.[].ifname' <<<"$output")" = tap0 ]
	run --separate-stderr -1 as_other "$loader" -j show
	[ "$(jq length <<<"$output")" -eq 0 ]
	[ "$(as_user 65534,4242,4343 "$stats" -j show 2>/dev/null | jq -r '.[].ifname' | xargs)" = "tap0 tap1" ]
	as_member "$reader" -j any >out 2>err 3>&- &
	started=$!
	until_ok 10 is_read tap0
	pid=$(reader_pid tap0)
	send 5
	until_ok 10 grep -q tap0 out
	# A tap that comes later is read, too, if the group is the same.
	$loader detach tap2
	$loader attach tap2 group capture
	until_ok 10 grep -q 'tap2: attached meanwhile; it is read, too' err
	kill -INT "$pid"
	wait "$started"
	[ "$(wc -l <out)" -ge 5 ]
	[ "$(jq -r .ifname out | sort -u)" = tap0 ] || jq -r .ifname out | sort -u | diff - <(printf 'tap0\ntap2\n')
}

# bats test_tags=any-kernel
@test "an attach that is killed or refused while it gives the tap away leaves what detach removes, or nothing" {
	command -v strace >/dev/null || skip "there is no strace"
	for call in fchownat fchmodat fchown fchmod /^renameat; do
		run strace -f -o strace.log -e inject="$call":error=EPERM:when=1 $loader attach tap0 group capture
		[ "$status" -eq 1 ]
		grep -q INJECTED strace.log
		assert_nothing_left
		run strace -f -o strace.log -e inject="$call":signal=KILL:when=1 $loader attach tap0 group capture
		grep -q 'killed by SIGKILL' strace.log
		# Until the meta record is in its place there is no tap.
		[[ $call == /^renameat ]] || [ "$(tap_state)" = half-made ]
		run -1 as_member "$reader" tap0
		$loader detach tap0
		assert_nothing_left
	done
}
