#!/usr/bin/env bats
# xdptap-reader -w with -C, -G, -W and -z: the files that tcpdump would make, each
# of them whole when it is closed. Run by tests/run, in private namespaces.

load lib
load reading

setup()
{
	private_mounts
	network_up
	mkdir "$BATS_TEST_TMPDIR/files"
	cd "$BATS_TEST_TMPDIR/files" || return
	cat >../check <<-'END'
		#!/bin/sh
		# For -z: what capinfos makes of the file at the moment that it is closed.
		echo "$1 $(capinfos -TrMc "$1" 2>&1 | cut -f2-)" >>../checked
	END
	chmod +x ../check
}

teardown()
{
	reading_down
	[ -z "${dumps:-}" ] || kill $dumps 2>/dev/null || true
	network_down
}

attach() { $loader attach tap0 snaplen full ring 64M; }

# Those that are there, and how many of the ports from 0 to N - 1 all of them hold
# in the order that they are given in.
names() { (shopt -s nullglob; echo *); }
assert_ports()
{
	local n=$1
	shift
	for file in "$@"; do ports_in "$file"; done | cmp - <(seq 0 $((n - 1)))
}

# Each was whole when it was closed: checked COUNT FILES.
assert_checked()
{
	[ "$(wc -l <../checked)" -eq "$2" ]
	[ "$(cut -d' ' -f1 ../checked | sort -u | wc -l)" -eq "$2" ]
	[ "$(awk '{ n += $2 } NF != 2 { exit 1 } END { print n }' ../checked)" -eq "$1" ]
}

dumped() { [ "$(stat -c %s "$1")" -gt 0 ]; }

# Beside each other on the same traffic, 14 files of it for either.
@test "-C and -W: names, numbers and digits are tcpdump's" {
	attach
	dumps=
	for w in "" "-W 1" "-W 3" "-W 10" "-W 11" "-W 12"; do
		mkdir "../tcpdump$w"
		# shellcheck disable=SC2086
		tcpdump -Z root -B 32768 -i tap0 -w "../tcpdump$w/x" -C 1 $w 2>"../dump$w.err" 3>&- &
		dumps+=" $!"
		until_ok 10 grep -q 'listening on' "../dump$w.err"
	done
	send 13500 1000
	sleep 1
	kill -INT $dumps
	wait $dumps
	dumps=
	for w in "" "-W 1" "-W 3" "-W 10" "-W 11" "-W 12"; do
		grep -q '^0 packets dropped by kernel' "../dump$w.err"
		rm -f ./*
		[ -z "$w" ] || send 13500 1000
		# shellcheck disable=SC2086
		run $reader -c 13500 -w x -C 1 $w tap0
		[ "$status" -eq 0 ]
		[[ ${lines[-1]} == "xdptap-reader: 13500 packets written to 14 files, the last of them x"* ]]
		theirs=$(cd "../tcpdump$w" && names)
		echo "$w: $(names), tcpdump: $theirs"
		[ "$(names)" = "$theirs" ]
		last=$(ports_in "${lines[-1]##* }" | tail -n 1)
		[ "$last" -eq 13499 ]
	done
}

@test "-C: each packet once and in order, each file whole when it is closed" {
	attach
	start_reader -w x -C 1 -z ../check tap0
	in_peer "$flood" peer0 4500 1000 100 >/dev/null
	until_ok 10 test -e x4
	end_reader INT
	[ "$(names)" = "x x1 x2 x3 x4" ]
	assert_checked 4500 5
	assert_ports 4500 x x1 x2 x3 x4
	mergecap -w ../all x x1 x2 x3 x4
	[ "$(packets_in ../all)" -eq 4500 ]
	# Rotated once it is larger; then come the statistics.
	for file in x x1 x2 x3; do
		[ "$(stat -c %s $file)" -gt 1000000 ]
		[ "$(stat -c %s $file)" -le $((1000000 + 1032 + 88)) ]
	done
	grep -q '^xdptap-reader: 4500 packets written to 5 files, the last of them x4$' "$err"
}

@test "-C with units: K, M, G are KiB, MiB, GiB" {
	attach
	for size in 64K 64k 1M 1m 1G; do
		send 1200 1000
		rm -f x*
		$reader -c 1200 -w x -C $size tap0 2>/dev/null
		case $size in
		64?) [ "$(names | wc -w)" -eq 19 ]; [ "$(stat -c %s x)" -gt 65536 ]; [ "$(stat -c %s x)" -lt 67000 ] ;;
		1[Mm]) [ "$(names)" = "x x1" ]; [ "$(stat -c %s x)" -gt 1048576 ]; [ "$(stat -c %s x)" -lt 1050000 ] ;;
		1G) [ "$(names)" = x ] ;;
		esac
	done
}

@test "-C smaller than a packet: one packet per file" {
	attach
	send 3 1000
	$reader -c 3 -w x -C 1K tap0
	[ "$(names)" = "x x1 x2" ]
	assert_ports 3 x x1 x2
}

@test "-W with -C: of the files in turn the last ones stay, whole" {
	attach
	send 4500 1000
	$reader -c 4500 -w x -C 1 -W 3 tap0
	[ "$(names)" = "x0 x1 x2" ]
	first=$(ports_in x2 | head -n 1)
	diff <(for file in x2 x0 x1; do ports_in $file; done) <(seq "$first" 4499)
}

# Within 0.5 s; a file's times are of a clock that is some ms late.
changed_with_the_second()
{
	stat -c 'changed at %y' "$1"
	[[ $(stat -c %y "$1") =~ :[0-9]{2}\.([0-4]|99) ]]
}

@test "-G: files named by strftime, without traffic too; -W ends it, exit 0" {
	attach
	from=$(date +%s)
	start_reader -w '%Y-%s.pcapng' -G 1 -W 3 -z ../check tap0
	wait "$reader_pid"
	read -ra files <<<"$(names)"
	[ ${#files[@]} -eq 3 ]
	second=${files[0]#*-}
	second=${second%.pcapng}
	[ "$second" -ge "$from" ]
	year=$(date +%Y)
	[ "$(names)" = "$year-$second.pcapng $year-$((second + 1)).pcapng $year-$((second + 2)).pcapng" ]
	assert_checked 0 3
	# So no second can be named twice, or left out, because a timer is a bit late.
	[ -n "${XDPTAP_GUEST:-}" ] || for file in "${files[@]}"; do changed_with_the_second "$file"; done
	grep -q '^xdptap-reader: 0 packets written to 3 files, the last of them ' "$err"
}

@test "-G: each packet once and in order over all files" {
	attach
	start_reader -w '%s' -G 1 tap0
	n=$(many 40000)
	in_peer "$flood" peer0 "$n" 64 4000 >/dev/null
	end_reader INT
	# shellcheck disable=SC2046
	[ "$(names | wc -w)" -ge 3 ]
	# shellcheck disable=SC2046
	assert_ports "$n" $(names)
}

@test "-G without a format starts the same file again" {
	attach
	send 5
	$reader -w x -G 1 -W 2 tap0 2>"$err"
	[ "$(names)" = x ]
	[ "$(packets_in x)" -eq 0 ]
}

# Waits until the period of $1 seconds has just begun that -G counts from: what follows shall fit into it.
at_start_of_period()
{
	local end=$(($(date +%s) / $1 * $1 + $1))
	until_ok $(($1 + 5)) reached "$end"
}
reached() { [ "$EPOCHSECONDS" -ge "$1" ]; }

@test "-G with -C: numbers within each time, and -W goes around within them" {
	attach
	at_start_of_period 6
	start_reader -w '%s-' -G 6 -C 1 -W 2 tap0
	until_ok 5 test -e "$(names | cut -d' ' -f1)"
	first=$(names)
	first=${first%-0}
	send 4500 1000
	until_ok 10 test -e "$first-1"
	until_ok 10 later_than "$first"
	second=$(names | xargs -n 1 | tail -n 1)
	end_reader INT
	[ "$(names)" = "$first-0 $first-1 $second" ]
	# Multiples of 6 seconds.
	[ "$second" = "$((first / 6 * 6 + 6))-0" ]
	[ "$(ports_in "$first-0" | tail -n 1)" -eq 4499 ]
}

later_than() { names | xargs -n 1 | grep -v "^$1-"; }

@test "mode 0600, also of files that existed before" {
	attach
	send 3 1000
	install -m 644 /dev/null x
	umask 0
	$reader -c 3 -w x -C 1K tap0
	[ "$(stat -c %a x x1 x2 | xargs)" = "600 600 600" ]
}

@test "-z gzip: compressed, and not one file is lost" {
	attach
	send 3000 1000
	$reader -c 3000 -w x -C 1 -z gzip tap0 2>"$err"
	[ "$(names)" = "x.gz x1.gz x2.gz x3.gz" ]
	gunzip x.gz x1.gz x2.gz x3.gz
	assert_ports 3000 x x1 x2 x3
}

@test "-z: the command has the name, nothing of the reader's, and no signals blocked" {
	attach
	cat >../command <<-'END'
		#!/bin/sh
		echo "$#:$1" >../said
		ls -l /proc/$$/fd | grep -cE 'anon_inode|bpf|socket' >>../said
		readlink /proc/$$/fd/0 >>../said
		ps -o ni= -p $$ >>../said
		grep -E '^Sig(Blk|Ign)' /proc/self/status >>../said
	END
	chmod +x ../command
	send 1
	$reader -c 1 -w "a b" -z ../command tap0 3>&-
	[ "$(sed -n 1p ../said)" = "1:a b" ]
	[ "$(sed -n 2p ../said)" -eq 0 ]
	[ "$(sed -n 3p ../said)" = /dev/null ]
	[ "$(sed -n 4p ../said | xargs)" = 19 ]
	[ "$(grep ^SigBlk ../said | cut -f2)" = 0000000000000000 ]
	refute grep -q '^SigIgn.*1...$' ../said # SIGPIPE is 0x1000
}

@test "-z: a command that fails or is killed is reported; exit 1, and no file is lost" {
	attach
	printf '#!/bin/sh\nexit 3\n' >../fails
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nkill -KILL $$\n' >../killed
	printf 'no program\n' >../nothing
	chmod +x ../fails ../killed ../nothing
	for how in "fails x' ended with exit status 3" "killed x' was killed by signal 9"; do
		rm -f x*
		send 3 1000
		run $reader -c 3 -C 1K -w x -z "../${how%% *}" tap0
		[ "$status" -eq 1 ]
		for file in x x1 x2; do
			grep -Fqx "xdptap-reader: -z: '../${how/ x\'/ $file\'}" <<<"$output"
		done
		assert_ports 3 x x1 x2
	done
	send 1
	run $reader -c 1 -w x -z ../nothing tap0
	[ "$status" -eq 1 ]
	grep -Fqx "xdptap-reader: can't run '../nothing x': Exec format error" <<<"$output"
	assert_ports 1 x
}

@test "-z: without such a command nothing is captured, exit 2" {
	attach
	send 1
	printf '#!/bin/sh\n' >../no-x
	echo before >x
	for command in no-such-command ./no-such-command ../no-x . ""; do
		run $reader -c 1 -w x -z "$command" tap0
		[ "$status" -eq 2 ]
		[ "$output" = "xdptap-reader: -z: '$command' is not a program in PATH, nor the path of one" ]
		[ "$(cat x)" = before ]
	done
	$reader -c 1 -w x tap0
}

command_runs() { [ -s ../command.pid ]; }

@test "-z: SIGINT to the group does not kill a running command; it is waited for" {
	attach
	cat >../command <<-'END'
		#!/bin/sh
		echo $$ >../command.pid
		timeout 20 sh -c 'until [ -e ../go ]; do sleep 0.1; done' && echo "$1" >>../said
	END
	chmod +x ../command
	send 2 1000
	setsid "$reader" -w x -C 1K -z ../command tap0 >"$out" 2>"$err" 3>&- &
	reader_pid=$!
	until_ok 5 command_runs
	until_ok 5 sleeps_in_epoll "$reader_pid"
	kill -INT -- "-$reader_pid"
	until_ok 5 grep -q '^xdptap-reader: 2 packets written' "$err"
	kill -0 "$reader_pid"
	[ ! -e ../said ]
	touch ../go
	wait "$reader_pid"
	[ "$(sort ../said | xargs)" = "x x1" ]
}

@test "-z: a name comes again: not before its command has ended, and each file is whole" {
	attach
	cat >../slow <<-'END'
		#!/bin/sh
		sleep 0.1
		echo "$1 $(capinfos -TrMc "$1" 2>&1 | cut -f2-)" >>../said
		gzip -f "$1" && [ ! -e "$1" ]
	END
	chmod +x ../slow
	for w in 1 2; do
		send 6 1000
		$reader -c 6 -w x -C 1K -W $w -z ../slow tap0 2>"$err"
		[ "$(grep -c "^xdptap-reader: -z: '../slow' still runs on x0*, which is to be reused: waiting\$" "$err")" -eq 1 ]
	done
	[ "$(sort ../said | uniq -c | xargs)" = "6 x 1 3 x0 1 3 x1 1" ]
	[ "$(names)" = "x.gz x0.gz x1.gz" ]
	# Whatever the parent process did to its children's signals.
	sh -c 'sleep 0.2 & exec env --ignore-signal=CHLD "$@"' - \
		"$reader" -w x -G 1 -W 3 -z ../slow tap0 2>"$err"
	refute grep "can't" "$err"
	[ "$(sort ../said | uniq -c | xargs)" = "3 x 0 6 x 1 3 x0 1 3 x1 1" ]
}

@test "-z: a signal ends the waiting for a name; exit 0, and the rest stays in the ring" {
	attach
	cat >../command <<-'END'
		#!/bin/sh
		timeout 20 sh -c 'until [ -e ../go ]; do sleep 0.1; done' && echo "$1" >>../said
	END
	chmod +x ../command
	for signal in INT TERM HUP; do
		rm -f ../go ../said ./*
		: >"$err" # not what the reader before said
		send 5 1000
		$reader -w x -C 1K -W 2 -z ../command tap0 >"$out" 2>"$err" 3>&- & reader_pid=$!
		until_ok 5 grep -q 'waiting$' "$err"
		[ ! -e ../said ]
		kill -s $signal "$reader_pid"
		until_ok 5 grep -q '^xdptap-reader: 2 packets written to 2 files, the last of them x1$' "$err"
		touch ../go
		wait "$reader_pid"
		refute grep -q "can't" "$err"
		assert_ports 2 x0 x1
		[ "$(sort ../said | xargs)" = "x0 x1" ]
		[ "$($reader -c 3 tap0 2>/dev/null | sed 's/.*:\([0-9]*\) ->.*/\1/' | xargs)" = "2 3 4" ]
	done
	rm -f ../go
	$reader -w y -G 1 -z ../command tap0 >"$out" 2>"$err" 3>&- & reader_pid=$!
	until_ok 5 grep -q "still runs on y, which is to be reused" "$err"
	kill -INT "$reader_pid"
	until_ok 5 grep -q '^xdptap-reader: 0 packets written to y$' "$err"
	touch ../go
	wait "$reader_pid"
	refute grep -q "can't" "$err"
}

@test "-C onto a FIFO that nobody opens: a signal ends it, exit 0" {
	attach
	send 2 1000
	mkfifo x1
	$reader -w x -C 1K tap0 >"$out" 2>"$err" 3>&- & reader_pid=$!
	until_ok 5 is_written x
	until_ok 5 grep -q poll "/proc/$reader_pid/stack"
	kill -INT "$reader_pid"
	wait "$reader_pid"
	refute grep -q "can't" "$err"
	grep -q '^xdptap-reader: 1 packet written to x$' "$err"
	[ "$($reader -c 1 tap0 2>/dev/null | wc -l)" -eq 1 ]
}

is_written() { [ "$(packets_in "$1")" = 1 ]; }

@test "rotation to what is not a regular file is refused" {
	attach
	send 10 1000
	run $reader -w /dev/null -C 1 tap0
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "xdptap-reader: can't rotate /dev/null: Operation not supported" ]
	mkfifo x1
	sleep 30 <>x1 3>&- & holder=$!
	run $reader -w x -C 1K tap0
	kill $holder
	[ "$status" -eq 1 ]
	grep -qx "xdptap-reader: can't rotate x1: Operation not supported" <<<"$output"
	grep -qx "xdptap-reader: 1 packet written to x" <<<"$output"
	assert_ports 1 x
	[ "$($reader -c 9 tap0 2>/dev/null | wc -l)" -eq 9 ]
}

@test "the next file can't be opened: one line, and the rest stays in the ring" {
	attach
	send 10 1000
	mkdir x2
	run $reader -w x -C 1K tap0
	[ "$status" -eq 1 ]
	[ "$(grep -c "can't" <<<"$output")" -eq 1 ]
	grep -qx "xdptap-reader: can't open x2: Is a directory" <<<"$output"
	grep -qx "xdptap-reader: 2 packets written to 2 files, the last of them x1" <<<"$output"
	[ "$($reader -c 8 tap0 2>/dev/null | wc -l)" -eq 8 ]
}

# What an earlier run wrote is never lost.

@test "-G: a name that an earlier run used gets a new section; a torn block is cut off" {
	attach
	year=$(date +%Y)
	send 100
	$reader -c 100 -w '%Y.pcapng' -G 86400 tap0
	send 50
	start_reader -w '%Y.pcapng' -G 86400 tap0
	until_ok 5 holds "$year.pcapng" 150
	kill -KILL "$reader_pid"
	wait "$reader_pid" || true
	truncate -s -10 "$year.pcapng"
	send 30
	run $reader -c 30 -w '%Y.pcapng' -G 86400 tap0
	[ "$status" -eq 0 ]
	grep -q "^xdptap-reader: $year.pcapng: the last [0-9]* bytes are not a whole block; they are removed, and new packets follow$" <<<"$output"
	[ "$(names)" = "$year.pcapng" ]
	[ "$(packets_in "$year.pcapng")" -eq 179 ]
	tcpdump -n -r "$year.pcapng" 2>/dev/null | wc -l | grep -qx 179
}

holds() { [ "$(packets_in "$1" 2>/dev/null)" = "$2" ]; }

@test "-G: a file that is no capture, or that another reader writes, is left alone" {
	attach
	year=$(date +%Y)
	echo precious >"$year"
	send 5
	$reader -c 5 -w '%Y' -G 86400 tap0
	[ "$(cat "$year")" = precious ]
	[ "$(packets_in "${year}1")" -eq 5 ]

	ip link add tap1 type veth peer name peer1
	$loader attach tap1 snaplen full ring 1M
	start_reader -w same -G 86400 tap0
	$reader -w same -G 1 -W 1 tap1
	end_reader INT
	$loader detach tap1
	ip link del tap1
	[ "$(names)" = "$year ${year}1 same same1" ]
}

@test "-G without a format: packets of an earlier run stay" {
	attach
	send 5
	$reader -c 5 -w x tap0
	$reader -w x -G 1 -W 2 tap0
	[ "$(names)" = x ]
	[ "$(packets_in x)" -eq 5 ]
}

@test "-C: the next free number; -C -W: goes on with the oldest" {
	attach
	send 3 1000
	$reader -c 3 -w x -C 1K tap0
	send 2 1000
	$reader -c 2 -w x -C 1K tap0
	[ "$(names)" = "x x1 x2 x3 x4" ]
	for file in x x1 x2 x3 x4; do [ "$(packets_in "$file")" -eq 1 ]; done

	send 4 1000
	$reader -c 4 -w y -C 1K -W 3 tap0
	send 1 1000
	$reader -c 1 -w y -C 1K -W 3 tap0
	# 0 to 3 went into y0, y1, y2, y0; then y1 was the oldest.
	[ "$(for file in y0 y1 y2; do ports_in $file; done | xargs)" = "3 0 2" ]
}

@test "-G: files begin at multiples of its seconds" {
	attach
	$reader -w '%s' -G 2 -W 3 tap0
	read -ra files <<<"$(names)"
	[ ${#files[@]} -eq 3 ]
	[ $((files[1] % 2)) -eq 0 ]
	[ "${files[2]}" -eq $((files[1] + 2)) ]
	# 7 seconds do not divide a day.
	$reader -w 'x%s' -G 7 -W 2 tap0
	read -ra files <<<"$(echo x*)"
	[ $((${files[1]#x} - ${files[0]#x})) -eq 7 ]
}

@test "SIGUSR2: the file is closed, -z runs on it, and the next one begins" {
	attach
	start_reader -w -x -z ../check tap0
	for n in 1 2 3; do
		send 100
		until_ok 5 [ "$(counter events)" -eq $((100 * n)) ]
		kill -USR2 "$reader_pid"
		until_ok 5 test -e ./-x$n
	done
	end_reader INT
	assert_checked 300 4
	[ "$(cut -d' ' -f1 ../checked | sort | xargs)" = "./-x ./-x1 ./-x2 ./-x3" ]
	grep -q '^xdptap-reader: 300 packets written to 4 files, the last of them -x3$' "$err"
}

@test "SIGUSR2 without a file ends nothing" {
	attach
	$reader -w - tap0 2>"$err" 3>&- | cat >../pipe & cat_pid=$!
	until_ok 5 pgrep -f "^$reader -w - tap0"
	reader_pid=$(pgrep -f "^$reader -w - tap0")
	kill -USR2 "$reader_pid"
	send 3
	until_ok 5 sized ../pipe
	kill -INT "$reader_pid"
	wait $cat_pid
	[ "$(packets_in ../pipe)" -eq 3 ]
}

sized() { [ "$(stat -c %s "$1")" -gt 400 ]; }
