#!/usr/bin/env bats
# Several xdptap-loaders at the same interface beside xdp-loader, which loads and unloads other programs
# there: all of them replace the one dispatcher. Run by tests/run in a guest kernel.

load ../system/races
load beside

setup()
{
	[ -z "${no_dispatcher:-}" ] || skip "$no_dispatcher"
	private_mounts
	network_up
	cd "$BATS_TEST_TMPDIR" || return
	guest_cpu1 "${XDPTAP_RACES_CPU1:-1}"
	seed=${XDPTAP_SEED:-$((RANDOM * 32768 + RANDOM))}
	echo "XDPTAP_SEED=$seed"
	patience=120
	taps=1
}

teardown()
{
	touch over
	guest_cpu1 1
	network_down
}

# Loads the other program, and unloads it, in turn. xdp-loader, too, may come too late; what is true at
# the end is in `loaded`.
others_work()
{
	local id

	: >loaded
	: >others
	until [ -e over ]; do
		if xdp-loader load tap0 "$pass_object" >>others.said 2>&1; then
			echo load >>others
		else
			echo "no load" >>others
		fi
		[ ! -e over ] || break
		id=$(xdp-loader status tap0 2>/dev/null | awk '$3 == "pass_all" { print $4; exit }')
		[ -n "$id" ] || continue
		if xdp-loader unload tap0 --id "$id" >>others.said 2>&1; then
			echo unload >>others
		else
			echo "no unload" >>others
		fi
	done
}

# With others at work, also these are right.
expected+=(
	'tap0: attached in native mode, in a dispatcher with prio 5; .*'
	'tap0: there is a dispatcher in (native|generic) mode, which excludes a program in (generic|native) mode'
	"tap0: there is a dispatcher \(id [0-9]+\), but its pins can't be read"
	"tap0: can't list its XDP programs: .*"
	'tap0: (a dispatcher runs at most ten programs|.*Device or resource busy).*'
	'tap0: (the program was no longer attached|its program is not attached any more)'
	'tap0: the former program could not be detached yet: .*; repeat set'
	'tap0: .*; (repeat set|repeat detach).*'
	'tap0: an old tap is still pinned; its state is .*'
)
hints+=(
	"omit 'mode' to join it"
	"use the BPF filesystem .* that made it; 'ip link set dev tap0 xdp(generic)? off' removes it and its programs"
	"nothing has changed.*"
	"'xdptap-loader (detach dev tap0' removes the tap|show' tells what is in force; repeat set)"
	"remove it with 'xdptap-loader detach dev tap0', then attach again"
	"'--debug' shows.*"
	".*repeat.*"
)

@test "loaders beside xdp-loader, which is at the same dispatcher: all are in place at the end" {
	others_work 3>&- & other=$!
	race "${XDPTAP_RACES_N:-4}" "${XDPTAP_RACES:-25}"
	wait $other
	echo "xdp-loader: $(sort others | uniq -c | xargs)" | sed 's/^/# /' >&3
	wrong=$(faults)
	[ -z "$wrong" ] || { head -n 30 <<<"$wrong"; sort others.said | uniq -c | head -30; false; }
	sum_up | sed 's/^/# /' >&3
	# xdp-loader's programs that were loaded and not unloaded are there; each sees frames.
	xdp-loader status tap0
	wanted=$(($(grep -c '^load$' others) - $(grep -c '^unload$' others)))
	[ "$(chain | grep -c pass_all)" -eq "$wanted" ]
	taps_left
	xdp-loader unload tap0 --all || true
	[ -z "$(ls $bpffs/xdp 2>/dev/null)" ]
	assert_nothing_left
}

# The tap that is there, if any, counts what comes, and is detached beside the others.
taps_left()
{
	if [ -e $bpffs/xdptap/tap0 ]; then
		[ "$($loader -j show dev tap0 | jq -r '.[0].state')" = attached ]
		[ "$(chain | grep -c capture_packet_data)" -eq 1 ]
		$loader set tap0 nofilter sample 1 resume
		before=$(counter packets)
		send 10
		[ $(($(counter packets) - before)) -eq 10 ]
		$loader detach tap0
	fi
	refute eval 'chain | grep -q capture_packet_data'
	[ "$(chain | grep -c pass_all)" -eq "$wanted" ]
	[ ! -e $bpffs/xdptap ]
}

dispatchers() { [ "$(find $bpffs/xdp -mindepth 1 -maxdepth 1 -name 'dispatch-*' | wc -l)" -ge "$1" ]; }

# load_slowly: xdp-loader waits between the two: after the call that gives the lock back for the last time
# but one; the last one is for the pins of the former dispatcher.
load_slowly()
{
	strace -qq -o trace -e trace=flock -e "inject=flock:delay_exit=8000000:when=$(($(grep -c flock trace) - 2))" \
		xdp-loader load tap0 "$pass_object" >others.said 2>&1 3>&- & other=$!
	until_ok 60 dispatchers 2
}

# libxdp pins a dispatcher, gives back its lock, and attaches it then.
@test "set leaves alone a dispatcher that xdp-loader is about to attach" {
	$loader attach tap0 2>/dev/null
	strace -qq -o trace -e trace=flock xdp-loader load tap0 "$pass_object"
	xdp-loader unload tap0 --id "$(xdp-loader status tap0 | awk '$3 == "pass_all" { print $4 }')"
	[ "$(chain)" = "5 capture_packet_data" ]
	load_slowly
	$loader set tap0 pause
	kill -0 $other # it still waits
	wait $other || { cat others.said; false; }
	[ "$(chain)" = "$(printf '5 capture_packet_data\n20 pass_all')" ]
	[ "$(tap_state)" = attached ]
	$loader detach tap0
	[ "$(chain)" = "20 pass_all" ]
	xdp-loader unload tap0 --all
	assert_nothing_left
}
