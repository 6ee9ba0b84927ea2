# Shared by the bats files whose commands are stopped beside other XDP programs in a dispatcher, by
# tests/guest/stop.c: killed, or refused what they ask for. All is slow in the guest: a command is
# stopped at each 40th call that changes something, alternately in each way, but twice at least. With
# XDPTAP_SWEEP=N it is at each Nth, in both ways.
# shellcheck shell=bash

load "${BASH_SOURCE[0]%/*}/../system/lib"

setup()
{
	private_mounts
	[ -z "${XDPTAP_SWEEP:-}" ] || export NETWORK_HOLD=7200
	network_up
	# Where programs come and go, as guest_cpu1 says.
	guest_cpu1 0
	xdp-filter load tap0
	xdp-loader load tap0 "$pass_object" -P 20
	others=$(members) others_links=$(links)
	said=$BATS_TEST_TMPDIR/said
}

teardown()
{
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
		echo "${at:-}: exit ${status:-}: $(cat "$said" 2>/dev/null)"
		bpffs_contents
		$loader show
		xdp-loader status tap0
	fi
	guest_cpu1 1
	xdp-loader unload tap0 --all >/dev/null 2>&1 || true
	network_down
}

# The programs of others on the interface, in their order.
members() { xdp-loader status tap0 | awk '$1 == "=>" && $3 !~ /^capture_packet/ { print $2, $3, $4 }'; }
dispatchers() { find $bpffs/xdp -name 'dispatch-*' | wc -l; }
none_of_ours() { ! bpftool -j prog show | grep -Eq 'trace_exit|count_verdict|count_exception|count_redirect|capture_packet'; }
# Those of libxdp are of the same type.
links() { bpftool -j link show | jq '[.[] | select(.type == "tracing" or .type == "raw_tracepoint")] | length'; }
no_link_of_ours() { [ "$(links)" -eq "$others_links" ]; }

assert_clean()
{
	[ ! -e $bpffs/xdptap ]
	until_ok 10 none_of_ours
	until_ok 10 no_link_of_ours
	[ "$(members)" = "$others" ]
	[ "$(dispatchers)" -eq 1 ]
}

assert_detach_cleans()
{
	if [ -e $bpffs/xdptap ]; then
		$loader detach tap0 2>"$said" || [ ! -e $bpffs/xdptap ]
	fi
	assert_clean
}

# points COMMAND...: runs it; points are the numbers of the calls at which to stop it.
points()
{
	local calls=$BATS_TEST_TMPDIR/calls step=${XDPTAP_SWEEP:-40}

	rm -f "$calls"
	STOP_COUNT=$calls LD_PRELOAD=$build/tests/guest/stop.so "$@" 2>"$said"
	n_calls=$(wc -l <"$calls")
	[ "$n_calls" -ge 2 ]
	[ $((2 * step)) -le "$n_calls" ] || step=$((n_calls / 2))
	mapfile -t points < <(seq $(((step + 1) / 2)) $step "$n_calls")
}

# stopped N BY COMMAND...: bash's own remark on what is killed is not wanted.
stopped()
{
	at="$2 at $1: ${*:3}"
	{ STOP_AT=$1 STOP_BY=$2 LD_PRELOAD=$build/tests/guest/stop.so "${@:3}" 2>&3; } 3>"$said" 2>/dev/null
}

# A command with less to do than that of points() may end before.
kill_at()
{
	status=0
	stopped "$1" kill "${@:2}" || status=$?
	[ "$status" -eq 137 ] && killed=$((killed + 1)) || [ "$status" -eq 0 ]
}

# With ENOMEM: exit 0, or 1 and a line that says why.
refuse_at()
{
	status=0
	refused=$((refused + 1))
	stopped "$1" 12 "${@:2}" || status=$?
	[ "$status" -le 1 ]
	if [ "$status" -eq 0 ]; then survived=$((survived + 1)); else grep -q '^xdptap-loader: ' "$said"; fi
}

# at_each FUNCTION: calls it for each point, with kill_at or refuse_at, or with both.
at_each()
{
	local i killed=0 refused=0 survived=0

	for i in "${!points[@]}"; do
		if [ -n "${XDPTAP_SWEEP:-}" ] || [ $((i % 2)) -eq 0 ]; then "$1" kill_at "${points[i]}"; fi
		if [ -n "${XDPTAP_SWEEP:-}" ] || [ $((i % 2)) -eq 1 ]; then "$1" refuse_at "${points[i]}"; fi
	done
	[ $killed -ge 1 ]
	echo "# ${BATS_TEST_DESCRIPTION%%:*}: of $n_calls calls, killed at $killed, refused at $refused ($survived of these went on)" >&3
}

# Sends ten frames: each is counted once, and is one event at most.
send_ten()
{
	local packets events filtered now_packets now_events now_filtered

	read -r packets events filtered < <(counter packets events filtered)
	in_peer "$flood" peer0 10 >/dev/null
	read -r now_packets now_events now_filtered < <(counter packets events filtered)
	[ "$now_packets" -eq $((packets + 10)) ]
	[ $((now_events + now_filtered)) -eq $((events + filtered + 10)) ]
}


attach_at()
{
	"$1" "$2" "$loader" attach tap0 $words
	if [ "$1" = kill_at ]; then
		[[ $(tap_state 2>/dev/null) =~ ^(|half-made|attached)$ ]]
		assert_detach_cleans
	elif [ "$status" -eq 0 ]; then
		assert_works
		assert_detach_cleans
	else
		assert_clean
	fi
}

detach_at()
{
	$loader attach tap0 $words 2>/dev/null
	"$1" "$2" "$loader" detach tap0
	[[ $(tap_state 2>/dev/null) =~ ^(|half-made|attached|"program gone")$ ]]
	assert_detach_cleans
}
