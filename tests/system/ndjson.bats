#!/usr/bin/env bats
# The lines of -j on live traffic: jq and the schema take them, and their values
# are what tshark finds in the same frames. Run by tests/run, in private namespaces.

load compare

setup()
{
	private_mounts
	network_up
	name_files
	stay_on_one_cpu
	receive_on_one_cpu
}

teardown() { captures_down; }

new_network()
{
	$loader detach tap0
	network_down
	network_up
}

# In the order in which by_tshark has them; what a packet has not is empty.
by_us()
{
	jq -r '. as $p | [.len, .caplen, .vlan, .eth_src, .eth_dst, .eth_type, .proto_num,
		(if .proto_num then .src, .dst else null, null end), .sport, .dport,
		(if .tcp_flags then ("SYN", "FIN", "RST", "PSH", "ACK", "URG", "ECE", "CWR" |
			if IN($p.tcp_flags[]) then 1 else 0 end) else (range(8) | null) end),
		.icmp_type, .icmp_code, .ttl,
		.ip_id, .flow_label, (.flags // [] | join("+")),
		.arp_op, .arp_sender_ip, .arp_sender_mac, .arp_target_ip, .arp_target_mac] | map(. // "" | tostring) | join(";")' "$1"
}

tshark_fields=(frame.len frame.cap_len ieee8021ad.id vlan.id eth.src eth.dst ip.proto ip.src ip.dst ipv6.src ipv6.dst
	tcp.srcport tcp.dstport udp.srcport udp.dstport sctp.srcport sctp.dstport dccp.srcport dccp.dstport
	tcp.flags.syn tcp.flags.fin tcp.flags.reset tcp.flags.push tcp.flags.ack tcp.flags.urg
	tcp.flags.ece tcp.flags.cwr icmp.type icmp.code icmpv6.type icmpv6.code ip.ttl ipv6.hlim ip.id ipv6.flow
	ip.opt.type.number eth.type ipv6.plen ieee8021ad.svid
	arp.opcode arp.src.proto_ipv4 arp.src.hw_mac arp.dst.proto_ipv4 arp.dst.hw_mac)

# The outermost of each. Flags are "True" instead of 1 since Wireshark 4.2.
by_tshark()
{
	tshark -n -r "$1" -o ip.defragment:FALSE -o ipv6.defragment:FALSE -T fields -E occurrence=f \
		-E 'separator=;' "${tshark_fields[@]/#/-e}" 2>/dev/null |
		sed -E ':again; s/(^|;)True(;|$)/\11\2/; t again; :more; s/(^|;)False(;|$)/\10\2/; t more'
}

# Prints the values of ours that are others than tshark's, and how many are the
# same. Which of tshark's fields it is, the packet's own type and protocol say.
differing_values()
{
	paste -d';' <(by_us "$1") <(by_tshark "$2") | awk -F';' '
		function number(hex) { sub(/^0x0*/, "", hex); return "0x" hex }
		function same(what, ours, theirs) {
			if (ours == "") return
			if (ours == theirs) { n++; return }
			print "packet " NR ": " what ": " ours ", tshark: " theirs
		}
		/MALFORMED/ { next } # what is certain of them is a matter of view
		$6 == 34525 && /;0x9200;/ { next } # a tag that tshark does not read
		{ four = $6 == 2048; own = 31
		same("len", $1, $(own)); same("caplen", $2, $(own + 1))
		tag = $(own + 36) != "0x88a8" ? 3 : $(own + 38) != "" ? 38 : 2
		same("vlan", $3, $(own + tag))
		same("eth_src", $4, $(own + 4)); same("eth_dst", $5, $(own + 5))
		if (four) same("proto_num", $7, $(own + 6))
		same("src", $8, $(own + (four ? 7 : 9)))
		# Of a packet with a source route tshark has the last destination.
		if ($(own + 35) == "") same("dst", $9, $(own + (four ? 8 : 10)))
		port = $7 == 6 ? 11 : $7 == 132 ? 15 : $7 == 33 ? 17 : 13
		# Nor has it any of one that may be too long to say so, or came from segmentation offload.
		if ($(own + 37) != "0") {
			same("sport", $10, $(own + port)); same("dport", $11, $(own + port + 1))
		}
		for (i = 0; i < 8; i++) same("TCP flag " i, $(12 + i), $(own + 19 + i))
		icmp = $7 == 1 ? 27 : 29
		same("icmp_type", $20, $(own + icmp)); same("icmp_code", $21, $(own + icmp + 1))
		same("ttl", $22, $(own + (four ? 31 : 32)))
		if ($23 != "") same("ip_id", number(sprintf("0x%x", $23)), number($(own + 33)))
		for (i = 0; i < 5; i++) same("ARP field " i, $(26 + i), $(own + 39 + i))
		if ($24 != "") same("flow_label", number(sprintf("0x%x", $24)), number($(own + 34))) }
		END { print n " values of " NR " packets are tshark'\''s" }'
}

@test "live lines: as jq and the schema want them, with tshark's values" {
	$loader attach tap0 mode native snaplen full
	offloads_off
	start_reader -w "$ours" tap0
	send_all_kinds
	end_reader
	# Sent once more, the same packets for the other form.
	new_network
	$loader attach tap0 mode native snaplen full
	start_reader -j -e -v -x tap0
	in_peer "$replay" peer0 "$sent" "$ours" >/dev/null
	n=$(counter packets)
	end_reader
	"$identical" "$ours" "$sent"
	[ "$n" -eq "$(frames_in "$ours")" ]
	[ "$(wc -l <"$objects")" -eq "$n" ]
	jq -e -s "length == $n and all(.ifname == \"tap0\" and .len == .caplen)" "$objects" >/dev/null
	/usr/bin/python3 - docs/packet.schema.json "$objects" <<-'END'
		import json, sys
		from jsonschema import Draft202012Validator
		validator = Draft202012Validator(json.load(open(sys.argv[1])))
		for line in open(sys.argv[2]):
		    validator.validate(json.loads(line))
	END
	# All bytes; then the values, of what both can read.
	tshark -r "$ours" -T jsonraw 2>/dev/null | jq -r '.[]._source.layers.frame_raw[0]' |
		cmp - <(jq -r .data "$objects")
	differing_values "$objects" "$ours" >"$BATS_TEST_TMPDIR/differing"
	tail -n 1 "$BATS_TEST_TMPDIR/differing" | remark
	cat "$BATS_TEST_TMPDIR/differing";
	[ "$(wc -l <"$BATS_TEST_TMPDIR/differing")" -eq 1 ]
}
