#!/usr/bin/env bats
# xdptap-stats top and flush: 10,000 flows with a heavy tail, sent from all CPUs,
# against the table of what was sent. Run by tests/run, in private namespaces.

load lib

flows=$build/tests/system/flows

setup()
{
	private_mounts
	network_up
}

teardown()
{
	network_down
}

# send COUNT: all packets of so many flows, shared by the CPUs.
send()
{
	local cpus pids=() pid i=0
	mapfile -t cpus < <(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' |
		awk -F- '{ for (c = $1; c <= $NF; c++) print c }')
	for i in "${!cpus[@]}"; do
		in_peer taskset -c "${cpus[i]}" "$flows" peer0 "$1" "$i" "${#cpus[@]}" 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
}

# true_groups COUNT KEY BY: "GROUP<tab>VALUE" of each group that has any, the most first.
true_groups()
{
	"$flows" table "$1" | awk -F'\t' -v key="$2" -v by="$3" '
		{
			v6 = $1 ~ /:/
			group["flow"] = $1 " " $2 " " $3 " " $4 " " $5
			group["src"] = $1
			group["dst"] = $2
			group["sport"] = $3 " " $4
			group["dport"] = $3 " " $5
			group["proto"] = $3
			group["pair"] = $1 < $2 ? $1 " " $2 : $2 " " $1
			value["packets"] = $6
			value["bytes"] = $7
			value["syn"] = $8
			sum[group[key]] += value[by]
		}
		END { for (g in sum) if (sum[g]) print g "\t" sum[g] }' | sort -t"$(printf '\t')" -k2,2nr
}

# The same of what `top -j` printed on stdin.
shown_groups()
{
	jq -r --arg key "$1" --arg by "$2" '.top[] | ({
		flow: "\(.src) \(.dst) \(.proto_num) \(.sport // 0) \(.dport // 0)",
		src: .src, dst: .dst,
		sport: "\(.proto_num) \(.sport // 0)", dport: "\(.proto_num) \(.dport // 0)",
		proto: .proto_num, pair: (.pair // [] | sort | join(" "))
	}[$key] | tostring) + "\t" + ({ packets, bytes, syn: .syns }[$by] | tostring)'
}

# assert_top COUNT KEY BY: the true first 20, though equals may stand for each other.
assert_top()
{
	local dir=$BATS_TEST_TMPDIR
	$stats -j top tap0 key "$2" by "$3" count 20 >"$dir/top.json"
	true_groups "$1" "$2" "$3" >"$dir/true"
	shown_groups "$2" "$3" <"$dir/top.json" >"$dir/shown"
	diff <(head -n 20 "$dir/true" | cut -f 2) <(cut -f 2 "$dir/shown")
	[ -z "$(sort "$dir/shown" | uniq -d)" ]
	[ -z "$(sort "$dir/shown" | comm -23 - <(sort "$dir/true"))" ]
	jq -e --argjson want "$(awk -F'\t' '{ n++; sum += $2 } END { printf "[%d, %d]", n, sum }' \
		"$dir/true")" --arg by "$3" '
		($by == "syn" or .groups == $want[0]) and
		({ packets, bytes, syn: .syns }[$by] == $want[1]) and
		.flows_evicted == 0 and .flow_lost == 0 and
		([.top[].share] | add) <= 1.0001' "$dir/top.json"
}

@test "the first 20 of 10,000 flows, of every key, by every order" {
	n=$(many 10000)
	$loader attach tap0 flows 65536
	send "$n"
	[ "$($stats -j top tap0 | jq .flows)" -eq "$n" ]
	[ "$(counter flows)" -eq "$n" ]
	# All of it: sums, times and flags too.
	$stats -j top tap0 count 100000 >"$BATS_TEST_TMPDIR/all.json"
	diff <("$flows" table "$n" | sort) <(jq -r '.top[] | [.src, .dst, .proto_num,
		.sport // 0, .dport // 0, .packets, .bytes, .syns,
		([.tcp_flags[] | { FIN: 1, SYN: 2, PSH: 8, ACK: 16 }[.]] | add // 0)] | @tsv' \
		"$BATS_TEST_TMPDIR/all.json" | sort)
	jq -e '.ts as $now | (.packets == ([.top[].packets] | add)) and
		all(.top[]; .first_seen <= .last_seen and .last_seen <= $now)' \
		"$BATS_TEST_TMPDIR/all.json"
	[ "$(jq .packets "$BATS_TEST_TMPDIR/all.json")" -eq "$(counter packets)" ]
	for key in flow src dst sport dport proto pair; do
		for by in bytes packets syn; do
			echo "$key by $by"
			assert_top "$n" "$key" "$by"
		done
	done
}

@test "text: a line for each, within 80 columns for IPv4" {
	$loader attach tap0 flows 65536
	send 300
	run $stats top tap0 count 5
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 7 ]
	[[ ${lines[0]} == "tap0: 300 flows, room for 65536; "* ]]
	[ "${lines[1]}" = "    %  PKTS BYTES BIT/S  AGE IDLE FLAGS FLOW (5 of 300)" ]
	[ "$($stats top dev tap0 | wc -l)" -eq 22 ]
	[ "$($stats top tap0 count 300 | grep -v '\[' | awk 'length > 80' | wc -l)" -eq 0 ]
	[[ $($stats top tap0 key dport by packets count 1 | tail -n 1) == *" TCP/443" ]]
	[ "$($stats -p top tap0 | jq -c .)" != "" ]
}

@test "with too little room it says how many were evicted" {
	$loader attach tap0 flows 1000
	send 10000
	run $stats top tap0
	[ "$status" -eq 0 ]
	[[ ${lines[1]} =~ ^"about "[0-9]+" flows evicted for lack of room: not counted here"$ ]]
	$stats -j top tap0 count 1 | jq -e --argjson made "$(counter flows)" \
		'.flows <= .flows_max and .flows_max == 1000 and
		 .flows_evicted == $made - .flows and .flows_evicted >= 9000'
	# What is flushed is not evicted.
	evicted=$($stats -j top tap0 | jq .flows_evicted)
	$stats flush tap0
	[ "$($stats -j top tap0 | jq .flows_evicted)" -eq "$evicted" ]
}

# flood_survivors [COMMAND...]: of 2,000 flows of one packet, how many are left when as
# many others as there is room for have come after them, and COMMAND before those. On
# one CPU: each has a list of entries of its own.
flood_survivors()
{
	$loader attach tap0 flows 4000 2>/dev/null
	in_peer taskset -c 0 "$flood" peer0 2000 >/dev/null
	[ $# -eq 0 ] || "$@" >/dev/null
	in_peer taskset -c 0 "$flows" peer0 4000
	$stats -j top tap0 count 4000 | jq '[.top[] | select(.proto == "UDP" and .dport == 9)] | length'
	$loader detach tap0
}

@test "to be read leaves a flow as old as it was, unlike a packet" {
	[ "$(flood_survivors)" -lt 500 ]
	[ "$(flood_survivors taskset -c 0 "$stats" top tap0)" -lt 500 ]
	[ "$(flood_survivors in_peer taskset -c 0 "$flood" peer0 2000)" -gt 1500 ]
}

@test "flush: says how many flows it deleted, and counting starts again" {
	n=$(many 10000)
	$loader attach tap0 flows 65536
	send "$n"
	run $stats flush dev tap0
	[ "$status" -eq 0 ]
	[ "$output" = "xdptap-stats: tap0: $n flows deleted" ]
	[ "$($stats -j top tap0 | jq -c '[.flows, .packets, .flows_flushed, .flows_evicted, .top]')" = \
		"[0,0,$n,0,[]]" ]
	[ "$($stats top tap0)" = "tap0: 0 flows, room for 65536; 0 packets, 0 bytes" ]
	run $stats flush tap0
	[ "$status" -eq 0 ]
	[ "$output" = "xdptap-stats: tap0: 0 flows deleted" ]
	send 300
	[ "$($stats -j flush tap0 2>/dev/null)" = '{"ifname":"tap0","flows_flushed":300}' ]
	[ "$($stats -j top tap0 | jq -c '[.flows, .flows_flushed, .flows_evicted]')" = "[0,$((n + 300)),0]" ]
	# The whole tap is unharmed.
	assert_invariants
	send 300
	assert_top 300 flow packets
}

@test "several flushes at once, while flows come: none is lost, none counted twice" {
	command -v strace >/dev/null || skip "strace is not installed"
	$loader attach tap0 flows 65536
	# Slowly, so that each has what it read of the count when the others write theirs.
	for i in 1 2 3 4; do
		(for _ in 1 2 3; do
			strace -qq -o /dev/null -e trace=bpf -e inject=bpf:delay_exit=20000 \
				"$stats" flush tap0
		done) 2>"$BATS_TEST_TMPDIR/$i" 3>&- &
		pids+=("$!")
	done
	for _ in 1 2 3 4; do send "$(many 10000)"; done
	wait "${pids[@]}"
	[ "$(cat "$BATS_TEST_TMPDIR"/[1-4] | wc -l)" -eq 12 ]
	said=$(cat "$BATS_TEST_TMPDIR"/[1-4] | awk '{ sum += $3 } END { print sum }')
	[ "$($stats -j top tap0 | jq .flows_flushed)" -eq "$said" ]
	$stats -j top tap0 | jq -e --argjson made "$(counter flows)" \
		'.flows_evicted == 0 and .flows + .flows_flushed == $made'
}

@test "help names each key and each order, as the hints do" {
	help=$($stats --help | sed -n '/^  key KEY/,/^$/p')
	named=0
	for word in key by; do
		run $stats top tap0 "$word" nix
		[ "$status" -eq 2 ]
		for choice in ${lines[1]##*: }; do
			grep -qw "$choice" <<<"$help" || { echo "help: $word $choice"; false; }
			named=$((named + 1))
		done
	done
	[ "$named" -eq 10 ]
}

@test "flush: SIGINT, SIGTERM or SIGHUP at any of its calls loses no count" {
	command -v strace >/dev/null || skip "strace is not installed"
	$loader attach tap0 flows 65536
	calls=0 ended=0 status=1
	while [ "$status" -ne 0 ] && [ "$calls" -lt 100 ]; do
		case $((++calls % 3)) in 0) signal=INT ;; 1) signal=TERM ;; *) signal=HUP ;; esac
		send 300
		run strace -qq -o /dev/null -e trace=bpf \
			-e "inject=bpf:signal=$signal:when=$calls" "$stats" flush tap0
		[ "$status" -eq 0 ] || ended=$((ended + 1))
		$stats -j top tap0 | jq -e --argjson made "$(counter flows)" \
			'.flows_evicted == 0 and .flows + .flows_flushed == $made'
	done
	# All of them, up to one that it does not make any more.
	[ "$status" -eq 0 ]
	[ "$ended" -eq $((calls - 1)) ]
	[ "$ended" -gt 5 ]
	[ "$($stats -j top tap0 | jq .flows)" -eq 0 ]
}

@test "watch: what came in each interval; nothing negative after a flush" {
	$loader attach tap0 flows 65536
	send 300
	$stats -j top tap0 watch 0.3 key proto >"$BATS_TEST_TMPDIR/out" 3>&- &
	watcher=$!
	until_ok 5 [ -s "$BATS_TEST_TMPDIR/out" ]
	send 300
	$stats flush tap0
	send 300
	seen=$(wc -l <"$BATS_TEST_TMPDIR/out")
	until_ok 5 eval '[ $(wc -l <"$BATS_TEST_TMPDIR/out") -gt $((seen + 1)) ]'
	kill -INT "$watcher"
	wait "$watcher"
	# What was there before is not in it; what was flushed between two looks is lost.
	jq -es --argjson one "$("$flows" table 300 | awk '{ n += $6 } END { print n }')" '
		(.[0].packets == 0) and (map(.packets) | add) >= $one and
		(map(.packets) | add) <= 2 * $one and
		all(.[]; .seconds > 0 and (.top | length) == .groups and
			all(.top[]; .packets > 0 and .bytes > 0 and .bits_per_second > 0))' \
		"$BATS_TEST_TMPDIR/out"
}

@test "watch: the tap goes, and is another one; a closed pipe; text in blocks" {
	$loader attach tap0 flows 1000
	run timeout 5 bash -c "$stats top tap0 watch 0.1 | head -n 3"
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == ??:??:??" tap0: "* ]]
	[ "${lines[0]%% in *}" = "${lines[0]%% *} tap0: 0 flows, room for 1000; 0 packets, 0 bytes" ]
	send 300
	$stats -j top tap0 watch 3 count 1 >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	watcher=$!
	# When it has looked for the first time it takes a duplicate of its stdout.
	until_ok 5 eval '[ $(ls -l /proc/$watcher/fd | grep -c "$BATS_TEST_TMPDIR/out") -ge 2 ]'
	$loader detach tap0
	$loader attach tap0 flows 1000
	send 300
	until_ok 10 [ -s "$BATS_TEST_TMPDIR/out" ]
	$loader detach tap0
	status=0
	wait "$watcher" || status=$?
	[ "$status" -eq 1 ]
	# All that the new one has counted.
	[ "$(head -n 1 "$BATS_TEST_TMPDIR/out" | jq .packets)" -eq \
		"$("$flows" table 300 | awk '{ n += $6 } END { print n }')" ]
	[ "$(head -n 1 "$BATS_TEST_TMPDIR/err")" = \
		"xdptap-stats: tap0: no tap is pinned in $bpffs" ]
}

@test "watch: on a terminal in place, until q; the terminal is as it was" {
	$loader attach tap0 flows 1000
	send 300
	(
		until_ok 5 grep -q 'waiting for the first interval' "$BATS_TEST_TMPDIR/screen"
		send 300
		until_ok 5 grep -q '10.8.0.' "$BATS_TEST_TMPDIR/screen"
		printf q
	) 3>&- | timeout 20 script -qfec "stty rows 10 cols 70; before=\$(stty -g)
		TERM=xterm $stats top tap0 watch 0.5; echo status \$?
		[ \"\$(stty -g)\" = \"\$before\" ] && echo same" "$BATS_TEST_TMPDIR/screen" >/dev/null
	grep -q "status 0" "$BATS_TEST_TMPDIR/screen"
	grep -q "same" "$BATS_TEST_TMPDIR/screen"
	# The alternate screen, taken and given back.
	grep -q $'\e\\[?1049h' "$BATS_TEST_TMPDIR/screen"
	grep -q $'\e\\[?1049l' "$BATS_TEST_TMPDIR/screen"
}

@test "watch: the time, and that the tap was attached again" {
	$loader attach tap0 flows 1000
	$stats top tap0 watch 1 >"$BATS_TEST_TMPDIR/text" 3>&- &
	text_pid=$!
	$stats -j top tap0 watch 1 >"$BATS_TEST_TMPDIR/json" 3>&- &
	json_pid=$!
	until_ok 5 [ -s "$BATS_TEST_TMPDIR/json" ]
	$loader detach tap0
	$loader attach tap0 flows 1000
	until_ok 5 grep -q '"restarted":true,' "$BATS_TEST_TMPDIR/json"
	until_ok 5 grep -qE '^[0-9:]{8} tap0: 0 flows, .* in [0-9.]*s, attached again$' "$BATS_TEST_TMPDIR/text"
	kill "$text_pid" "$json_pid"
	wait "$text_pid" "$json_pid"
	jq -es '.[0].restarted == false and
		([.[] | select(.restarted)] | length == 1) and
		([.[].attached_at] | unique | length <= 2) and all(.[]; .state == "attached")' \
		"$BATS_TEST_TMPDIR/json"
	ip link set dev tap0 xdp off
	[[ $($stats top tap0) == "tap0: program gone; 0 flows, room for 1000;"* ]]
	[ "$($stats -j top tap0 | jq -r .state)" = "program gone" ]
}

@test "a user with read permission can look, but not flush" {
	$loader attach tap0 flows 1000
	send 300
	chmod 711 "$bpffs" "$bpffs/xdptap"
	chmod 755 "$bpffs/xdptap/tap0"
	chmod 644 "$bpffs"/xdptap/tap0/*
	user=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all)
	[ "$("${user[@]}" "$stats" -j top tap0 | jq .flows)" -eq 300 ]
	run "${user[@]}" "$stats" flush tap0
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "xdptap-stats: tap0: can't open "*"/flow_map: Permission denied" ]]
	[ "${lines[1]}" = "hint: run as root, or with the permissions described in FILES of the man page" ]
	chmod 666 "$bpffs"/xdptap/tap0/flow_*
	run "${user[@]}" "$stats" flush tap0
	[ "$status" -eq 0 ]
	chmod 600 "$bpffs"/xdptap/tap0/flow_*
	run "${user[@]}" "$stats" top tap0
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *"/flow_map: Permission denied" ]]
}

@test "a tap without flows, no tap, and words that are wrong" {
	$loader attach tap0
	for command in top flush; do
		run $stats "$command" tap0
		[ "$status" -eq 1 ]
		[ "${lines[0]}" = "xdptap-stats: tap0: the tap counts no flows" ]
		[[ ${lines[1]} == "hint: "*"'xdptap-loader attach dev tap0 flows 65536'" ]]
		run $stats "$command" tap1
		[ "$status" -eq 1 ]
		[ "${lines[0]}" = "xdptap-stats: tap1: no tap is pinned in $bpffs" ]
	done
	while IFS='|' read -r words line hint; do
		# shellcheck disable=SC2086
		run $stats $words
		[ "$status" -eq 2 ]
		[ "${lines[0]}" = "xdptap-stats: $line" ]
		[ "${lines[1]-}" = "${hint:+hint: $hint}" ]
	done <<-'END'
		top|the name of an interface is missing|'ip link show' lists the interfaces
		top tap0 key|'key' needs a value|use one of: flow src dst sport dport proto pair
		top tap0 by|'by' needs a value|use one of: bytes packets syn
		top tap0 count|'count' needs a value|
		top tap0 key src key dst|'key' is given twice|
		top tap0 watch 1 by syn watch|'watch' is given twice|
		top tap0 key port|unknown value 'port' of 'key'|use one of: flow src dst sport dport proto pair
		top tap0 by size|unknown value 'size' of 'by'|use one of: bytes packets syn
		top tap0 count 0|count '0' is not a number from 1 to 2^63-1|
		top tap0 count +1|count '+1' is not a number from 1 to 2^63-1|
		top tap0 watch 0|watch: '0' is not a number of seconds from 0.1 to 3600|
		top tap0 watch +1|watch: '+1' is not a number of seconds from 0.1 to 3600|
		top tap0 watch soon|unknown argument 'soon'|use one of: key by count watch
		top tap0 5|unknown argument '5'|use one of: key by count watch
		flush|the name of an interface is missing|'ip link show' lists the interfaces
		flush tap0 now|unknown argument 'now'|
	END
	run bash -c "$stats top tap0 >/dev/full"
	[ "$status" -eq 1 ]
}
