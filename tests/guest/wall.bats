#!/usr/bin/env bats
# The wall time in capture files and in NDJSON while the clock is set, runs fast,
# or learns of leap seconds: only in a guest, whose clock is nobody else's.

load ../system/compare

setup()
{
	[ -n "${XDPTAP_GUEST:-}" ] || skip "sets the clock, so it runs in a guest only"
	private_mounts
	network_up
	name_files
	stay_on_one_cpu
	slew=$build/tests/guest/slew
	# What may be between our time and tcpdump's. A rate alone makes no difference: the kernel
	# slews CLOCK_MONOTONIC, which bpf/tai_clock.h reads, just as CLOCK_TAI. So all that is
	# left is a packet's way from the XDP hook to tcpdump: 2 us as a rule, more than 50 where
	# packets queued, because the kernel then hands up several at a time. A clock that were not
	# slewed would be off by 1.5 ms after 3 s at 500 ppm, by 300 ms at a tenth, for as many as a
	# fifth of the packets; a difference from before a step is 37 s or hours.
	most=1000000
	$loader attach tap0 mode native snaplen full
	offloads_off
	start_tcpdump
}

teardown()
{
	[ -z "${XDPTAP_GUEST:-}" ] || { "$build/tests/guest/slew" ppm 0; "$build/tests/guest/slew" tai 0; }
	captures_down
}

send() { in_peer "$build/tests/system/bursts" peer0 0 0 "$1" 1; }

# Those that bear the time before a step (there are two) came within CLOCK_CHECK_NS,
# a millisecond, of each other, and so of the step; all others are right.
assert_steps()
{
	time_differences >"$BATS_TEST_TMPDIR/all"
	awk -v what="$1" '{ split($1, t, "."); stale = $2 < -1e9 || $2 > 1e9 }
		stale && !was { runs++; s = t[1]; ns = t[2] }
		stale { n++; took = (t[1] - s) * 1000000000 + t[2] - ns; if (took > longest) longest = took }
		{ was = stale }
		NR > 1 && (t[1] - last > 3600 || last - t[1] > 3600) { steps++ }
		{ last = t[1] }
		END { printf "%s: clock set %d times in %d packets, %d of the former time, those within %d ns\n",
				what, steps, NR, n, longest
			exit !(steps == 2 && runs <= 2 && longest <= 1000000) }' "$BATS_TEST_TMPDIR/all" >"$BATS_TEST_TMPDIR/steps" ||
		{ cat "$BATS_TEST_TMPDIR/steps"; return 1; }
	remark <"$BATS_TEST_TMPDIR/steps"
	awk '$2 > -1e9 && $2 < 1e9' "$BATS_TEST_TMPDIR/all" | assert_times "$1" earlier $most
}

@test "the clock is set while a file is written" {
	start_reader -w "$ours" tap0
	in_peer "$build/tests/guest/steps" peer0 1500
	end_reader
	end_tcpdump
	"$identical" "$theirs" "$ours"
	assert_steps pcapng
}

@test "the clock is set while NDJSON is written" {
	start_reader -j tap0
	in_peer "$build/tests/guest/steps" peer0 1500
	end_reader
	end_tcpdump
	ours=$objects
	[ "$(wc -l <"$ours")" -eq "$(frames_in "$theirs")" ]
	assert_steps NDJSON
}

# A tenth is two hundred times what a time daemon may do: three seconds with it
# are ten minutes with that.
@test "the clock runs fast and slow: the difference does not grow" {
	start_reader -w "$ours" tap0
	send 200
	for ppm in 500 -500 100000 -100000; do
		"$slew" ppm $ppm
		sleep 3
		send 200
	done
	end_reader
	end_tcpdump
	"$identical" "$theirs" "$ours"
	time_differences | assert_times "rates of +-500 ppm and +-10 %" earlier $most
}

@test "CLOCK_TAI learns of the leap seconds while a file is written" {
	start_reader -w "$ours" tap0
	send 100
	until_ok 20 sleeps_in_epoll "$reader_pid"
	"$slew" tai 37
	send 100
	end_reader
	end_tcpdump
	time_differences | assert_times "TAI set" earlier $most
}
