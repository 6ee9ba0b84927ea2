#!/usr/bin/env bats
# Readers that are killed and started at random moments, under bursts of numbered
# packets: none may be lost, none out of order, and no reader may sleep on.
# XDPTAP_SEED=n: the same random numbers again; XDPTAP_STRESS=n: seconds a test.
# Run by tests/run, in private namespaces.

load lib

bursts=$build/tests/system/bursts
wakeups=$build/tests/system/wakeups

setup()
{
	private_mounts
	network_up
	cpus=$(nproc)
	[ "$cpus" -le 4 ] || cpus=4
	seed=${XDPTAP_SEED:-$((RANDOM * 32768 + RANDOM))}
	RANDOM=$seed
	echo "XDPTAP_SEED=$seed"
	patience=5
	[ -z "${XDPTAP_GUEST:-}" ] || patience=30
	readers=0
	sent=()
	for ((cpu = 0; cpu < cpus; cpu++)); do sent[cpu]=0; done
}

teardown()
{
	[ -z "${reader_pid:-}" ] || kill -KILL "$reader_pid" 2>/dev/null || true
	network_down
}

# The next reader, with an output of its own.
start_reader()
{
	local modes=("" --immediate-mode)

	readers=$((readers + 1))
	out=$(printf '%s/out.%05d' "$BATS_TEST_TMPDIR" $readers)
	# shellcheck disable=SC2086
	$reader ${modes[RANDOM % 2]} tap0 >"$out" 2>>"$BATS_TEST_TMPDIR/err" 3>&- &
	reader_pid=$!
}

kill_reader()
{
	kill -KILL "$reader_pid"
	wait "$reader_pid" 2>/dev/null || [ $? -eq 137 ]
	reader_pid=
}

pause_ms() { sleep "0.$(printf %03d "$1")"; }
asleep() { grep -q epoll_wait "/proc/$1/stack"; }

# start_bursts MOST [SEED]: up to so many from each CPU, while other things are done.
start_bursts()
{
	local n seed=${2:-$((RANDOM + 1))}

	senders=()
	for ((cpu = 0; cpu < cpus; cpu++)); do
		n=$((1 + RANDOM % $1))
		in_peer "$bursts" peer0 $cpu "${sent[cpu]}" $n "$seed" 3>&- &
		senders+=($!)
		sent[cpu]=$((sent[cpu] + n))
	done
}

wait_for_bursts()
{
	for pid in "${senders[@]}"; do wait "$pid"; done
}

bursts_go_on()
{
	for pid in "${senders[@]}"; do
		if kill -0 "$pid" 2>/dev/null; then return 0; fi
	done
	return 1
}

# Whether the last packet of each CPU is in the output of one of the last readers.
all_shown()
{
	local last files=("$BATS_TEST_TMPDIR"/out.*)

	[ ${#files[@]} -le 20 ] || files=("${files[@]: -20}")
	for ((cpu = 0; cpu < cpus; cpu++)); do
		last=$((sent[cpu] - 1))
		[ $last -ge 0 ] || continue
		grep -q " 10\.9\.$cpu\.1:$((last % 65536)) -> 10\.9\.0\.2:$((last / 65536)) .*)\$" \
			"${files[@]}" || return 1
	done
}

# It has nothing to do; then it has, and shows it, whatever was before.
assert_wakes()
{
	[ $((RANDOM % 2)) -eq 0 ] || until_ok $patience asleep "$reader_pid"
	start_bursts $((RANDOM % 2 ? 1 : 600))
	wait_for_bursts
	until_ok $patience all_shown
}

# Killed in the middle, and another started, until all is sent.
killed_under_bursts()
{
	start_bursts $(($(many 6000) + 100))
	while bursts_go_on; do
		pause_ms $((RANDOM % 60))
		kill_reader
		[ $((RANDOM % 3)) -ne 0 ] || pause_ms $((RANDOM % 20))
		start_reader
	done
	wait_for_bursts
	until_ok $patience all_shown
}

# Nobody reads meanwhile: the ring keeps it.
killed_asleep()
{
	until_ok $patience asleep "$reader_pid"
	kill_reader
	start_bursts $(($(many 3000) + 100))
	[ $((RANDOM % 2)) -eq 0 ] || wait_for_bursts
	start_reader
	wait_for_bursts
	until_ok $patience all_shown
}

# There is so much that it is hardly ever between two batches.
killed_catching_up()
{
	kill_reader
	start_bursts "$(many 30000)" 0
	wait_for_bursts
	for _ in 1 2 3 4 5 6 7 8; do
		start_reader
		pause_ms $((RANDOM % 16))
		kill_reader
	done
	start_reader
	until_ok $patience all_shown
}

# Prints what is wrong with the numbers: of each CPU every one is there, and
# within a reader's output in order. What a killed reader has shown and not given
# back comes again. A line that was cut off is none.
wrong_numbers()
{
	for file in "$BATS_TEST_TMPDIR"/out.*; do
		echo "file ${file##*/}"
		sed -n 's/^\[.*\] UDP 10\.9\.\([0-9]*\)\.1:\([0-9]*\) -> 10\.9\.0\.2:\([0-9]*\) (64 bytes)$/\1 \2 \3/p' "$file"
	done | awk -v sent="${sent[*]}" '
		$1 == "file" { file = $2; delete last; next }
		{
			n = $2 + 65536 * $3
			if ($1 in last && n <= last[$1])
				print file ": CPU " $1 ": " n " after " last[$1]
			if (n > next_of[$1] + 0)
				print file ": CPU " $1 ": " n ", and " next_of[$1] + 0 " was not seen"
			last[$1] = n
			if (n >= next_of[$1] + 0)
				next_of[$1] = n + 1
		}
		END {
			cpus = split(sent, of)
			for (i = 1; i <= cpus; i++)
				if (next_of[i - 1] + 0 != of[i])
					print "CPU " i - 1 ": " of[i] " sent, seen up to " next_of[i - 1] + 0
		}'
}

stress()
{
	local end=$((SECONDS + ${XDPTAP_STRESS:-5})) wrong total=0 rounds=0

	start_reader
	while [ $SECONDS -lt $end ]; do
		case $((RANDOM % 4)) in
		0) assert_wakes ;;
		1) killed_under_bursts ;;
		2) killed_asleep ;;
		3) killed_catching_up ;;
		esac
		rounds=$((rounds + 1))
	done
	kill -INT "$reader_pid"
	wait "$reader_pid"
	reader_pid=

	for n in "${sent[@]}"; do total=$((total + n)); done
	echo "$rounds rounds, $readers readers, $total packets"
	[ "$(counter packets)" -eq "$total" ]
	[ "$(counter dropped)" -eq 0 ]
	wrong=$(wrong_numbers)
	[ -z "$wrong" ] || { head -n 20 <<<"$wrong"; false; }
	refute grep -q 'xdptap-reader: .*\(error\|not read any further\)' "$BATS_TEST_TMPDIR/err"
	$loader detach tap0
	assert_nothing_left
}

@test "one ring: readers killed at any moment lose nothing, and none sleeps on" {
	$loader attach tap0 rings 1
	stress
}

@test "one ring per CPU: readers killed at any moment lose nothing, and none sleeps on" {
	$loader attach tap0 rings auto
	stress
}

# wakes_from MODE LEAST_NS MOST_NS: packets so long after it has taken one before.
wakes_from()
{
	# shellcheck disable=SC2086
	$reader $1 -q tap0 >/dev/null 2>&1 3>&- &
	reader_pid=$!
	until_ok $patience asleep $reader_pid
	in_peer "$wakeups" peer0 $(($(many 400) * ${XDPTAP_STRESS:-5} / 4)) "$2" "$3" $bpffs/xdptap/tap0/packet_ringbuf*
	kill -INT $reader_pid
	wait $reader_pid
	reader_pid=
}

@test "no packet is slept through that comes as the reader falls asleep" {
	$loader attach tap0
	wakes_from --immediate-mode 0 3000
	wakes_from "" 0 3000000
}

# They show nothing, so that they are to count: each ends once it has its number.
@test "-q: each packet is counted once, and none is slept through" {
	$loader attach tap0
	local end=$((SECONDS + ${XDPTAP_STRESS:-5} / 2)) total=0 before n
	while [ $SECONDS -lt $end ]; do
		before=$total
		start_bursts 3000
		total=0
		for n in "${sent[@]}"; do total=$((total + n)); done
		n=$((total - before))
		timeout $((patience * 2)) "$reader" -q -c $n tap0 >"$BATS_TEST_TMPDIR/quiet"
		grep -q "^Total Packets: $n (" "$BATS_TEST_TMPDIR/quiet"
		wait_for_bursts
	done
	[ "$(counter packets)" -eq "$total" ]
	[ "$(counter dropped)" -eq 0 ]
}
