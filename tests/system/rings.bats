#!/usr/bin/env bats
# One ring buffer per CPU: what attach makes of it, what show and the pins say, and how
# readers are woken, xdptap's and others. Run by tests/run, in private namespaces.

load lib

plain_reader=$build/tests/system/plain_reader

setup()
{
	private_mounts
	network_up
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
	tap=$bpffs/xdptap/tap0
	cpus=$(possible_cpus)
	# Packets that come alone. In a guest to wait for each takes a second or two.
	singles=10
	[ -z "${XDPTAP_GUEST:-}" ] || singles=4
}

teardown()
{
	for pid in "${reader_pid:-}" "${plain_pid:-}"; do
		[ -z "$pid" ] || kill "$pid" 2>/dev/null || true
	done
	network_down
}

# As libbpf_num_possible_cpus() counts them.
possible_cpus() { tr , '\n' </sys/devices/system/cpu/possible | awk -F- '{ n += NF < 2 ? 1 : $2 - $1 + 1 } END { print n }'; }

start_reader()
{
	$reader "$@" >"$out" 2>"$err" 3>&- &
	reader_pid=$!
	until_ok 20 sleeps_in_epoll "$reader_pid"
}

end_reader()
{
	kill -s "$1" "$reader_pid"
	wait "$reader_pid"
}

sleeps_in_epoll() { grep -q epoll_wait "/proc/$1/stack"; }
lines_in() { [ "$(grep -c '^\[' "$1")" -ge "$2" ]; }
send() { in_peer "$flood" peer0 "$@" >/dev/null; }

sorted_by_time() { cut -d' ' -f1 "$out" | sort -c; }

# Frames from this CPU, so into its ring: a veth hands them over on it.
send_on() { in_peer taskset -c "$1" "$flood" peer0 "${@:2}" >/dev/null; }

# The state that a reader has set, in the numbers of enum xdptap_wakeup.
wakeup_state() { bpftool -j map dump pinned "$tap/wakeup" | jq '.[0].formatted.value[".data.wakeup"][0].wakeup // .[0].formatted.value.wakeup'; }
wakeup_is() { [ "$(wakeup_state)" = "$1" ]; }

ring_pins() { find "$tap" -name 'packet_ringbuf*' -printf '%f\n' 2>/dev/null | sort -V | xargs; }
expected_pins() { echo packet_ringbuf "$(seq -f packet_ringbuf_%g $(($1 - 1)) | xargs)" | xargs; }

# bats test_tags=any-kernel
@test "rings 1, auto and as many as CPUs: pins, meta, show; detach leaves nothing" {
	for word in 1 auto "$cpus"; do
		n=$cpus
		[ "$word" != 1 ] || n=1
		each=$((16 * 1024 * 1024))
		while [ $((each * n)) -gt $((16 * 1024 * 1024)) ]; do each=$((each / 2)); done
		$loader attach dev tap0 rings "$word" 2>"$err"
		if [ "$n" -eq 1 ]; then
			grep -q ', ring 16M$' "$err"
		else
			grep -q ", $n rings of " "$err"
		fi
		[ "$(ring_pins)" = "$(expected_pins "$n")" ]
		for pin in $(ring_pins); do
			bpftool -j map show pinned "$tap/$pin" |
				jq -e ".type == \"ringbuf\" and .max_entries == $each"
			[ "$(stat -c %a "$tap/$pin")" = 600 ]
		done
		bpftool -j map dump pinned "$tap/meta" |
			jq -e ".[0].formatted.value | .rings == $n and .ring_bytes == $each"
		$loader -j show | jq -e ".[0] | .rings == $n and .ring_size == $each"
		$loader show | grep -Eq "^    prog capture_packet_data id [0-9]+ rings $n of [0-9]+[KM] snaplen 0 flows 0 since 20"
		$loader detach dev tap0
		assert_nothing_left
	done
}

# bats test_tags=any-kernel
@test "auto is the default, and uses as many rings as can have enough memory" {
	$loader attach dev tap0
	$loader -j show | jq -e ".[0] | .rings == ([$cpus, 64] | min)"
	$loader detach tap0
	$loader attach dev tap0 ring 64K
	$loader -j show | jq -e '.[0] | .rings == 1 and .ring_size == 65536'
	$loader detach tap0
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "impossible numbers of rings: exit 2, and the reason" {
	while IFS='|' read -r words line; do
		# shellcheck disable=SC2086
		run $loader attach tap0 $words
		echo "$words: $output"
		[ "$status" -eq 2 ]
		[ "$output" = "xdptap-loader: $line" ]
	done <<-END
		rings 0|rings '0' is neither auto nor a number from 1 to $cpus, the number of possible CPUs
		rings 99999|rings '99999' is neither auto nor a number from 1 to $cpus, the number of possible CPUs
		rings x|rings 'x' is neither auto nor a number from 1 to $cpus, the number of possible CPUs
		rings 1x|rings '1x' is neither auto nor a number from 1 to $cpus, the number of possible CPUs
		rings $((cpus + 1))|rings '$((cpus + 1))' is neither auto nor a number from 1 to $cpus, the number of possible CPUs
		rings|'rings' needs a value
		rings 1 rings 1|'rings' is given twice
	END
	if [ "$cpus" -gt 1 ]; then
		for ((least = 4; least < 4 * cpus;)); do least=$((2 * least)); done
		for words in "ring 4K rings $cpus" "rings $cpus ring 4K"; do
			# shellcheck disable=SC2086
			run $loader attach tap0 $words
			[ "$status" -eq 2 ]
			[ "$output" = "xdptap-loader: ring 4K is too small for $cpus rings; the minimum is ${least}K" ]
		done
	fi
	assert_nothing_left
}

# bats test_tags=any-kernel
@test "each CPU's packets are in its own ring" {
	[ "$cpus" -gt 1 ] || skip "there is one CPU"
	$loader attach tap0 rings 2 ring 128K
	for cpu in 0 1; do
		send_on $cpu 5000
		# 64K are 1023 events: so much of each, whatever is in the other.
		[ "$(counter events)" -eq $(((cpu + 1) * 1023)) ]
	done
	$reader -c 2046 tap0 >"$out" 2>"$err"
	lines_in "$out" 2046
	sorted_by_time
}

# bats test_tags=any-kernel
@test "an attach that was killed between two rings leaves what detach removes" {
	command -v strace >/dev/null || skip "strace is not installed"
	[ "$cpus" -gt 1 ] || skip "there is one CPU"
	some=0
	for ((i = 1; i < 100; i++)); do
		run strace -f -qq -o /dev/null -e trace=bpf -e inject=bpf:signal=KILL:when=$i \
			"$loader" attach tap0 rings "$cpus"
		left=$(ring_pins | wc -w)
		$loader detach tap0 || [ ! -e $bpffs/xdptap ]
		assert_nothing_left
		[ "$left" -eq 0 ] || [ "$left" -eq "$cpus" ] || some=$((some + 1))
		[ "$left" -lt "$cpus" ] || break
	done
	[ "$some" -ge 1 ]
	[ "$left" -eq "$cpus" ]
}

# bats test_tags=any-kernel
@test "meta that contradicts the pins is refused, with the reason" {
	$loader attach tap0 rings 1 ring 64K
	mapfile -t meta < <(bpftool -j map dump pinned "$tap/meta" | jq -r '.[0].value[]')
	[ "${#meta[@]}" -eq 96 ]
	# abi.h: rings at byte 52, ring_bytes at 56, flows at 60; on a little-endian machine.
	while IFS='|' read -r at bytes words; do
		# shellcheck disable=SC2086
		bpftool map update pinned "$tap/meta" key 0 0 0 0 value \
			"${meta[@]:0:at}" $bytes "${meta[@]:at+4}"
		run timeout 5 "$reader" tap0
		echo "$output"
		[ "$status" -eq 1 ]
		[ "${lines[0]}" = "xdptap-reader: tap0: can't use the tap: $words" ]
	done <<-END
		52|0x00 0x00 0x00 0x00|meta says 0 rings
		52|0x01 0x20 0x00 0x00|meta says 8193 rings
		52|0xff 0xff 0xff 0xff|meta says 4294967295 rings
		52|0x02 0x00 0x00 0x00|can't open $tap/packet_ringbuf_1: No such file or directory
		60|0x01 0x00 0x40 0x00|meta says flows 4194305
		56|0x00 0x00 0x02 0x00|$tap/packet_ringbuf has 65536 entries, not 131072
		0|0x01 0x00 0x00 0x00|the tap has ABI version 1, but this program supports 8
	END
	bpftool map update pinned "$tap/meta" key 0 0 0 0 value "${meta[@]}"
	# A generation that no settings have.
	bpftool map update pinned "$tap/control" key 0 0 0 0 value 6 0 0 0 0 0 0 0
	run timeout 5 "$reader" tap0
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "xdptap-reader: tap0: can't use the tap: its settings contradict each other" ]
	bpftool map update pinned "$tap/control" key 0 0 0 0 value 0 0 0 0 0 0 0 0
	send 1
	$reader -c 1 tap0 | grep -q UDP
	$loader detach tap0
	assert_nothing_left
}

@test "the order of time, over the rings of two CPUs at once" {
	[ "$cpus" -gt 1 ] || skip "there is one CPU"
	n=$(many 100000)
	$loader attach tap0 rings 2
	start_reader tap0
	send_on 0 "$n" 3>&- & a=$!
	send_on 1 "$n" 3>&- & b=$!
	wait $a
	wait $b
	until_ok 30 lines_in "$out" $((2 * n))
	end_reader INT
	[ "$(counter dropped)" -eq 0 ]
	[ "$(wc -l <"$out")" -eq $((2 * n)) ]
	sorted_by_time
}

# plain_until EVENTS: the plain reader has seen so many.
plain_until() { [ "$(awk 'NR > 1 { n += $2 } END { print n + 0 }' "$out")" -ge "$1" ]; }

# Each packet alone, from each CPU: the ring has to notify for each.
plain_reader_is_notified()
{
	# shellcheck disable=SC2046
	$plain_reader 30000 $(printf "$tap/%s " $(ring_pins)) >"$out" 2>&1 3>&- & plain_pid=$!
	until_ok 5 grep -q ready "$out"
	until_ok 5 sleeps_in_epoll "$plain_pid"
	for ((i = 1; i <= singles; i++)); do
		send_on $((i % cpus)) 1
		until_ok 5 plain_until "$i"
	done
	send 1000
	until_ok 5 plain_until $((singles + 1000))
	kill $plain_pid
	wait $plain_pid || true
}

@test "a plain libbpf reader is notified: no xdptap-reader was ever there" {
	for rings in 1 auto; do
		$loader attach tap0 rings $rings
		plain_reader_is_notified
		$loader detach tap0
	done
}

# bats test_tags=any-kernel
@test "a plain libbpf reader is notified after xdptap-reader has ended" {
	$loader attach tap0
	for signal in INT TERM; do
		start_reader tap0
		send 10
		until_ok 5 lines_in "$out" 10
		[ "$(wakeup_state)" -ne 0 ]
		end_reader $signal
		[ "$(wakeup_state)" -eq 0 ]
		plain_reader_is_notified
	done
	send 3
	$reader -q -c 3 tap0
	[ "$(wakeup_state)" -eq 0 ]
	plain_reader_is_notified
}

switches_of() { awk '/ctxt_switches/ { print $2 }' "/proc/$1/status" | xargs; }

# bats test_tags=any-kernel
@test "an idle reader uses no CPU, not even after traffic" {
	$loader attach tap0
	for mode in "" --immediate-mode -q; do
		# shellcheck disable=SC2086
		start_reader $mode tap0
		send 1000
		until_ok 5 wakeup_is 3
		before=$(switches_of "$reader_pid")
		sleep 2
		[ "$(switches_of "$reader_pid")" = "$before" ]
		end_reader INT
	done
}

@test "the first packet to a sleeping reader shows at once, in every mode" {
	$loader attach tap0
	for mode in "" --immediate-mode; do
		# shellcheck disable=SC2086
		start_reader $mode tap0
		for ((i = 1; i <= singles; i++)); do
			until_ok 5 wakeup_is 3
			send_on $((i % cpus)) 1
			until_ok 2 lines_in "$out" "$i"
		done
		end_reader INT
	done
}

# bats test_tags=any-kernel
@test "--immediate-mode never sleeps for a fixed time" {
	$loader attach tap0
	start_reader --immediate-mode tap0
	in_peer "$flood" peer0 20000 64 200 >/dev/null 3>&- & sender=$!
	while kill -0 $sender 2>/dev/null; do
		[ "$(wakeup_state)" -ne 2 ]
	done
	wait $sender
	until_ok 5 lines_in "$out" 20000
	end_reader INT
}

# bats test_tags=any-kernel
@test "a reader that was killed asleep leaves a state that the next one corrects" {
	$loader attach tap0
	for _ in 1 2 3; do
		start_reader tap0
		until_ok 5 wakeup_is 3
		end_reader KILL 2>/dev/null || [ $? -eq 137 ]
		[ "$(wakeup_state)" -eq 3 ]
		send 5
	done
	start_reader tap0
	until_ok 5 lines_in "$out" 5
	send 1
	until_ok 2 lines_in "$out" 6
	end_reader INT
	[ "$(wakeup_state)" -eq 0 ]
}
