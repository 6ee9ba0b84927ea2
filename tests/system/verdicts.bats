#!/usr/bin/env bats
# Verdicts of other programs in xdptap-stats: text, JSON, metrics and watch. The
# maps are made up, since few kernels can trace. Run by tests/run, in private
# namespaces.

load lib
load others

setup()
{
	private_mounts
	network_up
	$loader attach tap0
	tap=$bpffs/xdptap/tap0
	own=$($loader -j show | jq '.[0].prog_id')
	cd "$BATS_TEST_TMPDIR" || return
}

teardown()
{
	[ -z "${watch_pid:-}" ] || kill -KILL "$watch_pid" 2>/dev/null || true
	network_down
}

verdicts() { "$build/tests/system/verdicts" "$tap" "$@"; }

# Two that nobody knows: an entry is "left" if its program is not on the interface.
two()
{
	verdicts <<-'END'
		5 4000000057 0 1 xdpfilt_alw_all 0 1024 12345678 0 0 0 0 1024 11111 0 0 0
		1 4000000061 1 0 fw_main 3 20 980 0 0 0 3 20 980 0 0 0
	END
}

narrow() { awk 'length > 80 { print "too long: " $0; exit 1 }' <<<"$output"; }
# From the table on.
table() { sed -n '/^    verdicts/,$p' <<<"$output"; }

@test "text: a table with a line for each program, those that have left, and the sums" {
	two
	run --separate-stderr $stats show
	[ "$status" -eq 0 ] && [ -z "$stderr" ]
	narrow
	diff - <(table) <<-'END'
		    verdicts                                    PASS  DROP  ABORTED
		      xdpfilt_alw_all (id 4000000057) left  12345678  1024        0
		      fw_main (id 4000000061) left               980    20        3
		      final                                    12091  1044        3
	END
}

@test "a tap without verdicts does not speak of them, with verdicts of nothing it does" {
	[[ $($stats show) != *verdicts* ]]
	$stats -j show | jq -e '.[0] | has("verdicts") or has("not_traced") or has("traced") or has("actions") | not'
	[[ $($stats show -o prometheus) != *_verdicts_* ]]
	verdicts </dev/null
	run --separate-stderr $stats show
	diff - <(table) <<-'END'
		    verdicts                    PASS  DROP
		      final                        0     0
	END
	$stats -j show | jq -e '.[0] | .verdicts == [] and .not_traced == []'
	$stats show -o prometheus >out
	promtool check metrics <out
	grep -qxF 'xdptap_untraced_programs{interface="tap0"} 0' out
	[[ $(<out) != *_verdicts_* ]]
}

@test "JSON has the same, with all digits" {
	two
	$stats -j show | jq -e '.[0] | (.verdicts | map(.prog_name) == ["xdpfilt_alw_all", "fw_main"]) and
		.not_traced == [] and .verdicts[0] == { prog_name: "xdpfilt_alw_all", prog_id: 4000000057, traced: false,
			returned: { aborted: 0, drop: 1024, pass: 12345678, tx: 0, redirect: 0, other: 0 },
			final: { aborted: 0, drop: 1024, pass: 11111, tx: 0, redirect: 0, other: 0 } }'
	verdicts <<<"5 57 0 1 x 1 2 9223372036854775807 4 5 6 1 2 9223372036854775807 4 5 6"
	[[ $($stats -j show) == *'"aborted":1,"drop":2,"pass":9223372036854775807,"tx":4,"redirect":5,"other":6}'* ]]
}

@test "programs on the interface: traced, not traced, and left" {
	dispatcher others_drop others_program_that_passes
	verdicts <<-END
		0 4000000001 0 1 gone_without_a_word 0 0 7 0 0 0 0 0 7 0 0 0
		1 $(id_of others_drop) 1 1 others_drop 0 5 0 0 0 0 0 5 0 0 0 0
	END
	run --separate-stderr $stats show
	narrow
	# The kernel itself knows 15 characters of its name.
	diff - <(table) <<-END
		    verdicts                                    PASS  DROP
		      $(printf %-40s "others_drop (id $(id_of others_drop))")     0     5
		      gone_without_a_word (id 4000000001) left     7     0
		      final                                        7     5
		    not traced: others_program_that_passes (id $(id_of others_program_that_passes))
	END
	[[ $stderr == "hint: 'xdptap-loader set dev tap0 verdicts' takes in what is not traced" ]]
	$stats -j show | jq -e --argjson id "$(id_of others_program_that_passes)" '.[0] |
		[.verdicts[].traced] == [true, false] and
		.not_traced == [{ prog_name: "others_program_that_passes", prog_id: $id }]'
	$stats show -o prometheus | grep -qxF 'xdptap_untraced_programs{interface="tap0"} 1'
	# It leaves, and comes back.
	dispatcher others_drop
	$stats -j show | jq -e '.[0].not_traced == []'
	dispatcher others_void others_program_that_passes others_drop
	[ "$($stats -j show | jq -c '.[0].not_traced | map(.prog_name)')" = \
		'["others_void","others_program_that_passes"]' ]
}

@test "verdicts that the kernel could not carry out, if the tap can count them" {
	two
	$stats -j show | jq -e '.[0] | has("xdp_errors") and .xdp_errors == null'
	[[ $($stats show) != *exceptions* ]]
	[[ $($stats show -o prometheus) != *xdp_errors* ]]
	verdicts <<<"errors 12 3"
	run --separate-stderr $stats show
	table | tail -n 2 | diff - <(printf '    %-15s %16d  (%s)\n' \
		exceptions 12 "ABORTED, OTHER or failed TX" "redirect errors" 3 "failed REDIRECT")
	$stats -j show | jq -e '.[0].xdp_errors == { exceptions: 12, redirect: 3 }'
	$stats show -o prometheus >out
	promtool check metrics <out
	grep -qxF 'xdptap_xdp_errors_total{interface="tap0",kind="exception"} 12' out
}

@test "what is on the interface is known without capabilities; where it is not, nothing is said" {
	two
	capsh --help >/dev/null 2>&1 || skip "there is no capsh"
	known=$($stats -j show | jq -c '.[0] | [.not_traced, [.verdicts[].traced]]')
	run --separate-stderr capsh --drop=cap_sys_admin,cap_bpf -- -c "$stats -j show"
	[ "$(jq -c '.[0] | [.not_traced, [.verdicts[].traced]]' <<<"$output")" = "$known" ]
	run --separate-stderr nsenter -t "$peer_pid" -n "$stats" show
	[[ $output == *"xdpfilt_alw_all (id 4000000057)"* && $output != *"(id 4000000057) left"* ]]
	[[ $output != *"not traced"* && -z $stderr ]]
	# Not in another network namespace, or where libxdp's pins can't be found.
	nsenter -t "$peer_pid" -n $stats -j show | jq -e '.[0].not_traced == null'
	[[ $(nsenter -t "$peer_pid" -n $stats show -o prometheus) != *xdptap_untraced* ]]
}

@test "names of 127 characters that are no text, and as many programs as there can be" {
	name=$(printf 'evil\x1b[2J\xff\x01\xc3\xa4%0115d' 7)
	for ((i = 0; i < 32; i++)); do
		printf '%d %d %d %d %s 1 2 3 4 5 6 1 2 3 4 5 6\n' $i $((100 + i)) $((31 - i)) $((i % 2)) "$name"
	done >entries
	verdicts <entries
	run --separate-stderr $stats show
	[ "$status" -eq 0 ]
	[ "$(table | wc -l)" -eq 34 ]
	[ "$(table | grep -c '^      evil\\x1b\[2J\\x.*\.\.\. (id [0-9]*) left  *3  *2  *4  *5  *1  *6$')" -eq 32 ]
	[ "$(table | wc -L)" -le 80 ]
	[ "$(table | grep -o 'id [0-9]*' | tr -dc '0-9\n' | head -n 16 | xargs)" = "$(seq 131 -2 101 | xargs)" ]
	[[ $(table | tail -n 1) =~ ^" "+final" "+96" "+64" "+128" "+160" "+32" "+192$ ]]
	$stats -j show | jq -e '.[0].verdicts | length == 32 and all(.[]; .prog_name | endswith("7") and startswith("evil\u001b[2J"))'
	$stats show -o prometheus >out
	run promtool check metrics <out
	[ "$status" -eq 0 ] && [ -z "$output" ]
	[ "$(grep -c '^xdptap_verdicts_total{interface="tap0",program="evil\\\\x1b' out)" -eq 192 ]
}

@test "no number is negative or too large while frames are being counted" {
	# Final before it was seen as returned; taken back before it was seen as final.
	verdicts <<-'END'
		0 57 0 1 a 0 10 100 0 0 0 0 12 100 0 0 0
		1 58 1 1 b 0 6 9223372036854775807 0 0 0 0 18446744073709551615 9223372036854775807 0 0 0
	END
	run --separate-stderr $stats show
	narrow
	[[ $(table) != *-* && $output != *1844674407* ]]
	$stats -j show | jq -e '.[0].verdicts | .[0].final.drop == 10 and .[1].final.drop <= .[1].returned.drop'
}

@test "metrics: promtool has nothing to say, and the values are those of JSON" {
	two
	for options in "" --per-cpu "--label netns=blue"; do
		# shellcheck disable=SC2086
		$stats show -o prometheus $options >out
		run promtool check metrics <out
		[ "$status" -eq 0 ] && [ -z "$output" ]
	done
	grep -qxF 'xdptap_verdicts_total{interface="tap0",netns="blue",program="fw_main",prog_id="4000000061",action="drop"} 20' out
	$stats -j show | jq -r '.[0].verdicts[] | . as $p | ("returned", "final") as $kind | .[$kind] | to_entries[] |
		"xdptap_\(if $kind == "final" then "final_" else "" end)verdicts_total" +
		"{interface=\"tap0\",program=\"\($p.prog_name)\",prog_id=\"\($p.prog_id)\",action=\"\(.key)\"} \(.value)"' | sort >json
	$stats show -o prometheus | grep '_verdicts_total{' | sort | diff json -
	[ "$(wc -l <json)" -eq 24 ]
	for name in program prog_id action trace at_exit; do
		run -2 $stats show -o prometheus --label $name=x
	done
}

@test "a tap at exit: which program, and which actions become events" {
	verdicts 3 57 fw_main <<<"0 57 0 1 fw_main 0 0 0 0 0 0 0 0 0 0 0 0"
	run $stats show
	[ "${lines[1]}" = "    trace fw_main (id 57) at exit" ]
	[ "${lines[2]}" = "    action aborted,drop" ]
	$stats -j show | jq -e '.[0] | .actions == ["aborted", "drop"] and .traced == { prog_id: 57, prog_name: "fw_main" }'
	$stats show -o prometheus >out
	promtool check metrics <out
	grep -q '^xdptap_tap_info{.*,trace="fw_main",at_exit="true"} 1$' out

	# All of them, and all that becomes of a frame: the table says which.
	verdicts 63 57 "" </dev/null
	run $stats show
	[ "${lines[1]}" = "    trace at exit" ]
	[ "${lines[2]}" = "    action all" ]
	$stats -j show | jq -e '.[0] | (.actions | length) == 6 and (has("traced") | not)'
	grep -q '^xdptap_tap_info{.*,trace="",at_exit="true"} 1$' < <($stats show -o prometheus)
}

# Whole objects alone: the last one may still be written.
last_is() { head -n -1 lines | jq -se "$1" >/dev/null; }

@test "watch: verdicts per second, and who dropped most" {
	two
	$stats -j watch 0.2 tap0 >lines 3>&- &
	watch_pid=$!
	until_ok 5 last_is 'length > 0 and .[0].taps[0].final_per_second == null and .[0].taps[0].top_dropper == null'
	verdicts <<-'END'
		5 4000000057 0 1 xdpfilt_alw_all 0 1034 12345778 0 0 0 0 1034 11211 0 0 0
		1 4000000061 1 0 fw_main 503 20 980 0 0 0 503 20 980 0 0 0
	END
	until_ok 5 last_is 'any(.[].taps[0]; .last.seconds as $s | .final_per_second |
		. != null and (.pass * $s | round) == 100 and (.drop * $s | round) == 10 and (.aborted * $s | round) == 500)'
	until_ok 5 last_is 'any(.[].taps[0]; .last.seconds as $s | .top_dropper |
		. != null and .prog_name == "fw_main" and .prog_id == 4000000061 and (.frames_per_second * $s | round) == 500)'
	until_ok 5 last_is '.[-1].taps[0] | .top_dropper == null and .final_per_second.pass == 0 and
		(.verdicts | length) == 2 and .not_traced == []'
	kill $watch_pid && wait $watch_pid

	$stats watch 0.2 tap0 >lines 3>&- &
	watch_pid=$!
	until_ok 5 eval '[ "$(wc -l <lines)" -ge 2 ]'
	verdicts <<<"1 4000000061 1 0 fw_main 503 60 980 0 0 0 503 60 980 0 0 0"
	until_ok 5 grep -qE ' DROP/s=[0-9.]+ dropper=fw_main\(4000000061\)$' lines
	kill $watch_pid && wait $watch_pid
	watch_pid=
}

@test "watch names a program that joins, within seconds" {
	dispatcher
	two
	$stats -j watch 0.1 tap0 >lines 3>&- &
	watch_pid=$!
	until_ok 5 last_is 'length > 0 and .[-1].taps[0].not_traced == []'
	dispatcher others_drop
	until_ok 3 last_is '.[-1].taps[0].not_traced[0].prog_name == "others_drop"'
	kill $watch_pid && wait $watch_pid
	watch_pid=
}
