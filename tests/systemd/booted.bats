#!/usr/bin/env bats
# The units under a systemd that is PID 1: run by tests/systemd/boot in a guest, and by nothing else.

load ../system/lib

lan='br\x2dlan'
loader=xdptap-loader

active() { systemctl is-active -q "$1"; }
inactive() { [ "$(systemctl is-active "$1")" = "${2:-inactive}" ]; }
field() { $loader -j show dev "$1" 2>/dev/null | jq -r ".[0].$2"; }
main_pid() { systemctl show -P MainPID "$1"; }
lan_files() { ls /var/log/xdptap; }
packets_in() { tcpdump -nr "$1" 2>/dev/null | wc -l; }
has_packets() { [ "$(packets_in "$1")" -eq "$2" ]; }
says() { journalctl -q --no-pager -o cat -u "$1" | grep -qF "$2"; }

# They build on each other. What a failed one needs to be understood is printed.
setup() { [ ! -e /run/failed ] || skip "one before it has failed"; }
teardown()
{
	[ -z "${BATS_TEST_COMPLETED:-}" ] || return 0
	touch /run/failed
	journalctl -q --no-pager -n 40 -o short-monotonic | sed 's/^/# /' >&3
}

@test "at boot: a tap on an interface with a dash, with the options of its file, and its reader" {
	until_ok 60 active "xdptap@$lan"
	[ "$($loader -j show dev br-lan | jq -c '.[0] | [.state, .dispatcher, .snaplen, .filter]')" = \
		'["attached",true,128,"udp port 9 and not host 10.99.99.99"]' ]
	[ "$(stat -c %G /sys/fs/bpf/xdptap/br-lan)" = xdptap ]
	until_ok 60 active "xdptap-reader@$lan"
}

@test "the reader has no capability and is the user of the group" {
	pid=$(main_pid "xdptap-reader@$lan")
	[ "$(ps -o user= -p "$pid")" = xdptap ]
	grep -qE '^CapEff:[[:space:]]0+$' "/proc/$pid/status"
	grep -qE '^CapBnd:[[:space:]]0+$' "/proc/$pid/status"
	refute says "xdptap-reader@$lan" libcap-ng
}

@test "the timer has the counters written, with the reader and the ring buffers" {
	systemctl start xdptap-stats.timer
	prom=/var/lib/prometheus/node-exporter/xdptap.prom
	until_ok 60 test -s $prom
	cat $prom
	grep -q '^xdptap_tap_attached{interface="br-lan"} 1$' $prom
	grep -q '^xdptap_reader_attached{interface="br-lan"} 1$' $prom
	grep -q '^xdptap_ring_used_bytes{interface="br-lan"} ' $prom
	[ "$(stat -c %a $prom)" = 644 ]
	systemctl stop xdptap-stats.timer
}

@test "the reader is killed: systemd starts it again, the old file is whole, and a new one begins" {
	first=/var/log/xdptap/$(lan_files)
	[[ $first == */br-lan-20*T*.pcapng ]]
	"$flood" peer-lan 10 >/dev/null
	until_ok 30 has_packets "$first" 10
	sum=$(sha256sum <"$first")
	pid=$(main_pid "xdptap-reader@$lan")
	systemctl kill -s KILL "xdptap-reader@$lan"
	two_files() { [ "$(lan_files | wc -l)" -eq 2 ]; }
	until_ok 60 two_files
	[ "$(main_pid "xdptap-reader@$lan")" -ne "$pid" ]
	"$flood" peer-lan 5 >/dev/null
	second=/var/log/xdptap/$(lan_files | tail -n 1)
	until_ok 30 has_packets "$second" 5
	[ "$(sha256sum <"$first")" = "$sum" ]
	[ "$first" != "$second" ]
}

# As docs/systemd.md has it.
@test "a reader that writes NDJSON: events are appended, also after a restart" {
	unit="/etc/systemd/system/xdptap-reader@$lan.service.d"
	mkdir "$unit"
	printf '%s\n' '[Service]' ExecStart= 'ExecStart=/usr/sbin/xdptap-reader -j br-lan' \
		StandardOutput=append:/var/log/xdptap/br-lan.ndjson StandardError=journal >"$unit/ndjson.conf"
	systemctl daemon-reload
	lines_in() { [ "$(wc -l </var/log/xdptap/br-lan.ndjson)" -eq "$1" ]; }
	for lines in 3 6; do
		systemctl restart "xdptap-reader@$lan"
		"$flood" peer-lan 3 >/dev/null
		until_ok 30 lines_in $lines
	done
	[ "$(jq -r .ifname /var/log/xdptap/br-lan.ndjson | uniq -c | xargs)" = "6 br-lan" ]
}

@test "stop: reader and tap end, and nothing is left" {
	systemctl stop "xdptap@$lan"
	inactive "xdptap@$lan"
	inactive "xdptap-reader@$lan"
	[ ! -e /sys/fs/bpf/xdptap ]
	refute has_xdp br-lan
}

@test "a wrong option: the unit fails, and the journal has the loader's message" {
	ip link add eth0.5 type veth peer name peer5
	until_ok 60 active sys-subsystem-net-devices-eth0.5.device
	echo "ATTACH_OPTIONS=\"snaplen 128 filter 'udp prot 9'\"" >/etc/xdptap/eth0.5.conf
	refute systemctl start xdptap@eth0.5
	inactive xdptap@eth0.5 failed
	until_ok 20 says xdptap@eth0.5 "xdptap-loader: filter: "
	echo "ATTACH_OPTIONS=\"snaplne 128\"" >/etc/xdptap/eth0.5.conf
	refute systemctl start xdptap@eth0.5
	until_ok 20 says xdptap@eth0.5 "snaplne"
	[ ! -e /sys/fs/bpf/xdptap ]
}

@test "no file of options: beside another program in the dispatcher, which stays" {
	rm /etc/xdptap/eth0.5.conf
	ip link set eth0.5 up
	xdp-loader load eth0.5 "$pass_object"
	systemctl enable xdptap@eth0.5
	systemctl start xdptap@eth0.5
	[ "$(field eth0.5 'filter // "none"')" = none ]
	[ "$(xdp-loader status eth0.5 | awk '$1 == "=>" { print $3 }' | xargs)" = "capture_packet_data pass_all" ]
	systemctl stop xdptap@eth0.5
	[ "$(xdp-loader status eth0.5 | awk '$1 == "=>" { print $3 }')" = pass_all ]
	systemctl start xdptap@eth0.5
}

@test "the interface goes, and so does the tap; it comes again, and is tapped again" {
	ip link del eth0.5
	until_ok 60 inactive xdptap@eth0.5
	[ ! -e /sys/fs/bpf/xdptap ]
	ip link add eth0.5 type veth peer name peer5
	until_ok 60 active xdptap@eth0.5
	[ "$(field eth0.5 state)" = attached ]
	systemctl stop xdptap@eth0.5
	[ ! -e /sys/fs/bpf/xdptap ]
}
