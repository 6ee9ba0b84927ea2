# Shared by the bats files in which several xdptap-loaders, and others, work at the same interfaces at
# the same time, each by random commands. Each command must end by itself, with 0 or 1, and say why.
# XDPTAP_RACES=SECONDS: how long; XDPTAP_SEED=n: the same random numbers again.
# shellcheck shell=bash disable=SC2154

load "${BASH_SOURCE[0]%/*}/lib"

# What is right to say to a command that came too late or too early, as extended regular expressions.
# What is printed on stderr without any of these is a fault.
expected=(
	'tap[0-9]: (already tapped, by program id [0-9]+ since .*|no tap is pinned in .*)'
	'tap[0-9]: the tap is half-made: an attach is in progress or was killed'
	'tap[0-9]: waiting for another xdptap-loader.*'
	'tap[0-9]: (attached in (native|generic) mode, .*|program id [0-9]+, generation .*)'
	'tap[0-9]: libxdp could not use its dispatcher, so no other XDP program .*'
	'tap[0-9]: the tap was detached'
	'tap[0-9]: another reader is attached.*'
	'tap[0-9]: (at least )?[0-9]+ events? (waiting in the ring buffers|lost before this reader started)'
	'tap[0-9]: (changed: )?(paused|capturing|snaplen|sample|filter|every|all|no).*'
	'no tap is pinned in .*'
)
hints=(
	"attach one with 'xdptap-loader attach dev [^ ]+'"
	"read it with 'xdptap-reader tap[0-9]'; to attach it again, detach it first"
	"'xdptap-loader show' lists the taps"
	"'xdptap-loader show dev tap[0-9]' shows which; 'xdptap-loader detach dev tap[0-9]' removes the tap"
	"'xdptap-loader features' shows what is missing"
	'a tap has only one reader: end the other one, or use xdptap-stats'
	"'xdptap-loader set dev tap[0-9] resume' ends the pause"
)

# links N: tap1 and so on, like tap0.
links()
{
	local i

	for ((i = 1; i < $1; i++)); do
		ip link add tap$i type veth peer name peer$i netns "$peer_pid"
		ip link set tap$i up
		in_peer ip link set peer$i up
		until_ok 5 link_is_up tap$i
	done
}

# try COMMAND...: runs it; a line of its status and what it says goes to the worker's journal.
try()
{
	local status=0

	timeout -k 5 "${patience:-30}" "$@" >/dev/null 2>said.$worker || status=$?
	{
		echo "status $status ${1##*/} ${*:2}"
		sed 's/^/said /' said.$worker
	} >>journal.$worker
	return 0
}

pick() { local -n list=$1; picked=${list[RANDOM % ${#list[@]}]}; }

attach_words=("" "snaplen full" "flows 100" "snaplen 64 rings 1" "filter udp" "sample 3 ring 1M" "mode generic")
set_words=("filter udp" "filter 'tcp or port 9'" "nofilter" "snaplen 100" "snaplen 0" "sample 2" "sample 1" pause resume)

# One random command on one of `taps` interfaces.
step()
{
	local tap=tap$((RANDOM % taps)) picked

	case $((RANDOM % 12)) in
	0 | 1 | 2) pick attach_words; eval "try $loader attach $tap $picked" ;;
	3 | 4 | 5) pick set_words; eval "try $loader set $tap $picked" ;;
	6 | 7) try "$loader" detach $tap ;;
	8) try "$loader" show ;;
	9) try "$stats" -j show ;;
	10) try "$stats" show $tap ;;
	11) try timeout --preserve-status -s INT 0.3 "$reader" -q --only-present any ;;
	esac
}

# work N SEED: worker N, until the time is over.
work()
{
	worker=$1
	RANDOM=$2
	: >journal.$worker
	until [ -e over ]; do step; done
}

# race WORKERS SECONDS: so many at once.
race()
{
	local i pids=()

	rm -f over journal.*
	for ((i = 0; i < $1; i++)); do
		work $i $((seed + i)) 3>&- &
		pids+=($!)
	done
	sleep "$2"
	touch over
	for i in "${pids[@]}"; do wait "$i"; done
}

# What commands said or how they ended that is not expected, each kind once, with its number.
faults()
{
	local said

	said=$(IFS='|'; echo "^xdptap-(loader|reader|stats): (${expected[*]})$|^hint: (${hints[*]})$")
	# A reader that is interrupted as it starts is ended by that.
	grep -hE '^status ' journal.* | grep -vE '^status [01] |^status 130 timeout ' | sort | uniq -c || true
	sed -n 's/^said //p' journal.* | grep -vE "$said" | grep -v '^$' | sed 's/[0-9][0-9]*/N/g' | sort | uniq -c || true
	# A failure says something.
	awk '/^status/ { if (failed != "") print "silent: " failed; failed = $2 == 1 ? $0 : "" } /^said/ { failed = "" }' \
		journal.*
}

# What the commands came to, in a line.
sum_up()
{
	grep -h '^status' journal.* | awk '
		{ n++; failed += $2 == 1 }
		END { printf "%d commands, %d of them refused\n", n, failed }'
	# Why, each with its number.
	sed -n 's/^said //p' journal.* | grep -v -e '^hint: ' -e attached -e 'program id' |
		sed -e 's/[0-9][0-9]*/N/g' -e 's/ since .*//' -e 's/N events.*/N events/' | sort | uniq -c | sort -rn | head -n 12
}

# Each tap that there is says that it is attached, counts what comes, and can be detached; nothing
# is left then.
assert_consistent()
{
	local state tap before

	rm -f over
	$loader -j show >taps.json
	jq -r '.[] | "\(.ifname) \(.state)"' taps.json >taps
	while read -r tap state; do
		[ "$state" = attached ] || { echo "$tap: $state"; return 1; }
		$loader set "$tap" nofilter sample 1 resume 2>/dev/null
		before=$(total "$tap")
		in_peer "$flood" "peer${tap#tap}" 7 >/dev/null
		[ "$(($(total "$tap") - before))" -eq 7 ] || { echo "$tap: counts nothing"; return 1; }
		$loader detach "$tap"
	done <taps
	for ((i = 0; i < taps; i++)); do assert_nothing_left tap$i; done
}
total() { "$build/tests/system/counters" "$bpffs/xdptap/$1/stats_map" packets; }
