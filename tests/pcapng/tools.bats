#!/usr/bin/env bats
# Programs that read capture files take what the reader writes, and find in it
# what is there. tests/pcapng/write makes the files. Run by tests/run as it is.

bats_require_minimum_version 1.5.0

write=${XDPTAP_BUILD:-$PWD/build}/tests/pcapng/write
check_sums=(-o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE)

setup_file()
{
	"$write" "$BATS_FILE_TMPDIR" >"$BATS_FILE_TMPDIR/counts"
}

setup()
{
	dir=$BATS_FILE_TMPDIR
	read -r first second synthesized padded malformed <"$dir/counts"
}

# PROGRAM WORDS...: exits with 0 and says nothing on stderr, but that it is root.
quiet()
{
	run --separate-stderr "$@"
	grep -v '^Running as user "root"' <<<"$stderr" || true
	[ "$status" -eq 0 ]
	[ -z "$(grep -v '^Running as user "root"' <<<"$stderr")" ]
}

lines() { if [ -n "$output" ]; then wc -l <<<"$output"; else echo 0; fi; }

@test "tshark reads all packets" {
	quiet tshark -r "$dir/packets.pcapng" -T fields -e frame.interface_id -e frame.time_epoch -e frame.comment
	[ "$(lines)" -eq $((first + second)) ]
	[[ ${lines[0]} == 0$'\t'1700000000.123456789* ]]
	[[ ${lines[1]} == 1$'\t'1700000000.123457789* ]]
	[ "$(grep -n 'the third packet' <<<"$output" | cut -d: -f1)" = 3 ]
}

@test "capinfos finds the machine and the interfaces" {
	quiet capinfos -M "$dir/packets.pcapng"
	for words in "File timestamp precision:  nanoseconds (9)" "Packet size limit:   inferred: 96 bytes" \
		"Number of packets:   $((first + second))" "Strict time order:   True" \
		"Capture oper-sys:    $(uname -sr)" "Capture application: xdptap-reader " \
		"Number of interfaces in file: 2"; do
		grep -F "$words" <<<"$output"
	done
	# "Earliest" since Wireshark 4.2.
	grep -E '^(First|Earliest) packet time: +2023-11-14 22:13:20\.123456789' <<<"$output"
	grep -E '^Capture hardware: +[^ ]' <<<"$output"

	eth0=$(sed -n '/Interface #0/,/Interface #1/p' <<<"$output")
	for words in "Name = eth0" "Description = the first" "Encapsulation = Ethernet (1 - ether)" \
		"Speed = 10000000000" "Capture length = 96" "Time resolution = 0x09" \
		"Operating system = $(uname -sr)" "Number of stat entries = 1" "Number of packets = $first"; do
		grep -F "$words" <<<"$eth0"
	done
	other=$(sed -n '/Interface #1/,$p' <<<"$output")
	grep -F "Name = w"$'\xef\xbf\xbd' <<<"$other"
	[ "$(grep -cE 'Speed|Description|Operating' <<<"$other")" -eq 0 ]
	grep -F "Number of packets = $second" <<<"$other"
}

# The file itself as what is dissected: tshark shows these nowhere else.
@test "tshark finds the statistics" {
	quiet tshark -r "$dir/packets.pcapng" -q -X read_format:"MIME Files Format" -V
	statistics=$(sed -nE '/^    Block( [0-9]+)?: Interface Statistics Block/,$p' <<<"$output")
	[ "$(grep -c 'Timestamp: Nov 14, 2023 22:13:21.123456789' <<<"$statistics")" -eq 2 ]
	[ "$(grep -c 'Number of Dropped Packets = 7' <<<"$statistics")" -eq 2 ]
	for delivered in "$first" "$second"; do
		grep "Number of Received Packets = $((delivered + 7))" <<<"$statistics"
		grep "Number of Packets Delivered to the User = $delivered" <<<"$statistics"
	done
}

@test "tshark shows verdicts, and who returned them; others read such a file, too" {
	quiet tshark -r "$dir/verdicts.pcapng" -T fields -E separator=' ' -e frame.verdict.ebpf_xdp -e frame.comment
	diff - <(echo "$output") <<-'END'
		0 ABORTED by fw
		1 DROP by fw
		2 PASS
		3 TX by fw
		4 REDIRECT by fw
		5 OTHER
	END
	quiet tshark -r "$dir/verdicts.pcapng" -Y 'frame.verdict.ebpf_xdp == 1'
	[ "$(lines)" -eq 1 ]
	quiet capinfos -c "$dir/verdicts.pcapng"
	[[ $output =~ "Number of packets:"\ +6$ ]]
	tcpdump -nr "$dir/verdicts.pcapng" >/dev/null
	# Not to pcapng: Wireshark 4.0 writes verdicts under the number of another option.
	quiet editcap -F pcap "$dir/verdicts.pcapng" "$dir/verdicts.pcap"
}

@test "mergecap and editcap take it, and what they write" {
	quiet mergecap -w "$dir/merged.pcapng" "$dir/packets.pcapng" "$dir/synth.pcapng"
	quiet capinfos -c "$dir/merged.pcapng"
	[[ $output =~ "Number of packets:"\ +$((first + second + synthesized))$ ]]
	quiet editcap -c 1000 "$dir/packets.pcapng" "$dir/part.pcapng"
	quiet editcap -F pcap "$dir/synth.pcapng" "$dir/synth.pcap"
	quiet capinfos -c "$dir/synth.pcap"
	[[ $output =~ "Number of packets:"\ +$synthesized$ ]]
}

@test "tcpdump reads it" {
	run --separate-stderr tcpdump -nr "$dir/packets.pcapng"
	[ "$status" -eq 0 ]
	[ "$(lines)" -ge $((first + second)) ]
	[[ $stderr == "reading from file "*"link-type EN10MB (Ethernet), snapshot length 96" ]]
}

# An 802.3 length (eth.len) is the frame's own, whatever it is.
@test "synthesized frames: tshark finds no error" {
	quiet tshark -r "$dir/synth.pcapng" -Y '!eth.len && (_ws.malformed || _ws.expert.severity == "Error")'
	echo "$output"
	[ "$(lines)" -eq 0 ]
}

@test "synthesized frames: each is marked and has its length" {
	quiet tshark -r "$dir/synth.pcapng" -Y 'frame.comment contains "ynthesized"' -T fields -e frame.len
	[ "$(lines)" -eq "$synthesized" ]
	synth=$output
	quiet tshark -r "$dir/padded.pcapng" -T fields -e frame.cap_len
	[ "$synth" = "$output" ]
	[ "$padded" -eq "$synthesized" ]
	quiet tshark -r "$dir/malformed.pcapng" -Y 'frame.comment contains "was malformed"'
	[ "$(lines)" -eq "$malformed" ]
}

# 0: bad. ICMP in IPv6 and ICMPv6 in IPv4 is no layer 4 that an event tells of.
@test "synthesized frames: followed by zeros, all checksums are right" {
	quiet tshark -r "$dir/padded.pcapng" "${check_sums[@]}" \
		-Y 'ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0 ||
		    icmp.checksum.status == 0 && !ipv6 || icmpv6.checksum.status == 0 && !ip'
	echo "$output"
	[ "$(lines)" -eq 0 ]
	quiet tshark -r "$dir/padded.pcapng" "${check_sums[@]}" \
		-Y 'ip.checksum.status == 1 && tcp.checksum.status == 1'
	[ "$(lines)" -gt 0 ]
}

@test "the speed of a link, where /sys is of another network namespace" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, for a network namespace"
	mkdir "$BATS_TEST_TMPDIR/veth"
	unshare -n sh -c "ip link add veth7 type veth peer name peer7 && ip link set veth7 up &&
		ip link set peer7 up && '$write' '$BATS_TEST_TMPDIR/veth' veth7"
	quiet capinfos -M "$BATS_TEST_TMPDIR/veth/packets.pcapng"
	grep -F "Speed = 10000000000" <<<"$output"
	"$write" "$BATS_TEST_TMPDIR/veth" lo >/dev/null
	quiet capinfos -M "$BATS_TEST_TMPDIR/veth/packets.pcapng"
	[ "$(grep -c Speed <<<"$output")" -eq 0 ]
}
