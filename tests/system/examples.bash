# Runs the examples of a document in the test network, as tests/system/examples.how says for each of them.
# Called by the bats files that check manual pages and the tutorial.
# shellcheck shell=bash disable=SC2034

load "${BASH_SOURCE[0]%/*}/lib"

root=$(cd -- "${BASH_SOURCE[0]%/*}/../.." && pwd)
how=$root/tests/system/examples.how
documents=(docs/xdptap.7 docs/xdptap-loader.8 docs/xdptap-reader.8 docs/xdptap-stats.8 docs/tutorial.md README.md)
PATH=$build:/usr/local/sbin:/usr/sbin:/sbin:$PATH

# eth0 here, whose other end is peer0 with 10.9.0.1 in a namespace of its own.
examples_setup()
{
	# Elsewhere eth0 may be the machine's own.
	[ -n "${XDPTAP_GUEST:-}" ] || other_netns 1 || { echo "run this by tests/run, in namespaces of its own"; return 1; }
	private_mounts
	network_up
	ip link set tap0 down
	ip link set tap0 name eth0
	ip link set eth0 up
	ip addr add 10.9.0.2/24 dev eth0
	in_peer ip addr add 10.9.0.1/24 dev peer0
	until_ok 20 link_is_up eth0
}

examples_teardown()
{
	[ -n "${peer_pid:-}" ] || return 0
	cat "$work/out" "$work/err" 2>/dev/null || true # where it failed
	[ -z "${lasting:-}" ] || kill -s TERM -- "-$lasting" 2>/dev/null || true
	[ -z "${hook_pid:-}" ] || kill "$hook_pid" 2>/dev/null || true
	for dev in eth0 eth1; do ip link del $dev 2>/dev/null || true; done
	[ ! -e /run/netns/blue ] || ip netns del blue
	kill "$peer_pid"
}

send() { in_peer "$flood" peer0 "$1" >/dev/null; }
# A connection to here that nobody accepts: its SYN.
knock() { in_peer timeout 1 nc -z -w 1 10.9.0.2 "$1" || true; }
# One from here that the other side refuses: a RST arrives.
be_refused() { timeout 5 nc -z -w 5 10.9.0.1 9 || true; }
# hello, over TCP.
connect()
{
	nc -l -N 10.9.0.2 8080 >/dev/null </dev/null 3>&- &
	until_ok 20 eval '[ -n "$(ss -Hlt "sport = :8080")" ]'
	echo hello | in_peer nc -N -w 2 10.9.0.2 8080
	wait $! || true
}
pings() { in_peer ping -q -c "$1" -i 0.002 -W 1 10.9.0.2 >/dev/null; }
# What drops the frames of `send`.
xdp_filter_up() { xdp-filter load eth0 && xdp-filter port 9 -m dst -p udp; }

# What many examples take for granted.
tapped() { [ -e "$bpffs/xdptap/eth0" ] || xdptap-loader attach dev eth0 "$@" 2>/dev/null; }
untapped() { [ ! -e "$bpffs/xdptap/eth0" ] || xdptap-loader detach dev eth0; }
tap() { xdptap-loader -j show dev eth0 | jq -r ".[0]$1"; }
counted() { xdptap-stats -j show dev eth0 | jq -r ".[0]$1"; }
all_read() { [ "$(counted .ring_used_bytes)" = 0 ]; }

# instead THIS THAT: what would take too long, or too much, is run with another number.
instead()
{
	[[ $example == *"$1"* ]] || { echo "the example has no '$1'"; return 1; }
	example=${example//"$1"/$2}
}

# Runs the example to its end, which must have this exit status.
runs()
{
	local status=0

	timeout 100 bash -c "$example" >"$work/out" 2>"$work/err" 3>&- || status=$?
	[ $status -eq "${1:-0}" ] || { echo "exit status $status"; cat "$work/out" "$work/err"; return 1; }
}

# The same, in this shell: for what is of use to the next command.
here() { eval "$example" >"$work/out" 2>"$work/err"; }

# Starts it as a terminal does: in a process group, whose members don't ignore SIGINT.
start()
{
	setsid env --default-signal=INT,PIPE bash -c "$example" >"$work/out" 2>"$work/err" 3>&- &
	lasting=$!
}

ended()
{
	local status=0

	wait "$lasting" || status=$?
	lasting=
	[ $status -eq 0 ] || { echo "exit status $status"; cat "$work/out" "$work/err"; return 1; }
}

# What it prints is held back by programs in a pipe until ours ends, so only that gets the signal.
interrupt() { pkill -INT -g "$lasting" '^xdptap-' || pkill -INT -g "$lasting" '^(tcpdump|xdpdump)'; }

# lasts TRAFFIC CONDITION: sends this until the condition is met, and ends it by SIGINT.
lasts()
{
	start
	until_ok 60 eval "$1; $2" || { cat "$work/out" "$work/err"; return 1; }
	interrupt
	ended
}

# ends TRAFFIC: sends this until the example ends by itself.
ends()
{
	start
	until_ok 60 eval "$1; ! kill -0 $lasting 2>/dev/null"
	ended
}

# Every line that the document shows is among those that were printed, up to numbers, addresses and space.
looks_as_shown()
{
	cat "$work/out" "$work/err" | shape >"$work/printed"
	shape <"$expected" | grep -vx ' *\.\.\.' | refute grep -Fxvf "$work/printed"
}
shape()
{
	sed -E 's/[0-9a-f]{2}(:[0-9a-f]{2}){5}/MAC/g; s/[0-9a-f]{16}/TAG/g; s/[0-9]+ rings of [0-9]+M|ring [0-9]+M/RINGS/
		s/[0-9]+(\.[0-9]+)?[kM]?/N/g; s/[ \t]+/ /g; s/ $//'
}

# How the example is run: the indented lines after it, or after "TEXT: " and the first line of a block
# that has no commands. White space counts as one space.
how_to_run()
{
	awk -v key="$1" '/^[^\t#]/ { found = $0 == key; if (found) known = 1; next }
		found && /^\t/ { print substr($0, 2) } END { exit !known }' "$how"
}

# needs_guest BLOCK: whether the host's kernel may refuse something in it.
needs_guest()
{
	local command
	for command in "$1"/*; do
		how_to_run "$(<"$command/key")" | grep -qx guest && return
	done
	return 1
}

guest() { :; }

# run_block BLOCK: its commands, one after the other.
run_block()
{
	local command example expected key

	for command in "$1"/*; do
		key=$(<"$command/key")
		echo "# $key"
		expected=$command/output
		example=$(cat "$command/command" 2>/dev/null || cat "$command/text")
		how_to_run "$key" >"$1.how" || { echo "examples.how does not know this example"; return 1; }
		[ -s "$1.how" ] || { echo "examples.how does not say how it is run"; return 1; }
		rm -f "$work/out" "$work/err"
		eval "$(cat "$1.how")" # a condition here would switch errexit off in it
		[ -z "${XDPTAP_RECORD:-}" ] || record '#' "$command"
	done
}

# For tests/record: past bats, which keeps what a test that passes prints.
record()
{
	{
		sed "1s/^/$1 /" "$2/command"
		cat "$work/out" "$work/err" 2>/dev/null
	} | sed 's/^./    &/' >&3
}

# run_document DOCUMENT: all blocks that have commands, as one session.
run_document()
{
	local block

	"$root/tests/examples" "$root/$1" "$BATS_TEST_TMPDIR/examples"
	work=$BATS_TEST_TMPDIR/work
	mkdir "$work" && cd "$work" || return
	for block in "$BATS_TEST_TMPDIR"/examples/??; do
		[ -e "$block/01/text" ] || run_block "$block"
	done
}

# run_examples host|guest DOCUMENT: those that are for here, each block by itself in an empty directory.
run_examples()
{
	local block

	"$root/tests/examples" "$root/$2" "$BATS_TEST_TMPDIR/examples"
	for block in "$BATS_TEST_TMPDIR"/examples/??; do
		if [ "$1" = guest ]; then
			needs_guest "$block" || continue
		else
			! needs_guest "$block" || continue
		fi
		work=$block.work
		mkdir "$work" && cd "$work" || return
		run_block "$block"
		cd "$BATS_TEST_TMPDIR" || return
		untapped
		xdp-loader unload eth0 --all >/dev/null 2>&1 || true
	done
}
