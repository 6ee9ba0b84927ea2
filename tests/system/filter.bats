#!/usr/bin/env bats
# Filters and samples in the kernel: what they let through, what is counted, and what is refused.
# Run by tests/run, in private namespaces.

load lib
load reading

setup()
{
	private_mounts
	network_up
	cd "$BATS_TEST_TMPDIR" || return
}

teardown()
{
	reading_down
	network_down
}

# Packets to the ports 40000 to 40009 and so on: send N sends one from each port from 0 on.
counters_add_up()
{
	$stats -j show tap0 | jq -e '.[0] |
		.packets == .events + .dropped + .filtered + .sampled_out + .paused_out and
		.packets == .tcp + .udp + .other and .packets == .ipv4 + .ipv6 + .non_ip'
}

# bats test_tags=any-kernel
@test "a filter: what matches becomes an event, the rest passes and is counted" {
	$loader attach tap0 filter 'udp src port 3 or udp src portrange 10-19'
	send 100
	$reader -j -c 11 tap0 2>/dev/null >out.json
	[ "$(jq -s -c 'map(.sport)' out.json)" = "[3,10,11,12,13,14,15,16,17,18,19]" ]
	[ "$(counter packets)" -eq 100 ]
	[ "$(counter events)" -eq 11 ]
	[ "$(counter filtered)" -eq 89 ]
	[ "$(counter udp)" -eq 100 ]
	counters_add_up
}

# bats test_tags=any-kernel
@test "a filter and captured bytes: the frames are those that tcpdump takes" {
	addresses_up
	in_peer sysctl -qw net.ipv6.conf.peer0.keep_addr_on_down=1 net.ipv6.conf.peer0.accept_dad=0
	in_peer ip link set peer0 down
	for expression in 'icmp' 'not icmp' 'ip6' 'arp or icmp6' 'host 10.9.0.1 and not icmp' \
		'icmp[icmptype] == icmp-echo' 'greater 500' 'ip6 protochain 58' 'vlan'; do
		$loader attach tap0 snaplen full filter "$expression"
		$reader -w ours tap0 2>/dev/null 3>&- & reader_pid=$!
		tcpdump -Z root --immediate-mode -Uni tap0 -Q in -w theirs 2>said 3>&- & dump_pid=$!
		until_ok 20 grep -q '^tcpdump: listening' said
		until_ok 20 sleeps_in_epoll $reader_pid
		in_peer ip link set peer0 up
		until_ok 5 link_is_up tap0
		in_peer ping -q -c 2 -i 0.05 -W 2 10.9.0.2 >/dev/null
		in_peer ping -q -c 2 -i 0.05 -W 2 -s 600 2001:db8::2 >/dev/null
		send 3
		in_peer ip link set peer0 down
		n=$(counter packets)
		until_ok 10 captured theirs "$n"
		kill -INT $dump_pid $reader_pid
		wait $dump_pid
		wait $reader_pid
		reader_pid=
		# Two CPUs have no order that both see alike.
		diff <(frames_of ours) <(frames_of theirs "$expression")
		[ "$(tcpdump -nnr ours 2>/dev/null | wc -l)" -eq "$(counter events)" ]
		counters_add_up
		$loader detach tap0
	done
}

# A line for each frame, with its bytes.
frames_of() { tcpdump -nnxtr "$@" 2>/dev/null | perl -0pe 's/\n\t/ /g' | sort; }

captured() { [ "$(tcpdump -nnr "$1" 2>/dev/null | wc -l)" -ge "$2" ]; }

# bats test_tags=any-kernel
@test "an expression of blanks is no filter" {
	$loader attach tap0 filter ' '
	$loader -j show | jq -e '.[0] | has("filter") | not'
	$loader set tap0 filter udp
	$loader set tap0 filter $' \t\n'
	$loader -j show | jq -e '.[0] | has("filter") | not'
}

# bats test_tags=any-kernel
@test "a sample: one in N of what matches, on each CPU" {
	$loader attach tap0 sample 10 filter 'udp src portrange 100-199'
	taskset -c 0 nsenter -t "$peer_pid" -n -- "$flood" peer0 1000 >/dev/null
	[ "$(counter packets)" -eq 1000 ]
	[ "$(counter filtered)" -eq 900 ]
	events=$(counter events)
	[ "$events" -ge 10 ] && [ "$events" -le 11 ] # of two CPUs each begins with one
	[ "$(counter sampled_out)" -eq $((100 - events)) ]
	counters_add_up
	[ "$($loader show | sed -n 3p)" = "    sample 10 filter udp src portrange 100-199" ]
}

# bats test_tags=any-kernel
@test "flows count what matches, sampled or not" {
	$loader attach tap0 flows 1024 sample 5 filter 'udp src portrange 1-3'
	send 10
	[ "$($stats -j top tap0 | jq '[.top[].packets] | add')" -eq 3 ]
}

# bats test_tags=any-kernel
@test "show, stats and metrics name filter and sample" {
	$loader attach tap0 sample 3 filter 'tcp port 443 and not host 10.0.0.1'
	[ "$($loader show | sed -n 3p)" = "    sample 3 filter tcp port 443 and not host 10.0.0.1" ]
	$loader -j show | jq -e '.[0] | .sample == 3 and .filter == "tcp port 443 and not host 10.0.0.1" and
		.paused == false and .generation == 0'
	send 7
	run -0 $stats show tap0
	[ "${lines[1]}" = "    sample 1 in 3" ]
	[ "${lines[2]}" = "    filter tcp port 443 and not host 10.0.0.1" ]
	[[ $output =~ filtered\ +7\ +\(100.0%\) ]]
	$stats -j show | jq -e '.[0] | .sample == 3 and .filter == "tcp port 443 and not host 10.0.0.1" and .filtered == 7'
	$stats -o prometheus show | grep -qx 'xdptap_filtered_packets_total{interface="tap0"} 7'
	$stats -o prometheus show | grep -qx 'xdptap_sample_ratio{interface="tap0"} 3'
	$loader detach tap0
	# Without them nothing is said of them.
	$loader attach tap0
	refute grep -q 'filter\|sample' <<<"$($loader show; $stats show)"
}

# bats test_tags=any-kernel
@test "what is wrong with an expression is said, before anything is done" {
	before=$(interface_state)
	refused()
	{
		run -2 $loader attach tap0 filter "$1"
		# shellcheck disable=SC2053 # a pattern
		[[ ${lines[0]} == "xdptap-loader: filter: "$2 ]] || { echo "$output"; false; }
		[[ $output == *"hint: pcap-filter(7) describes expressions"* ]]
		[ ! -e $bpffs/xdptap ]
		[ "$(interface_state)" = "$before" ]
	}
	refused 'tcp prot 80' '*syntax error'
	[ "${lines[1]}" = '    tcp prot 80' ]
	[ "${lines[2]}" = '        ^' ]
	refused 'host' '*syntax error*'
	refused 'inbound' '*inbound*'
	refused 'gateway 10.0.0.1' '*gateway*'
	refused 'port 70000' '*70000*'
	run -2 $loader attach tap0 sample 0
	[ "${lines[0]}" = "xdptap-loader: sample '0' is not a number from 1 to 4294967295" ]
	run -2 $loader attach tap0 filter
	[ "${lines[0]}" = "xdptap-loader: 'filter' needs a value" ]
}

# Exit code, messages and nothing else.
judged()
{
	run -1 $loader filter "$1" "$2"
	[ "$output" = "xdptap-loader: filter: $3
hint: pcap-filter(7) describes expressions" ]
}

# bats test_tags=any-kernel
@test "filter check: nothing is said of what is right, and the place of what is wrong" {
	for expression in '' 'tcp port 443 and not host 10.0.0.1' 'vlan and ip[2:2] > 576' 'ip6 protochain 6'; do
		run -0 $loader filter check "$expression"
		[ ! "$output" ]
	done
	judged check 'tcp port 443 or 80 foo' "can't parse filter expression: syntax error
    tcp port 443 or 80 foo
                       ^"
	judged check '(tcp and (udp or) and port 3' "can't parse filter expression: syntax error
    (tcp and (udp or) and port 3
                    ^"
	judged check 'tcp and' "can't parse filter expression: syntax error
    tcp and
           ^"
	judged check 'ip proto nosuch or tcp' "unknown ip proto 'nosuch'
    ip proto nosuch or tcp
             ^"
	judged check 'tcp and udp' 'expression rejects all packets'
	judged check 'not outbound' "'inbound' and 'outbound' are not available: XDP sees only received frames"
	judged check 'ifindex 3' "'ifindex' is not available: no frame has it in its bytes"
	judged dump $'tcp \e[31m port' "can't parse filter expression: syntax error
    tcp  [31m port
        ^"
	judged check "$(printf 'ip protochain %d or ' {1..9})udp" 'the filter has more than 8 loops (protochain)'
}

# bats test_tags=any-kernel
@test "filter dump: classic code as tcpdump prints it, and eBPF as bpftool does" {
	for expression in '' tcp 'tcp port 443' 'ip6 protochain 6' 'ip[ip[8] << 1] / len = -5'; do
		$loader filter dump "$expression" >out
		diff <(sed '/^$/,$d' out) <(tcpdump -y EN10MB -d "$expression" 2>/dev/null)
		sed '1,/^$/d' out >ebpf
		[ "$(wc -l <ebpf)" -ge 2 ]
		refute grep -vE '^ *[0-9]+: \([0-9a-f]{2}\) [a-z*(]' ebpf
		diff <($loader -j filter dump "$expression" | jq -r '.classic[].text, "", .ebpf[].text') out
	done
	[ "$($loader -j filter dump 'greater 100' | jq -c '.filter, .classic[0], .ebpf[1]')" = '"greater 100"
{"code":128,"jt":0,"jf":0,"k":0,"text":"(000) ld       #pktlen"}
{"code":180,"dst_reg":0,"src_reg":0,"off":0,"imm":0,"text":"   1: (b4) w0 = 0"}' ]
}

# Instructions without their numbers, and without how far they jump, which the kernel changes.
instructions() { sed -n 's/goto pc.*/goto/; s/^ *[0-9]*: (/(/p' | sort -u; }

@test "filter dump: the eBPF of an attached filter, as bpftool shows it" {
	for expression in 'tcp port 443' 'ip6 protochain 6' 'geneve and tcp[tcpflags] & tcp-syn != 0'; do
		$loader attach tap0 filter "$expression"
		bpftool prog dump xlated id "$($loader -j show | jq '.[0].prog_id')" | instructions >theirs
		$loader filter dump "$expression" | sed '1,/^$/d' | instructions >ours
		[ "$(wc -l <ours)" -gt 40 ]
		# But calls, and what is read of the context, which the kernel replaces.
		comm -23 ours theirs | refute grep -vE 'call bpf_xdp_load_bytes|\*\(u32 \*\)\(r[12] \+[04]\)'
		$loader detach tap0
	done
}

# bats test_tags=any-kernel
@test "filter: its command line; neither root nor a BPF filesystem is needed" {
	run -2 $loader filter
	[ "$output" = "xdptap-loader: a command is missing
hint: use one of: check dump" ]
	run -2 $loader filter judge tcp
	[ "$output" = "xdptap-loader: unknown command 'judge'
hint: use one of: check dump" ]
	run -2 $loader filter check
	[ "$output" = "xdptap-loader: an expression is missing
hint: quote it: 'tcp port 443'" ]
	run -2 $loader filter dump tcp port 443
	[ "$output" = "xdptap-loader: the expression is more than one argument
hint: quote it: 'tcp port 443'" ]
	umount -l $bpffs
	chmod 755 "$BATS_TEST_TMPDIR"
	cp "$loader" "$BATS_TEST_TMPDIR/loader"
	run -0 setpriv --reuid=65534 --clear-groups --bounding-set=-all --inh-caps=-all "$BATS_TEST_TMPDIR/loader" filter dump tcp
	[ "${lines[0]}" = '(000) ldh      [12]' ]
	setpriv --reuid=65534 --clear-groups --bounding-set=-all --inh-caps=-all "$BATS_TEST_TMPDIR/loader" filter check tcp
	run bash -c '$1 filter dump tcp >/dev/full' - "$loader"
	[ "$status" -eq 1 ]
	[[ $output == *"No space left on device"* ]]
}

@test "a filter that the verifier refuses: a plain sentence, with its last lines under -d" {
	before=$(interface_state)
	run -1 --separate-stderr env LD_PRELOAD="$refuse" "$loader" attach tap0 filter 'tcp port 443'
	[ "$stderr" = "xdptap-loader: tap0: the kernel's verifier refuses the filter: Permission denied
hint: use a simpler expression; '--debug' shows what the verifier says" ]
	[ ! -e $bpffs/xdptap ]
	[ "$(interface_state)" = "$before" ]
	run -1 env LD_PRELOAD="$refuse" "$loader" -d attach tap0 filter 'tcp port 443'
	last_lines "$output"
	[ "${lines[-1]}" = 'hint: use a simpler expression' ]

	$loader attach tap0 filter udp
	LD_PRELOAD=$refuse $loader set tap0 sample 2 filter tcp >out 2>&1 && false
	diff out - <<-'END'
		xdptap-loader: tap0: the kernel's verifier refuses the filter: Permission denied
		hint: nothing has changed; '--debug' shows more
	END
	run -1 env LD_PRELOAD="$refuse" "$loader" -d set tap0 filter tcp
	last_lines "$output"
	[ "${lines[-1]}" = 'hint: nothing has changed' ]
	$loader -j show | jq -e '.[0] | .filter == "udp" and .sample == 1 and .generation == 0'
	send 3
	[ "$(counter events)" -eq 3 ]
}

refuse=$build/tests/system/refuse.so

# After the sentence: at most ten lines, of which one says what is wrong.
last_lines()
{
	sed "1,/verifier refuses the filter/d" <<<"$1" | grep '^    ' >said
	[ "$(wc -l <said)" -gt 2 ] && [ "$(wc -l <said)" -le 10 ]
	grep -qx '    R9 !read_ok' said
	tail -n 1 said | grep -q '^    processed [0-9]* insns'
}

@test "without permission to load a program, no filter is blamed" {
	run -1 setpriv --bounding-set=-sys_admin,-perfmon --inh-caps=-all "$loader" attach tap0 filter tcp
	[ "$output" = "xdptap-loader: tap0: can't attach in native mode: Permission denied
hint: CAP_PERFMON is missing; run as root, or see Privileges in xdptap-loader(8)" ]
}

program_size() { bpftool -j prog show id "$($loader -j show | jq '.[0].prog_id')" | jq .bytes_xlated; }

@test "an empty expression is no filter; one of 100 terms is" {
	$loader attach tap0
	size=$(program_size)
	$loader detach tap0
	$loader attach tap0 filter ''
	[ "$(program_size)" -eq "$size" ] # nothing of it is left in the program
	send 5
	[ "$(counter events)" -eq 5 ]
	$loader set tap0 filter udp
	[ "$(program_size)" -ne "$size" ]
	$loader set tap0 filter ''
	[ "$(program_size)" -eq "$size" ]
	$loader detach tap0
	terms='udp src port 1'
	for i in {1..100}; do terms+=" or host 10.1.2.$i"; done
	$loader attach tap0 filter "$terms"
	send 5
	[ "$(counter events)" -eq 1 ]
	[ "$($loader -j show | jq -r '.[0].filter')" = "$terms" ]
}
