#!/usr/bin/env bats
# xdptap-extcap, as the real tshark and dumpcap start it: what they list and capture, what they say when
# that fails, and that nothing is left behind. Run by tests/run, in private namespaces.

load lib
load reading

extcap=$build/xdptap-extcap

setup()
{
	private_mounts
	network_up
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$BATS_TEST_TMPDIR TMPDIR=$BATS_TEST_TMPDIR # a killed tshark leaves its pipe there
	# For root, Wireshark ignores WIRESHARK_EXTCAP_DIR.
	mkdir extcap
	ln -s "$extcap" extcap/
	extcap_dir=$(echo /usr/lib/*/wireshark/extcap)
	mount --bind extcap "$extcap_dir"
}

teardown()
{
	reading_down
	[ -z "${shark:-}" ] || kill -KILL "$shark" 2>/dev/null || true
	cd /
	umount -l "$extcap_dir"
	network_down
}

fixtures=("$PWD"/tests/fixtures/captures/{ipv4,layer4}.pcap)
replay=$build/tests/system/replay

# One that waits for ever must not keep the test beyond its time.
tshark() { timeout -k 5 100 tshark "$@"; }

finds_reader() { reader_now=$(ours xdptap-reader); }

# start_shark ARGUMENTS...: tshark in the background, until the reader is reading.
start_shark()
{
	command tshark -n "$@" >out 2>err 3>&- &
	shark=$!
	until_ok 30 grep -q 'Capture started' err || { cat err; return 1; }
	until_ok 30 finds_reader
	until_ok 30 sleeps_in_epoll "$reader_now"
}

# start_extcap ARGUMENTS...: without tshark, which takes a second to start; cat reads its pipe.
start_extcap()
{
	[ -p pipe ] || mkfifo pipe
	rm -f got
	cat pipe >got 3>&- &
	cat=$!
	"$extcap" --capture --extcap-interface xdptap-tap0 --fifo pipe "$@" 3>&- 2>err &
	extcap_pid=$!
	until_ok 30 test -s got
}

# Processes of the tools in this network namespace, which other tests do not share.
ours() { pgrep --ns $$ --nslist net "$1"; }
no_process() { refute ours xdptap- >/dev/null || { pause 0.05; false; }; }
# Neither a process nor a tap.
nothing_left() { until_ok 30 no_process; assert_nothing_left; }

# Wireshark's options are of the form extcap.INTERFACE.OPTION.
preference() { echo "extcap.xdptap_tap0.$1"; }

@test "tshark -D: a tap, an interface without one, and all taps" {
	run -0 "$extcap" --extcap-interfaces
	[[ $output == *"{value=xdptap-tap0}{display=tap0 at XDP (new tap)}"* && $output != *xdptap-any* ]]
	$loader attach tap0
	run -0 --separate-stderr tshark -D
	[[ $output == *" xdptap-lo (lo at XDP (new tap))"* ]]
	[[ $output == *" xdptap-tap0 (tap0 at XDP (existing tap))"* ]]
	[[ $output == *" xdptap-any (all XDP taps)"* ]]
	[ "$(grep -c xdptap-tap0 <<<"$output")" -eq 1 ]
	run -0 "$extcap" --extcap-dlts --extcap-interface xdptap-tap0
	[ "$output" = "dlt {number=1}{name=EN10MB}{display=Ethernet}" ]
}

@test "interfaces: the sentences, and what a user may not do is left out" {
	run -0 "$extcap" --extcap-interfaces --extcap-version=4.0
	[[ $output == *"interface {value=xdptap-tap0}{display=tap0 at XDP (new tap)}"* ]]
	refute grep -vE '^(extcap|interface) (\{[a-z]+=[^{}]+\})+$' <<<"$output"
	cp "$extcap" "$loader" "$BATS_TEST_TMPDIR"
	chmod -R a+rX "$BATS_TEST_TMPDIR"
	run -0 setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all ./xdptap-extcap --extcap-interfaces
	[ "$(grep -c ^interface <<<"$output")" -eq 0 ]
	run -1 setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all \
		./xdptap-extcap --capture --extcap-interface xdptap-tap0 --fifo none
	[[ $output == *hint:* ]]
	echo "$output"
}

@test "interfaces: none whose frames are not Ethernet" {
	[ -c /dev/net/tun ] || skip "no /dev/net/tun"
	ip tuntap add dev tun0 mode tun
	run -0 "$extcap" --extcap-interfaces
	ip link del tun0
	[[ $output != *tun0* ]]
}

@test "the options: each sentence, and that the loader takes each default" {
	local call words=()

	run -0 "$extcap" --extcap-config --extcap-interface xdptap-tap0
	refute grep -vE '^(arg \{number=[0-9]\}\{call=--[a-z]+\}\{display=[^{}]+\}\{type=(unsigned|selector|boolflag|string)\}(\{range=[0-9]+,[0-9]+\})?\{default=[^{}]+\}\{tooltip=[^{}]+\}\{group=[^{}]+\}|value \{arg=[0-9]\}\{value=[a-z]+\}\{display=[^{}]+\}\{default=(true|false)\})$' <<<"$output"
	[ "$(grep -o 'call=--[a-z]*' <<<"$output" | sort -u | wc -l)" -eq "$(grep -c ^arg <<<"$output")" ]
	# Each is an option of the program, and a value is one of an argument.
	for call in $(sed -n 's/.*{call=\(--[a-z]*\)}.*{type=\(unsigned\|selector\|string\)}.*{default=\([^}]*\)}.*/\1=\3/p' <<<"$output"); do
		words+=("$call")
	done
	[ "${#words[@]}" -eq 5 ]
	start_extcap "${words[@]}" --promisc
	kill -INT "$extcap_pid"
	wait "$extcap_pid"
	wait "$cat"
	[ "$(statistics_in got)" = "0 0 0 0" ]
	nothing_left
	$loader attach tap0
	run -0 "$extcap" --extcap-config --extcap-interface xdptap-tap0
	[ -z "$output" ]
}

@test "a new tap: the filter is in the kernel, -c ends, exactly its packets come, nothing is left" {
	interface_state >before
	start_shark -i xdptap-tap0 -f 'tcp port 443' -c 15 -w got
	run -0 $loader show dev tap0
	[[ $output == *"snaplen 262144"*"filter tcp port 443" ]]
	in_peer "$replay" peer0 sent "${fixtures[@]}" >/dev/null
	wait "$shark"
	tcpdump -nt -xx -r sent 'tcp port 443' 2>/dev/null >expected
	tcpdump -nt -xx -r got 2>/dev/null | cmp - expected
	nothing_left
	interface_state | cmp - before
}

@test "a new tap: options of the dialog reach the loader" {
	start_shark -i xdptap-tap0 -o "$(preference snaplen):100" -o "$(preference ring):1M" \
		-o "$(preference mode):generic" -o "$(preference promisc):true" \
		-o "$(preference prio):7" -c 3 -w got
	run -0 $loader show dev tap0
	echo "$output"
	[[ $output == *"mode generic"*"prio 7"*"snaplen 100"*promisc* ]]
	send 3 200
	wait "$shark"
	[ "$(tshark -r got -T fields -e frame.cap_len -e frame.len 2>/dev/null | sort -u)" = $'100\t200' ]
	nothing_left
}

@test "an existing tap: the reader filters, the tap stays as it was, what waited comes" {
	$loader attach tap0 snaplen 64
	$loader -j show >before
	send 20
	tshark -n -i xdptap-tap0 -f 'udp and src portrange 5-9' -c 5 -w got 2>err
	[ "$(ports_in got | xargs)" = "5 6 7 8 9" ]
	until_ok 30 no_process
	$loader -j show | cmp - before
	$loader detach tap0
}

@test "all taps, and a tap without captured bytes" {
	$loader attach tap0
	send 3
	tshark -n -i xdptap-any -c 3 -w got 2>err
	[ "$(ports_in got | xargs)" = "0 1 2" ]
	until_ok 30 no_process
	$loader detach tap0
}

@test "signals and SIGKILL of tshark and of the extcap leave nothing" {
	for signal in INT KILL; do
		start_shark -i xdptap-tap0 -w got
		kill -s $signal "$shark"
		nothing_left
		wait "$shark" || true
	done
	for signal in TERM KILL; do
		start_extcap
		kill -s $signal "$extcap_pid"
		nothing_left
		wait "$cat"
	done
}
has_gone() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"; }

@test "SIGKILL while the loader attaches, and of the process that cleans up" {
	mkfifo pipe
	for _ in 1 2 3; do
		"$extcap" --capture --extcap-interface xdptap-tap0 --fifo pipe 3>&- &
		until_ok 20 is_there "$!"
		kill -KILL $!
		nothing_left
	done
	"$extcap" --capture --extcap-interface xdptap-tap0 --fifo pipe 3>&- 2>err &
	until_ok 20 has_xdp
	kill -KILL "$(pgrep -P $! xdptap-extcap)"
	kill -INT $!
	wait $!
	nothing_left
}
is_there() { [ -n "$(pgrep -P "$1" xdptap-loader)" ] || has_xdp; }

@test "two at once: the second one is told who reads, and the first goes on" {
	start_shark -i xdptap-tap0 -c 2 -w got
	run -1 tshark -n -i xdptap-tap0 -c 2
	[[ $output == *"Error by extcap pipe: xdptap-reader: tap0: another reader is attached (pid $reader_now)"* ]]
	send 2
	wait "$shark"
	[ "$(ports_in got | xargs)" = "0 1" ]
	nothing_left
}

@test "tap or interface vanish in the middle: tshark says so" {
	start_extcap
	$loader detach tap0
	status=0
	wait "$extcap_pid" || status=$?
	[ "$status" -eq 1 ]
	grep -qx 'xdptap-reader: tap0: the tap was detached' err
	refute grep -v '^xdptap-reader: tap0: ' err
	nothing_left
	start_shark -i xdptap-tap0 -w got
	ip link del tap0
	until_ok 30 has_gone "$shark"
	grep -q 'xdptap-reader: tap0: the interface is gone' err
	until_ok 30 no_process
	[ -z "$(bpffs_contents | grep -v '/xdptap$')" ]
}

@test "loss is said by tshark" {
	start_shark -i xdptap-tap0 -o "$(preference ring):512K" -w got
	kill -STOP "$reader_now"
	send 20000
	lost=$(counter dropped)
	[ "$lost" -gt 0 ]
	kill -CONT "$reader_now"
	until_ok 30 has_read_all
	kill -INT "$shark"
	until_ok 30 has_gone "$shark"
	grep -q "Error by extcap pipe: xdptap-extcap: tap0: $lost packets were lost: the ring buffers were full" err
	nothing_left
}
has_read_all() { [ "$($stats -j show tap0 | jq '[.[0] | .. | .used? // empty] | add // 0')" = 0 ]; }

@test "filters: judged while they are typed, refused in one line" {
	run -0 "$extcap" --extcap-capture-filter 'tcp port 443' --extcap-interface xdptap-tap0
	[ -z "$output" ]
	run -0 --separate-stderr "$extcap" --extcap-capture-filter 'tcp prt 443' --extcap-interface xdptap-tap0
	[ "$output" = "filter: can't parse filter expression: syntax error" ]
	[ -z "$stderr" ]
	run -1 tshark -n -i xdptap-tap0 -f 'tcp prt 443'
	[[ $output == *"Error by extcap pipe: xdptap-loader: filter: can't parse filter expression: syntax error"* ]]
	nothing_left
	$loader attach tap0 2>/dev/null
	run -1 "$extcap" --capture --extcap-interface xdptap-tap0 --fifo /dev/null --extcap-capture-filter 'tcp prt 443'
	[[ $output == "xdptap-reader: -f: can't parse filter expression: syntax error"* ]]
	$loader detach tap0
}

# bats test_tags=any-kernel
@test "arguments: what is wrong is said in a line and a hint, with exit status 2" {
	local wrong=('' '--nonsense' '--extcap-dlts' '--capture --extcap-interface xdptap-tap0' 'word' '--fifo'
		'--extcap-interfaces --extcap-dlts' '--extcap-config --extcap-interface tap0'
		'--extcap-config --extcap-interface xdptap-' '--extcap-capture-filter x'
		'--capture --extcap-interface xdptap-tap0 --fifo f --direction out' '--snaplen' '-x' '--=')
	local arguments

	for arguments in "${wrong[@]}"; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr "$extcap" $arguments
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" -eq 2 ]
		[[ ${stderr_lines[0]} == "xdptap-extcap: "* && ${stderr_lines[1]} == "hint: "* ]]
	done
	for arguments in '--snaplen x' '--prio -1' '--mode x' '--ring 3' '--snaplen --help'; do
		# shellcheck disable=SC2086
		run -1 "$extcap" --capture --extcap-interface xdptap-tap0 --fifo f $arguments
		[[ $output == "xdptap-loader: "* ]]
	done
	run -1 "$extcap" --capture --extcap-interface xdptap-none --fifo f
	[[ $output == "xdptap-loader: none: No such device"*hint:* ]]
	run -1 "$extcap" --capture --extcap-interface xdptap-tap0 --fifo none/f
	[ "$output" = "xdptap-extcap: can't open the pipe none/f: No such file or directory" ]
	nothing_left
	run -0 "$extcap" --help
	[ -z "$(awk 'length > 80' <<<"$output")" ]
}
