#!/usr/bin/env bats
# What is left of the privileges of reader and stats while they run: nothing that
# a packet could use. Run by tests/run, in private namespaces.

load lib
load reading

setup()
{
	private_mounts
	network_up
	# Where another user may look up things, too.
	dir=$(mktemp -d)
	chmod 755 "$dir"
	cd "$dir" || return
}

teardown()
{
	reading_down
	[ -z "${watch_pid:-}" ] || kill "$watch_pid" 2>/dev/null || true
	[ -z "${holder:-}" ] || kill "$holder" 2>/dev/null || true
	network_down
	cd / && rm -rf "$dir"
}

nobody="setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all --"

# status_of PID FIELD: from /proc/PID/status, with single spaces.
status_of() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" | tr -s '\t ' ' '; }

# Of a process that runs as this user.
assert_confined()
{
	local set
	for set in CapInh CapPrm CapEff CapAmb; do
		[ "$(status_of "$1" $set)" = 0000000000000000 ]
	done
	[ "$(status_of "$1" NoNewPrivs)" = 1 ]
	[ "$(status_of "$1" Seccomp)" = 2 ]
	[ "$(status_of "$1" Uid)" = "$2 $2 $2 $2" ]
}
assert_no_bounding_set() { [ "$(status_of "$1" CapBnd)" = 0000000000000000 ]; }

# The process that runs the commands of -z.
runner_of() { cat "/proc/$1/task/$1/children"; }
has_ended() { refute kill -0 "$1" 2>/dev/null; }

# A user other than root whom any system has.
user=nobody
user_id=$(id -u $user)
group_id=$(id -g $user)

@test "started as root: no capability, no_new_privs, a seccomp filter" {
	$loader attach tap0 snaplen full
	send 3
	for how in "" "-Z root" "-w x" "-w y -C 1K" "-j" "-q -i 1" "-f udp"; do
		# shellcheck disable=SC2086
		start_reader $how tap0
		assert_confined "$reader_pid" 0
		assert_no_bounding_set "$reader_pid"
		end_reader INT
	done
}

@test "started by a user who may open the pins: the same, and it reads" {
	$loader attach tap0
	chmod 777 "$bpffs" "$bpffs/xdptap" "$bpffs/xdptap/tap0"
	chmod 666 "$bpffs"/xdptap/tap0/*
	cp "$reader" "$dir/reader"
	send 3
	$nobody "$dir/reader" tap0 >"$out" 2>"$err" 3>&- & reader_pid=$!
	until_ok 20 sleeps_in_epoll "$reader_pid"
	assert_confined "$reader_pid" 65534
	end_reader INT
	[ "$(wc -l <"$out")" -eq 3 ]
	run -2 $nobody "$dir/reader" -Z root tap0
	[ "${lines[0]}" = "xdptap-reader: -Z: only root can become another user" ]
}

@test "what a parser that was taken over would try fails" {
	$loader attach tap0
	export XDPTAP_ATTEMPTS=$dir/attempts
	for command in "$reader tap0" "$stats watch 1" "$stats -j watch 0.1 tap0"; do
		rm -f attempts
		# shellcheck disable=SC2086
		LD_PRELOAD=$build/tests/system/attempt.so $command >out 2>err 3>&- & reader_pid=$!
		until_ok 20 eval '[ "$(status_of $reader_pid Seccomp)" = 2 ]'
		kill -USR1 $reader_pid
		until_ok 5 grep -q '^end 0$' attempts
		[ "$(wc -l <attempts)" -gt 30 ]
		# 38 is ENOSYS.
		[ -z "$(grep -v ' 38$' attempts | grep -v '^end 0$')" ] || { cat attempts; false; }
		kill -0 $reader_pid
		kill -INT $reader_pid
		wait $reader_pid
	done
}

@test "-Z: another user; files are that user's; set, detach and new files still work" {
	$loader attach tap0 snaplen full
	mkdir files
	chown $user files
	start_reader -Z $user -w files/x tap0
	assert_confined "$reader_pid" "$user_id"
	assert_no_bounding_set "$reader_pid"
	[ "$(status_of "$reader_pid" Gid)" = "$group_id $group_id $group_id $group_id" ]
	[[ " $(status_of "$reader_pid" Groups) " != *" 0 "* ]]
	send 3
	$loader set tap0 sample 2
	until_ok 5 grep -q '^xdptap-reader: tap0: changed: .*sample 2' "$err"
	kill -USR2 "$reader_pid"
	until_ok 5 test -e files/x1
	$loader detach tap0
	reader_fails
	grep -q '^xdptap-reader: tap0: the tap was detached$' "$err"
	[ "$(stat -c '%U %a' files/x files/x1 | sort -u)" = "$user 600" ]
	[ "$(packets_in files/x)" -eq 3 ]
}

@test "-Z: what is wrong with it is said, and nothing is captured" {
	$loader attach tap0 snaplen full
	run -2 $reader -Z no-such-user tap0
	[ "${lines[0]}" = "xdptap-reader: -Z: there is no user 'no-such-user'" ]
	send 2
	run -1 $reader -Z $user -w x tap0
	[ "${lines[1]}" = "xdptap-reader: can't open x: Permission denied" ]
	[ "${lines[2]}" = "hint: user '$user' must be allowed to make this file: name another directory" ]
	[ ! -e x ]
	[ "$($reader -c 2 tap0 2>/dev/null | wc -l)" -eq 2 ]
}

@test "any: later taps are read without capabilities; with -Z it is said that they are not" {
	$loader attach tap0
	start_reader any
	assert_confined "$reader_pid" 0
	ip link add tap1 type veth peer name peer1 netns "$peer_pid"
	ip link set tap1 up
	in_peer ip link set peer1 up
	$loader attach tap1
	until_ok 5 grep -q '^xdptap-reader: tap1: attached meanwhile; it is read, too$' "$err"
	in_peer "$flood" peer1 2 >/dev/null
	until_ok 5 eval '[ "$(grep -c " tap1 UDP" "$out")" -eq 2 ]'
	end_reader INT
	$loader detach tap1
	start_reader -Z $user any
	grep -q "^xdptap-reader: user '$user' may not list $bpffs/xdptap: taps that are attached later are not read$" "$err"
	send 2
	until_ok 5 eval '[ "$(grep -c " tap0 UDP" "$out")" -eq 2 ]'
	end_reader INT
}

@test "a directory of another user: rotation says so at the start; a single file works" {
	$loader attach tap0 snaplen full
	mkdir theirs
	chown $user theirs
	send 2 1000
	for how in "-C 1K" "-G 1" "-G 3600 -W 3"; do
		# shellcheck disable=SC2086
		run -1 $reader -w theirs/x $how tap0
		[ "${lines[1]}" = "xdptap-reader: can't make files beside theirs/x: Permission denied" ]
		[ "${lines[2]}" = "hint: the reader gives up the privileges of root: use '-Z USER' with the owner of the directory, or a directory of root" ]
		[ -z "$(ls theirs)" ]
	done
	$reader -Z $user -c 2 -w theirs/x -C 1K tap0
	[ "$(cd theirs && echo *)" = "x x1" ]
	rm theirs/*
	send 1 1000
	start_reader -w theirs/x tap0
	# No file could follow, so this does not end the capture.
	kill -USR2 "$reader_pid"
	send 1 1000
	pause 0.5
	end_reader INT
	[ "$(ls theirs)" = x ]
	[ "$(packets_in theirs/x)" -eq 2 ]
}

@test "-z: the process that runs commands has nothing of the reader, and ends with it" {
	$loader attach tap0 snaplen full
	for signal in INT KILL; do
		start_reader -w x -z true tap0
		runner=$(runner_of "$reader_pid" | xargs)
		[ "$(wc -w <<<"$runner")" -eq 1 ]
		# Of its own: two sockets' ends are one, and a signalfd.
		[ "$(readlink /proc/$runner/fd/* | grep -c '^socket:')" -eq 1 ]
		[ "$(readlink /proc/$runner/fd/* | grep -c 'anon_inode')" -eq 1 ]
		[ "$(readlink /proc/$runner/fd/0)" = /dev/null ]
		refute grep -q anon_inode:bpf "/proc/$runner/maps"
		kill -s $signal "$reader_pid"
		wait "$reader_pid" || [ $signal = KILL ]
		until_ok 5 has_ended $runner
	done
	start_reader -w x -z true tap0
	kill -KILL "$(runner_of "$reader_pid")"
	kill -USR2 "$reader_pid"
	until_ok 5 grep -q "^xdptap-reader: can't run 'true x': " "$err"
	kill -INT "$reader_pid"
	reader_fails
}

@test "-z: with -Z the commands are that user's; without, root's" {
	$loader attach tap0 snaplen full
	mkdir files
	chown $user files
	cat >./command <<-END
		#!/bin/sh
		grep -E '^(Uid|CapEff)' /proc/self/status >"\$1.said"
	END
	chmod 755 command
	for who in root $user; do
		send 1
		$reader -Z $who -c 1 -w files/$who -G 3600 -z ./command tap0 || [ $who = root ]
	done
	[ ! -e files/root.said ]
	send 1
	$reader -c 1 -w root -C 1 -z ./command tap0
	[ "$(sed -n 's/^Uid:\t//p' root.said | cut -f1)" = 0 ]
	[ "$(sed -n 's/^CapEff:\t//p' root.said)" = "$(status_of $$ CapEff)" ]
	[ "$(sed -n 's/^Uid:\t//p' files/$user.said | cut -f1)" = "$user_id" ]
	[ "$(sed -n 's/^CapEff:\t//p' files/$user.said)" = 0000000000000000 ]
}

@test "stats watch and top watch: no capability, no_new_privs, a seccomp filter" {
	$loader attach tap0 flows 100
	for command in "watch 0.1" "-j watch 0.1" "top tap0 watch 0.1"; do
		# shellcheck disable=SC2086
		$stats $command >out 2>err 3>&- & watch_pid=$!
		until_ok 5 test -s out
		assert_confined $watch_pid 0
		assert_no_bounding_set $watch_pid
		kill -INT $watch_pid
		wait $watch_pid
	done
}

# bats test_tags=any-kernel
@test "where the kernel refuses the filter, one note says so, and the rest is given up" {
	command -v strace >/dev/null || skip "strace is not installed"
	$loader attach tap0
	send 1
	strace -f -qq -o /dev/null -e trace=seccomp,prctl -e inject=seccomp:error=EINVAL \
		"$reader" -d -c 1 tap0 >out 2>err
	[ "$(wc -l <out)" -eq 1 ]
	grep -q '^xdptap-reader: system calls are not limited: the kernel refuses a seccomp filter (.*)$' err
	grep -q '^xdptap-reader: gave up privileges: user 0, group 0, no capabilities, no_new_privs$' err
	send 1
	$reader -d -c 1 tap0 >out 2>err
	grep -q '^xdptap-reader: gave up privileges: user 0, group 0, no capabilities, no_new_privs, system calls limited$' err
}

# bats test_tags=any-kernel
@test "an interface that moves to another namespace: it is read there, until it is deleted" {
	LIBXDP_SKIP_DISPATCHER=1 $loader attach tap0
	start_reader tap0
	unshare -n -- sleep 60 3>&- & holder=$!
	until_ok 5 other_netns $holder
	ip link set tap0 netns $holder
	nsenter -t $holder -n -- ip link set tap0 up
	pause 2
	send 3
	until_ok 5 eval '[ "$(grep -c UDP "$out")" -eq 3 ]'
	nsenter -t $holder -n -- ip link del tap0
	reader_fails
	grep -q '^xdptap-reader: tap0: the interface is gone$' "$err"
}

# bats test_tags=any-kernel
@test "a tap of another namespace: its program is replaced, or the namespace ends" {
	ip netns add xdptap-other
	ip link add other0 netns xdptap-other type veth peer name other1
	nsenter --net=/run/netns/xdptap-other -- ip link set other0 up
	LIBXDP_SKIP_DISPATCHER=1 nsenter --net=/run/netns/xdptap-other -- "$loader" attach other0
	start_reader other0
	nsenter --net=/run/netns/xdptap-other -- ip link set other0 xdp off
	reader_fails
	nsenter --net=/run/netns/xdptap-other -- "$loader" detach other0
	LIBXDP_SKIP_DISPATCHER=1 nsenter --net=/run/netns/xdptap-other -- "$loader" attach other0
	start_reader other0
	ip netns del xdptap-other
	reader_fails
	grep -q '^xdptap-reader: other0: the interface is gone$' "$err"
}
