#!/usr/bin/env bats
# What xdptap-reader says of a tap at exit: what became of each frame, and which programs are not
# traced. Members and events are made up, since few kernels can trace. Run by tests/run, in private
# namespaces; tests/guest/verdicts.bats has the real ones.

load lib
load reading
load others

setup()
{
	private_mounts
	network_up
	$loader attach tap0 snaplen 64 rings 1 2>/dev/null
	tap=$bpffs/xdptap/tap0
	own=$($loader -j show | jq '.[0].prog_id')
}

teardown()
{
	reading_down
	network_down
}

# member INDEX ID NAME [TRACED]: an entry whose counters are 0. The first one makes it a tap at exit.
member()
{
	echo "$1 $2 $1 ${4:-1} $3 0 0 0 0 0 0 0 0 0 0 0 0" |
		"$build/tests/system/verdicts" "$tap" "${actions:-63}" "$own" ""
}

at_exit() { "$build/tests/system/at_exit" "$tap" "$@"; }

says() { until_ok 5 grep -qF "xdptap-reader: tap0: $1" "$err"; }
times_said() { grep -cF "tap0: $1" "$err" || true; }

udp='UDP 10.9.0.1:40000 -> 10.9.0.2:9 (64 bytes)'

@test "text: the action and the program end the line, before the bytes" {
	member 0 57 xdpfilt_alw_all
	member 1 58 fw_main
	at_exit 0 1 1 1 2 1 1 0 1 1 3 1 1 4 1 1 5 1
	run --separate-stderr $reader -t -c 6 tap0
	[ "$status" -eq 0 ]
	diff - <(echo "$output") <<-END
		$udp [DROP by xdpfilt_alw_all]
		$udp [PASS by fw_main]
		$udp [ABORTED by fw_main]
		$udp [TX by fw_main]
		$udp [REDIRECT by fw_main]
		$udp [OTHER by fw_main]
	END
	at_exit 0 1 1
	run --separate-stderr $reader -t -v -x -c 1 tap0
	[ "${lines[0]}" = "$udp ttl 64 [DROP by xdpfilt_alw_all]" ]
	[[ ${lines[1]} == *0x0000:* ]]
}

@test "JSON: action, prog and prog_id; a tap that sees frames earlier has none of them" {
	at_exit 0 1 1
	$reader -j -c 1 tap0 2>/dev/null | jq -e 'has("action") or has("prog") or has("prog_id") | not'
	member 0 57 xdpfilt_alw_all
	at_exit 0 1 1 0 2 1
	$reader -j -c 2 tap0 2>/dev/null | jq -s -e 'map([.action, .prog, .prog_id]) ==
		[["drop", "xdpfilt_alw_all", 57], ["pass", "xdpfilt_alw_all", 57]]'
}

@test "names that hold other characters are escaped" {
	member 0 57 $'a\e[31mb\xff'
	at_exit 0 1 3
	[[ $($reader -t -c 1 tap0 2>/dev/null) == "$udp [DROP by a\\x1b[31mb\\xff]" ]]
	$reader -j -c 1 tap0 2>/dev/null | jq -e '.prog == "a\u001b[31mb\ufffd"'
	$reader -c 1 -w "$out" tap0 2>/dev/null
	fields_of "$out" -V >"$err"
}

@test "a file: the verdict as a number, the program in a comment, what tshark shows of them" {
	member 0 57 xdpfilt_alw_all
	member 1 58 fw_main
	at_exit 0 1 1 1 2 1 1 5 1
	$reader -c 3 -w "$out" tap0 2>/dev/null
	diff - <(fields_of "$out" -T fields -e frame.verdict.ebpf_xdp -e frame.comment -e udp.dstport) <<-'END'
		1	DROP by xdpfilt_alw_all	9
		2	PASS by fw_main	9
		5	OTHER by fw_main	9
	END
	[ "$(fields_of "$out" -Y 'frame.verdict.ebpf_xdp == 1' | wc -l)" -eq 1 ]
	[ "$(fields_of "$out" -Y 'frame.comment contains "fw_main"' | wc -l)" -eq 2 ]
	[ "$(fields_of "$out" -c 1 -T fields -e frame.interface_description)" = \
		"received frames, at XDP in native mode, at the exit of programs" ]
	[ "$(packets_in "$out")" -eq 3 ]
}

@test "a file with made-up headers: the comment that says so, and the other one" {
	$loader detach tap0
	$loader attach tap0 rings 1
	member 0 57 fw
	at_exit 0 1 1
	send 1
	$reader -c 2 -w "$out" --synthesize tap0 2>/dev/null
	fields_of "$out" -T fields -e frame.comment >"$err"
	grep -q '^DROP by fw$' "$err"
	grep -q 'ynthesized.*,ABORTED by fw' "$err"
}

@test "only some actions: the reader says so, and so does the file" {
	actions=3 member 0 57 fw
	at_exit 0 1 1
	run --separate-stderr $reader -c 1 -w "$out" tap0
	[[ $stderr == *"tap0: snaplen 64, sample 1, action aborted,drop, no filter"* ]]
	capinfos -M "$out" | grep -F 'actions of the tap: aborted,drop'
}

@test "a member that joins while the reader runs is known with its first packet" {
	member 0 57 first
	start_reader -t -c 3 tap0
	member 1 58 second
	at_exit 1 1 1 7 2 1
	send 1 # which wakes the reader
	wait $reader_pid
	[ "$(grep -c 'DROP by second\]' "$out")" -eq 1 ]
	[ "$(grep -c '\[PASS\]' "$out")" -eq 1 ]
	[ "$(grep -c 'ABORTED by first\]' "$out")" -eq 1 ]
}

@test "several taps: each has its own programs, others have none" {
	member 0 57 fw
	ip link add tap9 type veth peer name peer9
	ip link set tap9 up
	$loader attach tap9 rings 1 snaplen 64
	at_exit 0 1 1
	tap=$bpffs/xdptap/tap9 at_exit 0 1 1
	run --separate-stderr $reader -t -c 2 tap0 tap9
	diff - <(sort <<<"$output") <<-END
		tap0 $udp [DROP by fw]
		tap9 $udp
	END
}

@test "what is not traced is said once, and what has left" {
	dispatcher others_drop
	member 0 "$(id_of others_drop)" others_drop
	start_reader tap0
	dispatcher others_drop others_program_that_passes
	id=$(id_of others_program_that_passes)
	# The reader has given up what the kernel asks for to tell more than 15 characters.
	says "not traced: others_program_ (id $id)"
	grep -qF "hint: 'xdptap-loader set dev tap0 trace' follows what is there now" "$err"
	member 1 "$id" others_program_that_passes
	says "others_program_that_passes (id $id) is traced now"
	dispatcher others_program_that_passes
	says "others_drop (id $(id_of others_drop)) has left the interface"
	[ "$(times_said "not traced")" -eq 1 ]
	dispatcher others_program_that_passes others_drop
	says "others_drop (id $(id_of others_drop)) is on the interface again"
	dispatcher
	says "no program that is traced is left, so there are no more events"
	says "others_program_that_passes (id $id) has left the interface"
	end_reader TERM
}
