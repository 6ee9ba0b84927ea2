#!/usr/bin/env bats
# docs/recipes.md: the events arrive, each once, and across a killed reader each at least once. Run by
# tests/run, in private namespaces.

load lib

recipes=$PWD/docs/recipes
mock=$build/tests/system/kafka_mock

setup()
{
	private_mounts
	network_up
	ip link set lo up
	cd "$BATS_TEST_TMPDIR" || return
	mkdir events state
	started=()
	$loader attach tap0 2>/dev/null
}

teardown()
{
	local pid
	for pid in "${started[@]}"; do
		kill -9 "$pid" 2>/dev/null && wait "$pid" || true
	done
	network_down
}

need() { command -v "$1" >/dev/null || skip "$1 is not installed"; }
send() { in_peer "$flood" peer0 "$1" 64 >/dev/null; }
has() { [ "$(wc -l <"$1")" -ge "$2" ]; }
# slowly N: takes N / 64 * 10 ms.
slowly() { in_peer "$flood" peer0 "$1" 64 10000 >/dev/null 3>&- & sender=$!; started+=("$sender"); }
# Events that differ; a line of which a killed reader wrote only a part is none.
distinct() { jq -Rc 'fromjson? | [.ts, .sport]' "$1" | sort -u | wc -l; }
all_read() { [ "$($stats -j show tap0 | jq '.[0].ring_used_bytes')" -eq 0 ]; }

start_rsyslog()
{
	rsyslogd -n -f rsyslog.conf -i rsyslog.pid 3>&- >rsyslog.log 2>&1 & rsyslog=$!
	started+=("$rsyslog")
}

append() { "$reader" -j tap0 >>events/tap0.ndjson 2>>reader.log 3>&- & reading=$!; started+=("$reading"); }

# bats test_tags=any-kernel
@test "rsyslog: each event once, also if rsyslog is restarted; none is missing after a killed reader" {
	need rsyslogd
	{ echo "global(workDirectory=\"$PWD/state\")"; sed "s#/var/log/xdptap/collected#$PWD/collected#
		s#/var/log/xdptap#$PWD/events#" "$recipes/rsyslog.conf"; } >rsyslog.conf
	run rsyslogd -N1 -f rsyslog.conf
	echo "$output"
	[ "$status" -eq 0 ]
	append
	start_rsyslog
	send 300
	until_ok 20 has collected.log 300
	kill "$rsyslog"
	wait "$rsyslog" || true
	send 200
	start_rsyslog
	until_ok 20 has collected.log 500
	diff collected.log events/tap0.ndjson
	[ "$(jq -r .sport collected.log | sort -u | wc -l)" -eq 300 ]

	# Killed amid a stream of frames.
	slowly 2000
	until_ok 20 has events/tap0.ndjson 800
	kill -9 "$reading"
	wait "$reading" || true
	append
	wait "$sender"
	until_ok 20 all_read
	kill "$reading"
	wait "$reading"
	until_ok 20 diff -q collected.log events/tap0.ndjson
	[ "$(distinct collected.log)" -eq 2500 ]
}

# bats test_tags=any-kernel
@test "Kafka by kcat: each event once; none is missing after a killed reader" {
	need kcat
	"$mock" >broker 3>&- & started+=($!)
	until_ok 10 has broker 1
	broker=$(<broker)
	consumed() { kcat -C -q -e -b "$broker" -t xdptap -o beginning >got; }
	produce() { ("$reader" -j tap0 2>>reader.log | kcat -P -b "$broker" -t xdptap) 3>&- & pipe=$!; started+=("$pipe"); }
	seen() { [ "$(counter packets)" -ge "$1" ]; }
	# end SIGNAL: of the reader, once it has read all; kcat sends what it has, and ends.
	end()
	{
		until_ok 20 all_read
		kill -s "$1" "$($stats -j show tap0 | jq '.[0].reader_pid')"
		wait "$pipe" || true
	}

	produce
	send 500
	end TERM
	consumed
	[ "$(wc -l <got)" -eq 500 ]
	[ "$(jq -r .sport got | sort -u | wc -l)" -eq 500 ]

	produce
	slowly 2000
	until_ok 20 seen 1000
	kill -9 "$($stats -j show tap0 | jq '.[0].reader_pid')"
	wait "$pipe" || true
	produce
	wait "$sender"
	end TERM
	consumed
	[ "$(distinct got)" -eq 2500 ]
}

# bats test_tags=any-kernel
@test "the configurations that Debian has no program for are well-formed, and docs/recipes.md names each" {
	python3 -c 'import sys, tomllib; assert tomllib.load(open(sys.argv[1], "rb"))["sources"]' "$recipes/vector.toml"
	for file in fluent-bit promtail; do
		python3 -c 'import sys, yaml; assert yaml.safe_load(open(sys.argv[1]))' "$recipes/$file.yaml"
	done
	for file in "$recipes"/*; do
		grep -q "(recipes/${file##*/})" "$recipes.md"
	done
}
