#!/usr/bin/env bats
# docs/prometheus and docs/grafana, over metrics that xdptap-stats really prints: the rules fire when
# they should, and no query asks for a metric that does not exist. Run by tests/run.

load ../guest/tracing

rules=$PWD/docs/prometheus/xdptap.rules.yml
dashboard=$PWD/docs/grafana/xdptap.json

need() { command -v "$1" >/dev/null || skip "$1 is not installed"; }
metrics() { $stats -o prometheus show | grep -v '^#'; }

# used FILE: the names of metrics of xdptap in it, which are in no attribute of another kind.
used() { grep -oE 'xdptap_[a-z0-9_]+' "$1" | sort -u; }
printed() { metrics | sed 's/[{ ].*//' | sort -u; }

# rule_tests SECONDS FILE BEFORE AFTER: a unit test of the rules, in which each counter goes on growing
# by what it grew from BEFORE to AFTER per 15 s, and all else stays as in AFTER. FILE has what must
# fire then, or nothing.
rule_tests()
{
	printf '%s\n' "rule_files: [$rules]" 'evaluation_interval: 15s' tests: '  - interval: 15s' \
		'    input_series:'
	awk -v count=$(($1 / 15)) '
		{ value = $NF; sub(/ [^ ]*$/, ""); sub(/\{/, "{instance=\"host:9100\",") }
		FILENAME == ARGV[1] { before[$0] = value; next }
		{ gsub(/\047/, "\047\047") }
		{ step = /_total\{/ ? value - before[$0] : 0
		  printf "      - series: \047%s\047\n        values: \047%d+%dx%d\047\n", $0, value, step, count }
	' "$3" "$4"
	echo '    alert_rule_test:'
	for alert in $(sed -n 's/.* alert: //p' "$rules"); do
		printf '      - alertname: %s\n        eval_time: %ss\n        exp_alerts:' "$alert" "$1"
		if grep -q "^$alert " "$2"; then
			printf '\n'
			sed -n "s/^$alert //p" "$2"
		else
			echo ' []'
		fi
	done
}

# fires ALERT SEVERITY SUMMARY: the line for rule_tests, without what the rule itself says.
fires()
{
	local description
	description=$(awk -v alert="$1" '$3 == alert { on = 1 } on && /description:/ { getline; text = $0
		while ((getline line) > 0 && line ~ /^            /) text = text line
		gsub(/ +/, " ", text); sub(/^ /, "", text); print text; exit }' "$rules")
	description=${description//'{{ $labels.interface }}'/tap0}
	printf '%s           - {exp_labels: {severity: %s, instance: "host:9100", interface: tap0}, exp_annotations: {summary: "%s", description: "%s"}}\n' \
		"$1" "$2" "$3" "$description"
}

judge() { run promtool test rules "$1"; echo "$output"; [ "$status" -eq 0 ]; }

@test "promtool takes the rules; from real metrics each fires when it should, and only then" {
	need promtool
	cd "$BATS_TEST_TMPDIR"
	promtool check rules "$rules"
	$loader attach tap0 ring 4K rings 1 flows 1000 2>/dev/null

	# Nothing is wrong: no alert.
	send 10
	metrics >before
	send 10
	metrics >after
	: >none
	rule_tests 1200 none before after >quiet.yml
	judge quiet.yml

	# Nobody reads, and the ring buffer is full: 150 events are lost each 15 s.
	send 100
	metrics >before
	send 150
	metrics >after
	fires XdptapNoReader warning 'tap0: nobody reads the events, and the ring buffers are full' >expected
	rule_tests 1200 expected before after >absent.yml
	judge absent.yml

	# The same while a reader that is too slow has it.
	sed -i 's/^\(xdptap_reader_attached{.*}\) 0/\1 1/' before after
	fires XdptapEventsLost warning 'tap0: 10 events per second are lost' >expected
	fires XdptapRingNearlyFull info "tap0: the ring buffers are $(awk '/^xdptap_ring_used/ { used = $NF }
		/^xdptap_ring_bytes/ { all = $NF } END { printf "%.4g", used / all * 100 }' after)% full" >>expected
	rule_tests 1200 expected before after >slow.yml
	judge slow.yml

	# Paused for more than an hour.
	$loader set tap0 pause
	metrics >after
	cp after before
	fires XdptapPaused info 'tap0: the tap has been paused for an hour' >expected
	rule_tests 7200 expected before after >paused.yml
	judge paused.yml

	# Its interface is deleted.
	ip link del tap0
	metrics >after
	cp after before
	fires XdptapTapGone critical 'tap0: the tap gets no frames any more' >>expected
	rule_tests 7200 expected before after >gone.yml
	judge gone.yml
}

# bats test_tags=every-kernel
@test "each metric of the rules and the dashboard is one that xdptap-stats prints" {
	hook_up $passes
	if [ -n "${no_tracing:-}" ]; then
		echo "# $no_tracing: metrics of verdicts are not printed here, but in the guest" >&3
		kill "$hook_pid"
		wait "$hook_pid" || true
		hook_pid=
		until_ok 10 refute has_xdp
		$loader attach tap0 flows 1000 2>/dev/null
	else
		$loader attach tap0 at exit flows 1000 2>/dev/null
	fi
	send 10
	{ printed; [ -z "${no_tracing:-}" ] || printf '%s\n' xdptap_{final_verdicts_total,xdp_errors_total,untraced_programs}; } |
		sort >"$BATS_TEST_TMPDIR/there"
	[ "$(used "$dashboard" | comm -23 - "$BATS_TEST_TMPDIR/there")" = "" ]
	[ "$(used "$rules" | comm -23 - "$BATS_TEST_TMPDIR/there")" = "" ]
	[ "$(used "$dashboard" | wc -l)" -ge 20 ]
}

# bats test_tags=any-kernel
@test "the dashboard: JSON with a panel per title, each with a query that Prometheus can parse" {
	need promtool
	cd "$BATS_TEST_TMPDIR"
	[ "$(jq '[.panels[].id] | length == (unique | length)' "$dashboard")" = true ]
	[ "$(jq '[.panels[].title] | length == (unique | length)' "$dashboard")" = true ]
	# No two panels lie on each other, and all are within Grafana's 24 columns.
	[ "$(jq '[.panels[].gridPos | select(.x + .w > 24)] | length' "$dashboard")" -eq 0 ]
	[ "$(jq '[.panels[].gridPos | "\(.x),\(.y)"] | length == (unique | length)' "$dashboard")" = true ]
	{
		printf '%s\n' groups: '  - name: dashboard' '    rules:'
		jq -r '.panels[].targets[].expr' "$dashboard" | sed 's/\$__rate_interval/1m/g' |
			awk '{ gsub(/\047/, "\047\047"); printf "      - record: panel:%d\n        expr: \047%s\047\n", NR, $0 }'
	} >panels.yml
	run promtool check rules panels.yml
	echo "$output"
	[ "$status" -eq 0 ]
}
