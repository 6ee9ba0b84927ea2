#!/usr/bin/env bats
# That the benchmark still runs and says what it measured; how fast anything is,
# no test asks. Run by tests/run as it is.

bats_require_minimum_version 1.5.0

bench=${XDPTAP_BUILD:-$PWD/build}/tests/bench/bench

@test "sections as one JSON document" {
	run --separate-stderr "$bench" -j -q cost reader start
	echo "$output$stderr"
	[ "$status" -eq 0 ]
	jq -e '.machine.kernel and .machine.cpus and .runs == 3' <<<"$output"
	jq -e '[.sections | keys[]] == ["cost", "reader", "start"]' <<<"$output"
	jq -e 'all(.sections[]; (.rows | length > 2) and all(.rows[]; .median >= 0 and .unit))' <<<"$output"
	jq -e '[.sections[].targets[] | has("met")] | length > 3 and all' <<<"$output"
}

@test "captured bytes, and in every form" {
	run --separate-stderr "$bench" -j -q snaplen writers
	echo "$output$stderr"
	[ "$status" -eq 0 ]
	jq -e 'all(.sections[]; (.rows | length > 12) and all(.rows[]; .unit))' <<<"$output"
	jq -e '[.sections.writers.rows[].name] | contains(["text", "-j", "snaplen 64: -w, disk"])' <<<"$output"
	jq -e '[.sections.writers.targets[] | has("met")] | length == 3 and all' <<<"$output"
}

@test "rates without loss" {
	run --separate-stderr "$bench" -j -q lossless
	echo "$output$stderr"
	[ "$status" -eq 0 ]
	jq -e '.sections.lossless.rows | length > 5 and all(.median >= 0 and .unit == "Mpps")' <<<"$output"
	jq -e '.sections.lossless | .targets + .notes | length >= 4' <<<"$output"
}

@test "filters, beside tcpdump with the same ones" {
	run --separate-stderr "$bench" -j -q filter
	echo "$output$stderr"
	[ "$status" -eq 0 ]
	jq -e '.sections.filter.rows | length > 18 and all(.unit)' <<<"$output"
	jq -e '[.sections.filter.rows[].name] |
		contains(["xdptap -w: tcp port 443", "tcpdump -w: tcp port 443", "set, 100 terms"])' <<<"$output"
	jq -e '[.sections.filter.targets[] | has("met")] | length == 3 and all' <<<"$output"
}

@test "the same as tables of 80 columns, and nothing is left behind" {
	# What keeps a program. Programs come and go meanwhile, those of other tests.
	there() { ip -o link | cut -d: -f2; find /sys/fs/bpf | sort; }
	before=$(there)
	run --separate-stderr "$bench" -q start
	[ "$status" -eq 0 ]
	[ "$(there)" = "$before" ]
	[[ $output == *"xdptap-loader attach"* ]]
	[[ $output =~ (met|NOT\ MET)\ +detach ]]
	[ -z "$(grep -E '.{81}' <<<"$output")" ]
}

@test "an unknown section is a usage error that names it" {
	run "$bench" costs
	[ "$status" -eq 2 ]
	[[ $output == *"costs: no such section"* ]]
}
