#!/usr/bin/env bats
# Metrics of xdptap-stats, before those who read them: promtool, node_exporter
# and Prometheus. Run by tests/run, in private namespaces.

load lib

setup()
{
	private_mounts
	network_up
	cd "$BATS_TEST_TMPDIR" || return
	mkdir metrics
	textfile=metrics/xdptap.prom
	started=()
}

teardown()
{
	for pid in "${started[@]}"; do
		kill "$pid" 2>/dev/null && wait "$pid" || true
	done
	network_down
}

need() { command -v "$1" >/dev/null || skip "$1 is not installed"; }
inode() { stat -c %i "$textfile"; }

# No more beside the file than there was.
assert_alone() { [ "$(ls -A metrics)" = xdptap.prom ] || { ls -la metrics; false; }; }

@test "promtool has nothing to say" {
	need promtool
	ip link add tap1 type veth peer name peer1
	$loader attach tap0
	$loader attach tap1
	in_peer "$flood" peer0 100 >/dev/null
	for options in "" --per-cpu; do
		# shellcheck disable=SC2086
		$stats show -o prometheus $options >out
		run promtool check metrics <out
		[ "$status" -eq 0 ] && [ -z "$output" ]
		run promtool check metrics --extended <out
		[ "$status" -eq 0 ]
	done
	# The others don't have it, or a row of them was forgotten.
	[ "$($stats show -o prometheus tap1 | grep -c 'interface="tap1"')" -eq \
		"$(grep -c 'interface="tap0"' < <($stats show -o prometheus tap0))" ]
	$loader detach tap0
	$loader detach tap1
	ip link del tap1
	run $stats show -o prometheus
	[ "$status" -eq 0 ] && [ -z "$output" ]
}

@test "the values are those of JSON; of each CPU, they add up" {
	$loader attach tap0
	in_peer "$flood" peer0 1234 >/dev/null
	$stats show -o prometheus >out
	$stats -j show | jq -r '.[0] | to_entries[] | "\(.key) \(.value)"' >json
	while read -r metric key; do
		[ "$(awk -v m="$metric" '$1 == m { print $2 }' out)" = \
			"$(awk -v k="$key" '$1 == k { print $2 }' json)" ] || { echo "$metric"; false; }
	done <<-'END'
		xdptap_packets_total{interface="tap0"} packets
		xdptap_bytes_total{interface="tap0"} bytes
		xdptap_protocol_packets_total{interface="tap0",protocol="tcp"} tcp
		xdptap_protocol_packets_total{interface="tap0",protocol="udp"} udp
		xdptap_protocol_packets_total{interface="tap0",protocol="other"} other
		xdptap_family_packets_total{interface="tap0",family="ipv4"} ipv4
		xdptap_family_packets_total{interface="tap0",family="ipv6"} ipv6
		xdptap_family_packets_total{interface="tap0",family="non_ip"} non_ip
		xdptap_icmp_packets_total{interface="tap0"} icmp
		xdptap_vlan_packets_total{interface="tap0"} vlan
		xdptap_fragment_packets_total{interface="tap0"} fragments
		xdptap_malformed_packets_total{interface="tap0"} malformed
		xdptap_events_total{interface="tap0"} events
		xdptap_events_dropped_total{interface="tap0"} dropped
		xdptap_ring_bytes{interface="tap0"} ring_bytes
		xdptap_ring_used_bytes{interface="tap0"} ring_used_bytes
	END
	[ "$(counter packets)" -eq 1234 ]
	grep -qxF 'xdptap_reader_attached{interface="tap0"} 0' out
	grep -q '^xdptap_tap_info{interface="tap0",version="[0-9.]*",mode="native",.*} 1$' out
	[ "$($stats show -o prometheus --per-cpu | awk '/^xdptap_packets_total/ { n += $2 } END { print n }')" -eq 1234 ]
	[[ $(awk '/^xdptap_attached_timestamp_seconds/ { print $2 }' out) =~ ^$(date +%s | cut -c1-7) ]]
}

@test "interface names of all kinds" {
	need promtool
	for name in 'q"\x' $'a\xffb\xfe' $'\xc3\xa4\x01'; do
		ip link set tap0 down
		ip link set tap0 name "$name"
		$loader attach "$name"
		$stats show -o prometheus >out
		run promtool check metrics <out
		$loader detach "$name"
		ip link set "$name" name tap0
		[ "$status" -eq 0 ] && [ -z "$output" ] || { cat out; false; }
		sed -n 's/^xdptap_packets_total{interface=\(.*\)} 0$/\1/p' out >>names
	done
	diff names - <<-'END'
		"q\"\\x5cx"
		"a\\xffb\\xfe"
		"ä\\x01"
	END
}

@test "a textfile: for all to read, replaced as a whole" {
	$loader attach tap0
	(umask 077 && $stats show --textfile $textfile)
	[ "$(stat -c %a $textfile)" = 644 ]
	assert_alone
	diff <(grep -v ring_used $textfile) <($stats show -o prometheus | grep -v ring_used)
	before=$(inode)
	in_peer "$flood" peer0 10 >/dev/null
	$stats --textfile $textfile show tap0
	[ "$(inode)" != "$before" ]
	grep -qxF 'xdptap_packets_total{interface="tap0"} 10' $textfile
	# A tap that is gone is gone from the file.
	$loader detach tap0
	run $stats show --textfile $textfile
	[ "$status" -eq 0 ] && [ -z "$output" ]
	[ -e $textfile ] && [ ! -s $textfile ]
}

@test "a textfile that can't be written: one line, exit 1, the old one stays" {
	$loader attach tap0
	run $stats show --textfile nowhere/xdptap.prom
	[ "$status" -eq 1 ]
	[ "$output" = "xdptap-stats: can't write nowhere/xdptap.prom: No such file or directory" ]

	mkdir $textfile
	run $stats show --textfile $textfile
	[ "$status" -eq 1 ]
	[ "$output" = "xdptap-stats: can't write $textfile: Is a directory" ]
	assert_alone
	rmdir $textfile

	mount -t tmpfs -o size=4k tmpfs metrics
	$stats show --textfile $textfile
	cp $textfile old
	run $stats show --textfile $textfile
	now=$(cat $textfile) listed=$(ls -A metrics)
	umount metrics
	[ "$status" -eq 1 ]
	[ "$output" = "xdptap-stats: can't write $textfile: No space left on device" ]
	[ "$now" = "$(cat old)" ]
	[ "$listed" = xdptap.prom ]
}

@test "a textfile with each system call refused, or killed there" {
	need strace
	$loader attach tap0
	echo old >$textfile
	for call in fchmod write /^rename; do
		run strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:error=EIO:when=1" \
			"$stats" show --textfile $textfile
		[ "$status" -eq 1 ] || { echo "$call: $status $output"; false; }
		[[ $output == "xdptap-stats: can't write $textfile: Input/output error" ]]
		assert_alone
		[ "$(cat $textfile)" = old ]
	done
	# Asked to end in the middle, it ends what it began.
	run strace -qq -o /dev/null -e trace=write -e inject=write:signal=TERM \
		"$stats" show --textfile $textfile
	[ "$status" -eq 143 ]
	assert_alone
	grep -q xdptap_packets_total $textfile
	echo old >$textfile
	for call in fchmod write /^rename; do
		run strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL" \
			"$stats" show --textfile $textfile
		[ "$status" -eq 137 ]
		[ "$(cat $textfile)" = old ]
		# What is left, node_exporter does not read.
		[ -z "$(find metrics -name '*.prom' ! -name xdptap.prom)" ]
	done
}

free_port()
{
	local port=$1
	while [ -n "$(ss -Hltn "sport = :$port")" ]; do port=$((port + 1)); done
	echo "$port"
}

# start NAME COMMAND...: until teardown; what it says is in NAME.log.
start()
{
	"${@:2}" >"$1.log" 2>&1 3>&- &
	started+=($!)
}

keep_textfile()
{
	while :; do
		"$stats" show --textfile "$textfile"
		sleep 1
	done
}

# query EXPRESSION: its one value; fails if there is none, or several.
query()
{
	local value
	value=$(promtool query instant -o json "http://127.0.0.1:$server_port" "$1" 2>/dev/null |
		jq -r 'if length == 1 then .[0].value[1] | tonumber else empty end')
	# Without input jq 1.6 is content, -e or not.
	[ -n "$value" ] && echo "$value"
}

# Packets and the time, in one line.
packets_now() { echo "$(counter packets) $(date +%s.%N)"; }

@test "node_exporter reads it, Prometheus scrapes it, and its rate is what was sent" {
	[ -z "${XDPTAP_GUEST:-}" ] || skip "too slow in an emulated machine"
	need prometheus
	need prometheus-node-exporter
	need promtool
	addresses_up
	$loader attach tap0
	exporter_port=$(free_port 9100)
	server_port=$(free_port 9090)
	cat >prometheus.yml <<-END
		global:
		  scrape_interval: 1s
		scrape_configs:
		  - job_name: node
		    static_configs:
		      - targets: ["127.0.0.1:$exporter_port"]
	END
	start textfile keep_textfile
	start node_exporter prometheus-node-exporter --collector.disable-defaults \
		--web.disable-exporter-metrics --collector.textfile \
		--collector.textfile.directory="$PWD/metrics" \
		--web.listen-address="127.0.0.1:$exporter_port"
	start prometheus prometheus --config.file=prometheus.yml --storage.tsdb.path=data \
		--web.listen-address="127.0.0.1:$server_port"
	# Steadily some 100 a second, and what else is sent, such as ARP.
	start ping nsenter -t "$peer_pid" -n -- ping -q -i 0.01 10.9.0.2

	until_ok 30 query 'xdptap_packets_total{interface="tap0"} > 0'
	read -r packets begin <<<"$(packets_now)"
	until_ok 30 query 'count_over_time(xdptap_packets_total[10s]) >= 10'
	rate=$(query 'rate(xdptap_packets_total[10s])')
	read -r more end <<<"$(packets_now)"
	sent=$(awk "BEGIN { print ($more - $packets) / ($end - $begin) }")
	echo "$rate packets a second, as Prometheus has it; $sent were sent"
	# Either end of the ten seconds may be off by one, as file and scrape have their own clocks.
	awk "BEGIN { exit !($sent > 20 && $rate > 0.7 * $sent && $rate < 1.3 * $sent) }"

	# Nothing is renamed, nothing else is there.
	[ "$(query 'count({__name__=~"xdptap_.*", interface!="tap0"}) or vector(0)')" -eq 0 ]
	[ "$(query 'node_textfile_scrape_error')" -eq 0 ]
	[ "$(query 'xdptap_tap_info{mode="native"}')" -eq 1 ]
	[ "$(query 'rate(xdptap_protocol_packets_total{protocol="other"}[10s]) > 0 and on() up == 1' |
		wc -l)" -eq 1 ]
	[ "$(query 'xdptap_reader_attached')" -eq 0 ]
	[ "$(query 'time() - xdptap_attached_timestamp_seconds < bool 300')" -eq 1 ]
	refute grep level=error prometheus.log node_exporter.log
}

@test "--label tells taps of one name in two namespaces apart" {
	need promtool
	$loader attach tap0
	in_peer ip link add tap0 type veth peer name other0
	mkdir peer
	in_peer "$loader" --bpffs "$BATS_TEST_TMPDIR/peer" attach tap0
	for netns in here peer; do
		bpffs_of=$bpffs
		[ $netns = here ] || bpffs_of=$BATS_TEST_TMPDIR/peer
		in_peer "$stats" --bpffs "$bpffs_of" show --label "netns=$netns" --label 'note=a "b" \ c' \
			--textfile "metrics/$netns.prom" tap0
	done
	grep -qxF 'xdptap_packets_total{interface="tap0",netns="here",note="a \"b\" \\ c"} 0' metrics/here.prom
	[ "$(grep -h ^xdptap_ metrics/*.prom | sed 's/ [^ ]*$//' | sort | uniq -d | wc -l)" -eq 0 ]
	cat metrics/here.prom | promtool check metrics
	in_peer "$loader" --bpffs "$BATS_TEST_TMPDIR/peer" detach tap0
	unmount_all "$BATS_TEST_TMPDIR/peer"
	while IFS='|' read -r label why; do
		run $stats -o prometheus --label "$label" show
		[ "$status" -eq 2 ]
		[ "${lines[0]}" = "xdptap-stats: --label: '$label' $why" ]
	done <<-'END'
		netns|is not NAME=VALUE with a NAME of letters, digits and _
		9=x|is not NAME=VALUE with a NAME of letters, digits and _
		=x|is not NAME=VALUE with a NAME of letters, digits and _
		__name__=x|begins with __, which Prometheus reserves
		cpu=x|is a label that the metrics have already
	END
	run $stats -o prometheus --label a=1 --label a=2 show
	[ "${lines[0]}" = "xdptap-stats: --label: 'a=2' is given twice" ]
	run $stats --label a=1 show
	[ "${lines[0]}" = "xdptap-stats: --label applies to metrics only: it needs -o prometheus" ]
}

@test "the manual's alerts are rules that Prometheus takes" {
	need promtool
	mandoc -T ascii "$OLDPWD/docs/xdptap-stats.8" | col -bx | sed -n '/groups:/,/for: 5m/p' >alerts
	indent=$(sed -n '1s/groups:.*//p' alerts)
	sed "s/^$indent//" alerts >alerts.yml
	run promtool check rules alerts.yml
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"3 rules found"* ]]
}
