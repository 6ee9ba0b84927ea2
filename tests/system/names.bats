#!/usr/bin/env bats
# The names of interfaces: alternative ones, changed ones, and such as could
# control a terminal. Run by tests/run, in private namespaces.

load lib

setup()
{
	private_mounts
	network_up
	long=a-name-of-more-than-fifteen-bytes
	odd=$'e\033[31mx\177'
}

teardown()
{
	for ifname in "$odd" other0 eth9; do ip link del "$ifname" 2>/dev/null || true; done
	network_down
}

# rename FROM TO
rename() { ip link set "$1" down && ip link set "$1" name "$2" && ip link set "$2" up; }

names_of_tap0() { ip link property add dev tap0 altname al0 altname "$long" altname a:b altname ..; }

# fails STATUS WORDS COMMAND...
fails()
{
	local status=$1 words=$2
	shift 2
	run -"$status" "$@"
	[[ $output == *"$words"* ]] || { echo "got: $output"; return 1; }
}

@test "an alternative name means the interface, in every command" {
	names_of_tap0
	for name in al0 $long a:b ..; do
		$loader attach dev "$name" flows 100
		[ "$(ls "$bpffs/xdptap")" = tap0 ]
		[ "$($loader -j show dev "$name" | jq -r '.[0].ifname')" = tap0 ]
		[ "$($stats -j show dev "$name" | jq -r '.[0].ifname')" = tap0 ]
		[ "$($stats -j top dev "$name" | jq -r .ifname)" = tap0 ]
		$stats flush dev "$name"
		$stats watch dev "$name" </dev/null | head -n 2 | grep -q tap0
		in_peer "$flood" peer0 3 >/dev/null
		[ "$($reader -c 3 "$name" 2>/dev/null | wc -l)" -eq 3 ]
		$loader detach dev "$name"
		assert_nothing_left
	done
}

@test "two names of one interface are one tap" {
	names_of_tap0
	$loader attach dev tap0
	fails 1 "tap0: already tapped, by program id" $loader attach dev al0
	fails 2 "'tap0' and 'al0' are the same interface" $reader tap0 al0
	fails 2 "'al0' and '$long' are the same interface" $stats show al0 "$long"
	fails 2 "'al0' and 'tap0' are the same interface" $stats watch al0 tap0
}

@test "a name that no interface has, however long" {
	for command in "$loader detach" "$loader show" "$loader attach" "$reader" "$stats show" "$stats flush"; do
		# shellcheck disable=SC2086
		fails 1 "$long: " $command dev $long
	done
	fails 1 "there is no interface of this name" $reader $long
	fails 1 "no tap is pinned" $reader nothing0
	fails 2 "is not the name of an interface" $reader "$(printf '%0128d' 0)"
}

@test "a renamed interface: its tap has both names" {
	$loader attach dev tap0 flows 100
	rename tap0 eth9
	in_peer "$flood" peer0 4 >/dev/null
	[[ $($loader show) == "tap0 (renamed to eth9): attached"* ]]
	[ "$($loader -j show | jq -r '.[0] | .ifname + " " + .renamed_to')" = "tap0 eth9" ]
	for name in tap0 eth9; do
		[ "$($stats -j show dev $name | jq '.[0].udp')" -eq 4 ]
		[ "$($stats -j top dev $name | jq -r .ifname)" = tap0 ]
		[ "$($reader -c 2 $name 2>/dev/null | wc -l)" -eq 2 ]
	done
	fails 1 "eth9: already tapped, under its former name tap0" $loader attach dev eth9
	[ "$(ls "$bpffs/xdptap")" = tap0 ]
	$loader detach dev eth9
	[ ! -e "$bpffs/xdptap" ]
	rename eth9 tap0
	refute has_xdp
}

@test "another interface that takes the name is not that tap's" {
	$loader attach dev tap0
	rename tap0 eth9
	ip link add tap0 type veth peer name other0
	for command in "$loader detach" "$loader show" "$loader attach" "$reader" "$stats show"; do
		# shellcheck disable=SC2086
		fails 1 "tap0: it has no tap; the pins of this name are of eth9, which was renamed" $command dev tap0
	done
	has_xdp eth9
	$loader detach dev eth9
	$loader attach dev tap0
	refute has_xdp eth9
	$loader detach dev tap0
	ip link del other0
	rename eth9 tap0
}

@test "nothing that is printed for people can control a terminal" {
	sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	ip link add "$odd" type veth peer name other0
	ip link set "$odd" up
	ip link set other0 up
	until_ok 5 link_is_up "$odd"
	{
		$loader attach dev "$odd" flows 100
		$loader attach dev "$odd" || true
		$loader show
		$loader show dev "$odd"
		$stats show
		$stats watch </dev/null | head -n 2
		$stats top dev "$odd"
		$stats flush dev "$odd"
		"$flood" other0 2
		$reader -c 2 any
		$reader "$odd"no || true
		$loader detach dev "$odd"
		$loader detach dev "$odd" || true
	} &>"$BATS_TEST_TMPDIR/out"
	grep -q 'e\\x1b\[31mx\\x7f: attached' "$BATS_TEST_TMPDIR/out"
	grep -q 'e\\x1b\[31mx\\x7f UDP' "$BATS_TEST_TMPDIR/out"
	refute env LC_ALL=C grep -n $'[\001-\010\013-\037\177]' "$BATS_TEST_TMPDIR/out"
}
