#!/usr/bin/env bats
# xdptap-stats watch: lines and JSON against the packets that were sent, and the
# screen as tmux has it. Run by tests/run, in private namespaces.

load lib

setup()
{
	private_mounts
	network_up
	export TZ=UTC
	log=$BATS_TEST_TMPDIR/lines
}

teardown()
{
	[ -z "${watch_pid:-}" ] || kill -KILL "$watch_pid" 2>/dev/null || true
	[ ! -S "$BATS_TEST_TMPDIR/tmux" ] || in_tmux kill-server || true
	network_down
}

# watch_start OPTION-OR-WORD...: in the background, into $log; its notes into $log.err.
watch_start()
{
	$stats "$@" >"$log" 2>"$log.err" 3>&- &
	watch_pid=$!
}
watch_end()
{
	kill "-${1:-TERM}" "$watch_pid"
	wait "$watch_pid"
	watch_pid=
}

# has_lines N PATTERN: so many of the lines, at least, match.
has_lines() { [ "$(grep -c -e "$2" "$log")" -ge "$1" ]; }
# All that was printed passes the filter; jq -s has an array of it.
all_json() { jq -se "$1" "$log" >/dev/null || { cat "$log"; false; }; }

in_tmux() { tmux -u -S "$BATS_TEST_TMPDIR/tmux" -f /dev/null "$@"; }
capture() { in_tmux capture-pane -p; }
shows() { capture | grep -q -e "$1"; }
type_keys() { in_tmux send-keys "$@"; }

# terminal_start COLUMNS LINES: a shell in a terminal of that size.
terminal_start()
{
	[ -c /dev/ptmx ] || skip "this machine has no pseudo terminals"
	LC_ALL=C.UTF-8 in_tmux new-session -d -x "$1" -y "$2" \
		"env PS1='ready> ' bash --norc --noprofile -i" 3>&-
	until_ok 5 shows 'ready>'
}
# The terminal's state, by its own shell, into a file.
terminal_state()
{
	type_keys "stty -a >$1.part; mv $1.part $1" Enter
	until_ok 5 test -e "$1"
}
run_screen()
{
	type_keys "clear; $stats watch $*; echo exit=\$?" Enter
	until_ok 5 shows '^since attached'
}
# last_row_is N PATTERN: the last one is the Nth.
last_row_is() { [ "$(capture | wc -l)" -eq "$1" ] && capture | tail -n 1 | grep -q -e "$2"; }
screen_pid() { pgrep -f "^$stats watch"; }
screen_ended() { ! screen_pid >/dev/null && shows 'ready>'; }

# Each cell of a table ends where its title does, and nothing else is on the row.
columns_aligned()
{
	capture | perl -ne '
		if (/pkt\/s/) {
			@end = ();
			push @end, $+[0] while /\S+/g;
			shift @end if /^tap/;
			$tables++;
			next;
		}
		next unless /^(now|last \d|since|\d.* of |CPU \d+ )/;
		$rows++;
		for my $e (@end) {
			next if substr($_, $e - 1, 2) =~ /^[\d%kMGTPE-]\s/;
			print "column $e: $_";
			$bad = 1;
		}
		END { exit($bad || $rows < 4 || $tables < 1) }'
}

# The rows from top to bottom, each once.
layout()
{
	local row at last=0
	capture >"$BATS_TEST_TMPDIR/capture"
	for row in '^xdptap-stats    every' '^tap0            native mode, attached 20' \
		'^ *pkt/s    bit/s   drop/s   TCP  UDP other  IPv4 IPv6 non-IP' \
		'^now' '^\(last 10s\|.* of 10s \)' '^\(last 60s\|.* of 60s \)' '^since attached' \
		'^total           [0-9,]* packets, [0-9,]* bytes' '^dropped         [0-9]' \
		'^ring            \[.*\].* of .*reader: ' 'max [-0-9.]' '^\(CPU \|[0-9]* CPU\)' '^q quit'; do
		at=$(grep -n -m 1 -e "$row" "$BATS_TEST_TMPDIR/capture" | cut -d: -f1)
		if [ -z "$at" ] || [ "$at" -lt "$last" ]; then
			echo "not at its place: $row"
			cat "$BATS_TEST_TMPDIR/capture"
			return 1
		fi
		last=$at
	done
	[ "$(wc -l <"$BATS_TEST_TMPDIR/capture")" -eq "$1" ]
	[ "$last" -eq "$1" ]
}

@test "usage errors: one line says what is wrong" {
	while IFS='|' read -r words line; do
		# shellcheck disable=SC2086
		run $stats $words
		[ "$status" -eq 2 ]
		[ "${lines[0]}" = "xdptap-stats: $line" ]
	done <<-'END'
		watch 0|watch: '0' is not a number of seconds from 0.1 to 3600
		watch 0.09|watch: '0.09' is not a number of seconds from 0.1 to 3600
		watch 3601|watch: '3601' is not a number of seconds from 0.1 to 3600
		watch .|watch: '.' is not a number of seconds from 0.1 to 3600
		watch 1.|watch: '1.' is not a number of seconds from 0.1 to 3600
		watch 1..2|watch: '1..2' is not a number of seconds from 0.1 to 3600
		watch -1|unknown option '-1'
		watch 5 5|watch: '5' is a number, but the seconds must come first
		watch tap0 5|watch: '5' is a number, but the seconds must come first
		watch 1 tap0 dev tap0|interface 'tap0' is named twice
		watch 1 a/b|'a/b' is not the name of an interface
	END
	# What is no number is an interface, and one with a number for a name has "dev".
	for words in "x" "1s" "dev 5" "2 dev 5"; do
		# shellcheck disable=SC2086
		run $stats watch $words
		[ "$status" -eq 1 ]
		[ "${lines[0]}" = "xdptap-stats: ${words##* }: no tap is pinned in $bpffs" ]
	done
}

@test "an interface with a number for a name" {
	ip link add 5 type veth peer name peer5
	$loader attach dev 5
	watch_start watch 0.2 dev 5
	until_ok 5 has_lines 2 ' 5 '
	watch_end
	$loader detach dev 5
	ip link del 5
}

@test "JSON: each packet is in a rate, and all of them once" {
	$loader attach tap0
	watch_start -j watch 0.2
	until_ok 5 has_lines 1 '"state":"attached","restarted":false,.*"last":null,'
	in_peer "$flood" peer0 5000 200 10000 >/dev/null
	until_ok 5 has_lines 1 '"packets":5000,'
	watch_end
	all_json '
		all(.[]; .taps | length == 1) and
		.[0].interval_seconds == null and .[0].taps[0].last == null and
		all(.[1:][]; .interval_seconds > 0 and (.taps[0] | .state == "attached" and .restarted == false)) and
		([.[1:][].taps[0].last | .packets_per_second * .seconds] | add - 5000 | fabs < 1) and
		([.[1:][].taps[0].last | .bits_per_second * .seconds] | add - 8e6 | fabs < 1000) and
		(.[-1].taps[0] | .udp == 5000 and .bytes == 1000000 and .dropped == 0 and
			.reader == false and .reader_pid == null and
			.ring_used_bytes == 5000 * 64 and
			([.cpus[].packets] | add == 5000)) and
		all(.[].taps[0].last | values; .packets_per_second >= 0 and
			.udp_per_second == .packets_per_second and .tcp_per_second == 0) and
		# Over the time that has passed, not over ten seconds.
		(.[-1].taps[0] | .last_10s.seconds < 9 and
			(.last_10s.packets_per_second * .last_10s.seconds - 5000 | fabs < 1))'
	[ ! -s "$log.err" ]
}

@test "text: a header, a line each time, and the first has no rates" {
	$loader attach tap0
	watch_start watch 0.1 tap0
	until_ok 5 has_lines 1 ' tap0 '
	in_peer "$flood" peer0 2000 >/dev/null
	until_ok 10 has_lines 3 '^time '
	watch_end INT
	[ "$(head -n 1 "$log")" = \
		"time       tap  pkt/s bit/s  TCP  UDP other IPv4 IPv6 drop/s dropped ring reader" ]
	[[ $(sed -n 2p "$log") == ??:??:??.?" tap0     -     -    -    -     -    -    -      -       0 "* ]]
	# Again after each 20 lines; as many words in all of them.
	[ "$(grep -n '^time' "$log" | sed -n 2p)" = "22:$(head -n 1 "$log")" ]
	[ "$(awk '{ print NF }' "$log" | sort -u)" = 13 ]
	[ "$(awk '{ print length($0) }' "$log" | sort -u)" = 80 ]
	grep -q ' 0% 100%    0% 100%   0%      0       0' "$log"
}

@test "detached, and attached again: restarted, and no rate is negative" {
	$loader attach tap0
	in_peer "$flood" peer0 1000 >/dev/null
	watch_start -j watch 0.1 tap0
	until_ok 5 has_lines 2 '"state":"attached",.*"last":{'
	$loader detach tap0
	until_ok 5 has_lines 1 '"state":"detached"'
	$loader attach tap0
	until_ok 5 has_lines 1 '"restarted":true'
	in_peer "$flood" peer0 10 >/dev/null
	until_ok 5 has_lines 1 '"restarted":false.*"packets":10,'
	# So quickly that it is never seen gone.
	kill -STOP "$watch_pid"
	$loader detach tap0
	$loader attach tap0
	kill -CONT "$watch_pid"
	until_ok 5 has_lines 2 '"restarted":true'
	until_ok 5 has_lines 1 '"restarted":true.*"packets":0,'
	watch_end
	all_json '
		all(.[].taps[] | select(.restarted); .state == "attached" and .last == null and .last_60s == null) and
		all(.[].taps[] | select(.state == "detached"); keys == ["ifname", "state"]) and
		all(.. | numbers; . >= 0)'
}

@test "text says detached and restarted after the columns" {
	$loader attach tap0
	watch_start watch 0.1 tap0
	until_ok 5 has_lines 2 tap0
	$loader detach tap0
	until_ok 5 has_lines 1 ' detached$'
	$loader attach tap0
	until_ok 5 has_lines 1 ' restarted$'
	watch_end
}

@test "all taps: what is attached later shows, under a new header" {
	ip link add longname.100 type veth peer name peer1
	watch_start watch 0.1
	until_ok 5 grep -q "there are no taps yet; each is shown once it is attached" "$log.err"
	$loader attach tap0
	until_ok 5 has_lines 2 ' tap0 '
	$loader attach longname.100
	until_ok 5 has_lines 2 ' longname.100 '
	watch_end
	[ "$(grep -c '^time' "$log")" -eq 2 ]
	[ "$(awk '/^time/ { n = length($0) } length($0) != n' "$log" | wc -l)" -eq 0 ]
	$loader detach longname.100
	ip link del longname.100
}

@test "after a long stop rates are over the time that has elapsed" {
	$loader attach tap0
	watch_start -j watch 0.2 tap0
	until_ok 5 has_lines 2 '"state":"attached",.*"last":{'
	kill -STOP "$watch_pid"
	in_peer "$flood" peer0 3000 >/dev/null
	sleep 2
	kill -CONT "$watch_pid"
	until_ok 5 has_lines 1 '"packets":3000,'
	watch_end
	all_json '
		[.[].taps[0].last | values | select(.packets_per_second > 0)] |
		length == 1 and .[0].seconds > 2 and
		(.[0].packets_per_second * .[0].seconds - 3000 | fabs < 1)'
}

@test "a reader is seen, and is not disturbed" {
	$loader attach tap0
	watch_start -j watch 0.1 tap0
	$reader -q -c 100 tap0 >/dev/null 2>&1 3>&- &
	reader_pid=$!
	until_ok 5 has_lines 1 "\"reader\":true,\"reader_pid\":$reader_pid"
	in_peer "$flood" peer0 100 >/dev/null
	wait "$reader_pid"
	until_ok 5 has_lines 1 '"packets":100,.*"reader":false,"reader_pid":null'
	watch_end
}

@test "output that nobody reads: a closed pipe, a full pipe, a full disk" {
	$loader attach tap0
	# It does not wait for the next interval.
	run bash -c "set -o pipefail; timeout 10 $stats watch 3600 tap0 | head -n 1"
	[ "$status" -eq 0 ]
	run bash -c "timeout 10 $stats watch tap0 >/dev/full"
	[ "$status" -eq 1 ]
	[ "$output" = "xdptap-stats: can't write to stdout: No space left on device" ]
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	exec 4<>"$BATS_TEST_TMPDIR/pipe"
	head -c 65536 /dev/zero >&4
	$stats watch tap0 >&4 3>&- &
	watch_pid=$!
	until_ok 5 grep -q '^State:.*S' "/proc/$watch_pid/status"
	watch_end
	exec 4>&-
}

@test "the screen at 80x24, and when the terminal becomes larger and smaller" {
	$loader attach tap0
	in_peer "$flood" peer0 1000000 200 20000 >/dev/null 2>&1 3>&- &
	flood_pid=$!
	terminal_start 80 24
	run_screen 0.2
	until_ok 5 shows '^now, 0.2s *[0-9.]*k '
	layout 24
	columns_aligned
	shows ' 0% 100%    0%  100%   0%     0%'
	until_ok 5 shows '[▁▂▃▄▅▆▇█]$'
	in_tmux resize-window -x 200 -y 50
	until_ok 5 shows '^last minute,'
	until_ok 5 layout 50
	columns_aligned
	in_tmux resize-window -x 80 -y 24
	until_ok 5 layout 24
	columns_aligned
	# Whole cells or none.
	in_tmux resize-window -x 47 -y 8
	until_ok 5 shows '^ *pkt/s    bit/s   drop/s$'
	shows '^now, 0.2s *[0-9.]*k *[0-9.]*M *0$'
	in_tmux resize-window -x 3 -y 1
	in_tmux resize-window -x 80 -y 24
	until_ok 5 layout 24
	type_keys q
	until_ok 5 shows '^exit=0'
	kill "$flood_pid"
}

@test "several taps: a list, and one of them" {
	ip link add tap1 type veth peer name peer1
	$loader attach tap0
	$loader attach tap1
	terminal_start 80 24
	run_screen 0.2 tap0 tap1
	until_ok 5 shows '^> tap0  '
	shows '^  tap1  '
	shows '^tap0            native mode'
	layout 24
	columns_aligned
	type_keys Tab
	until_ok 5 shows '^> tap1  '
	shows '^tap1            native mode'
	type_keys Down
	until_ok 5 shows '^> tap0  '
	type_keys Up
	until_ok 5 shows '^> tap1  '
	$loader detach tap1
	until_ok 5 shows '^tap1            detached for [01]'
	shows '^> tap1            detached$'
	$loader attach tap1
	until_ok 5 shows '^tap1            native mode, attached again 20'
	type_keys '?'
	until_ok 5 shows '^  space  *pause'
	type_keys '?'
	until_ok 5 shows '^> tap1  '
	type_keys Space
	until_ok 5 shows PAUSED
	[ "$(capture)" = "$(sleep 0.5; capture)" ]
	type_keys Space
	until_ok 5 refute shows PAUSED
	type_keys q
	until_ok 5 shows '^exit=0'
	$loader detach tap1
	ip link del tap1
}

# verdicts DROPPED: a tap that counts verdicts, on a kernel that may be unable to.
verdicts()
{
	"$build/tests/system/verdicts" $bpffs/xdptap/tap0 <<-END
		0 57 0 1 fw$(printf '\x1b[2J')main 0 $1 700 0 0 0 0 $1 700 0 0 0
		1 58 1 1 second 0 3 100 7 0 0 0 3 100 7 0 0
	END
}

drops_show() { verdicts $((dropped += 1000)); shows "$1"; }

@test "screen: verdicts, and who dropped most" {
	$loader attach tap0
	verdicts $((dropped = 20))
	terminal_start 80 24
	run_screen 0.5 tap0
	until_ok 5 shows '^verdicts        PASS/s 0  DROP/s 0$'
	# A sample without drops may come at any time.
	until_ok 10 drops_show '^top dropper     [0-9.]*[kM]\?/s by fw?\[2Jmain (id 57)$'
	until_ok 10 drops_show '^verdicts        PASS/s 0  DROP/s [1-9]'
	# There is room for the rest.
	shows '^ring            \[.*reader: '
	last_row_is 24 '^q quit'
	until_ok 5 shows '^verdicts        PASS/s 0  DROP/s 0$'
	refute shows '^top dropper'
	type_keys q
	until_ok 5 screen_ended
}

@test "the tap that was chosen stays so when another one comes before it" {
	ip link add d0 type veth peer name peer1
	$loader attach tap0
	terminal_start 80 24
	run_screen 0.2
	$loader attach d0
	until_ok 5 shows '^  d0  '
	shows '^> tap0  '
	shows '^tap0            native mode'
	type_keys Up
	until_ok 5 shows '^> d0  '
	ip link del d0
	until_ok 5 shows '^d0              interface gone; attached 20'
	shows '^> d0              interface gone  '
	type_keys q
	until_ok 5 shows '^exit=0'
	$loader detach d0
}

@test "an interface or a program that is gone, though not detached, is said" {
	ip link add tap1 type veth peer name peer1
	$loader attach tap0
	$loader attach tap1
	watch_start -j watch 0.1
	until_ok 5 has_lines 2 '"tap1","state":"attached",.*"last":{'
	ip link del tap1
	until_ok 5 has_lines 1 '"tap0","state":"attached".*"tap1","state":"interface gone"'
	ip link set dev tap0 xdp off
	until_ok 5 has_lines 1 '"tap0","state":"program gone".*"tap1","state":"interface gone"'
	watch_end
	# But for the runtime, which may have grown by a second.
	[ "$($stats show | sed -n 's/^\(tap.*\) runtime .*/\1/p')" = "$($stats show tap0 | sed -n '1s/ runtime .*//p')
$($stats show tap1 | sed -n '1s/ runtime .*//p')" ]
	[[ $($stats show tap0 | head -n 1) == "tap0: program gone mode native since "*" runtime "* ]]
	[[ $($stats show tap1 | head -n 1) == "tap1: interface gone mode native since "*" runtime "* ]]
	[ "$($stats -j show | jq -c 'map(.state)')" = '["program gone","interface gone"]' ]
	[ "$($stats show -o prometheus | grep -c '^xdptap_tap_attached{.*} 0$')" -eq 2 ]
	$loader detach tap0
	$loader detach tap1
	# Not of those who still count; and none of another namespace, which it can't see.
	$loader attach tap0
	[ "$($stats -j show | jq -c 'map(.state)')" = '["attached"]' ]
	[ "$(unshare -n "$stats" -j show | jq -c 'map(.state)')" = '["attached"]' ]
	# Moved to another one the interface keeps its program, and the tap goes on.
	ip link set tap0 netns "$peer_pid"
	in_peer ip link set tap0 up
	before=$(counter packets)
	in_peer "$flood" peer0 100 >/dev/null
	until_ok 5 eval '[ "$(counter packets)" -ge $((before + 100)) ]'
	[ "$($stats -j show | jq -c 'map(.state)')" = '["attached"]' ]
}

@test "the first screen after a detach, and after an attach" {
	$loader attach tap0
	terminal_start 80 24
	run_screen 2 tap0
	$loader detach tap0
	until_ok 5 shows '^tap0            detached for'
	shows '^tap0            detached for 0s'
	$loader attach tap0
	until_ok 5 shows '^tap0            native mode'
	shows '^tap0            native mode, attached again 20'
	type_keys q
	until_ok 5 shows '^exit=0'
}

# With so many made-up CPUs there are so many blocks, each below its titles, and no CPU
# is left out uncounted.
cpus_in_blocks()
{
	type_keys "clear; $build/tests/system/screen 1 $1 1000000" Enter
	until_ok 5 shows 'without packets$'
	capture | awk -v cpus="$1" -v blocks="$2" '
		/pkt\/s/ { titles = gsub(/pkt\/s/, "") }
		/^CPU / { n = gsub(/CPU [0-9]/, ""); shown += n; if (n > most) most = n }
		/ more CPUs?, 1 without packets$/ { more = $1 }
		END {
			if (shown + more == cpus - 1 && titles == blocks && most == blocks)
				exit 0
			print cpus " CPUs: " shown " shown, " more " not; " titles " titles"
			exit 1
		}' || { capture; false; }
	type_keys q
	until_ok 5 shows 'ready>'
}

@test "blocks of CPUs that are just full, or just not" {
	terminal_start 200 40
	for n in 20 39 40; do cpus_in_blocks $n $((n > 20 ? 2 : 1)); done
	in_tmux resize-window -x 250 -y 40
	for n in 22 58 61; do cpus_in_blocks $n 3; done
}

@test "at 80x24 there are CPUs beside any number of taps" {
	terminal_start 80 24
	for taps in 2 3 7 30; do
		type_keys "clear; $build/tests/system/screen $taps 3 1000000" Enter
		until_ok 5 shows '^CPU 0  '
		until_ok 5 shows '^\(CPU 1  .*\|1 more CPU, 1 without packets\)$'
		last_row_is 24 '^q quit'
		shows '^60s, max '
		type_keys q
		until_ok 5 shows 'ready>'
	done
}

@test "before there is a rate the minute has no largest one" {
	$loader attach tap0
	in_peer "$flood" peer0 1000 >/dev/null
	terminal_start 80 24
	run_screen 3600
	shows '^60s, max - *$'
	type_keys q
	until_ok 5 shows '^exit=0'
}

@test "many CPUs and taps, large numbers and odd names keep to their columns" {
	terminal_start 80 24
	for size in "80 24" "100 30" "200 50"; do
		# shellcheck disable=SC2086
		in_tmux resize-window -x ${size% *} -y ${size#* }
		for what in "1 200 12345678" "4 64 999999999999" "30 8 3" "1 1 0"; do
			type_keys "clear; $build/tests/system/screen $what" Enter
			until_ok 5 shows '^since attached'
			until_ok 5 last_row_is "${size#* }" '^q quit'
			columns_aligned
			refute shows '[[:cntrl:]]'
			type_keys q
			until_ok 5 shows 'ready>'
		done
	done
	type_keys "clear; $build/tests/system/screen 30 8 3" Enter
	until_ok 5 shows '^  tap3  *detached'
	shows '^  tap4 .*  again$'
	type_keys q
	until_ok 5 shows 'ready>'
	# All that does not fit is counted.
	type_keys "clear; $build/tests/system/screen 1 200 1000000" Enter
	until_ok 5 shows '^[0-9]* more CPUs, 1 without packets$'
	n=$(capture | grep -o 'CPU [0-9]* ' | wc -l)
	[ $((n + $(capture | sed -n 's/ more CPUs.*//p'))) -eq 199 ]
	[ "$n" -gt 40 ]
	type_keys q
}

# Sends a packet to that address; the flow is on the screen, in three rows.
long_flow_shows()
{
	in_peer bash -c "echo >/dev/udp/$1:5672/65535"
	capture | grep -A 2 ' UDP$' | tr -d '\n' |
		grep -q " UDP       \[$1:5671\]:[0-9]* ->       \[$1:5672\]:65535\$"
}

@test "top: what is too long for the terminal goes on below" {
	addresses_up
	net=2001:db8:1234:5678:9abc:def0:1234
	ip addr add "$net:5672/64" dev tap0 nodad
	in_peer ip addr add "$net:5671/64" dev peer0 nodad
	in_peer ip -6 route replace "$net:0/112" dev peer0 src "$net:5671"
	$loader attach tap0 flows 1000
	terminal_start 60 20
	type_keys "clear; $stats top tap0 watch 0.5" Enter
	until_ok 5 shows '^tap0: waiting for the first interval'
	until_ok 10 long_flow_shows "$net"
	last_row_is 20 '^q quit'
	type_keys q
	until_ok 5 shows 'ready>'
}

@test "the terminal is as it was after q, Ctrl-C, Ctrl-\\, TERM and a stop" {
	$loader attach tap0
	terminal_start 80 24
	terminal_state "$BATS_TEST_TMPDIR/before"
	type_keys "clear; echo 'what was here'" Enter
	for how in q C-c 'C-\' TERM HUP; do
		type_keys "clear; echo 'what was here'; $stats watch 0.2; echo exit=\$?" Enter
		until_ok 5 shows '^since attached'
		refute shows 'what was here'
		case $how in
		TERM | HUP) kill "-$how" "$(screen_pid)" ;;
		*) type_keys "$how" ;;
		esac
		until_ok 5 shows '^exit=0'
		shows '^what was here'
		refute shows '^since attached'
		[ "$(in_tmux display-message -p '#{cursor_flag} #{alternate_on}')" = "1 0" ]
		rm -f "$BATS_TEST_TMPDIR/after"
		terminal_state "$BATS_TEST_TMPDIR/after"
		diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	done
}

@test "stopped by Ctrl-Z or SIGSTOP, resized meanwhile, and continued" {
	$loader attach tap0
	terminal_start 80 24
	terminal_state "$BATS_TEST_TMPDIR/before"
	for signal in TSTP STOP; do
		run_screen 0.2
		if [ "$signal" = TSTP ]; then type_keys C-z; else kill -STOP "$(screen_pid)"; fi
		until_ok 5 shows 'Stopped' || {
			capture
			false
		}
		in_tmux resize-window -x 100 -y 30
		type_keys "fg" Enter
		until_ok 5 layout 30
		columns_aligned
		refute shows Stopped
		in_tmux resize-window -x 80 -y 24
		until_ok 5 layout 24
		type_keys q
		until_ok 5 shows '^exit=0\|ready>'
		until_ok 5 screen_ended
		rm -f "$BATS_TEST_TMPDIR/after"
		terminal_state "$BATS_TEST_TMPDIR/after"
		diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	done
}

@test "it ends with its terminal, and while that is held by Ctrl-S" {
	$loader attach tap0
	terminal_start 80 24
	run_screen 0.1
	type_keys C-s
	sleep 0.5
	kill -TERM "$(screen_pid)"
	until_ok 5 screen_ended
	run_screen 0.1
	in_tmux kill-server
	until_ok 5 refute screen_pid
}

@test "without a capable terminal: a note, and lines" {
	$loader attach tap0
	terminal_start 80 24
	for term in "TERM=dumb|can't move its cursor" "TERM=|TERM is not set" "-u TERM|TERM is not set" \
		"TERM=nonsense|unknown terminal"; do
		type_keys "clear; env ${term%|*} $stats watch 0.1" Enter
		until_ok 5 shows '^time  *tap '
		shows "^xdptap-stats: no screen (.*${term#*|}); printing lines"
		type_keys C-c
		until_ok 5 screen_ended
	done
	# Without UTF-8 and colours.
	type_keys "clear; LC_ALL=C TERM=vt100 $stats watch 0.1" Enter
	until_ok 5 shows '^since attached'
	refute shows '[▁▂▃▄▅▆▇█]'
	columns_aligned
	type_keys q
}
