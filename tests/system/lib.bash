# Shared by the bats files: the tools, a private network, waiting for things.
# The caller's namespaces are private already: tests/run unshares them, and in
# a guest the whole machine is.
# shellcheck shell=bash disable=SC2034

build=${XDPTAP_BUILD:-$PWD/build}
loader=$build/xdptap-loader
reader=$build/xdptap-reader
stats=$build/xdptap-stats
flood=$build/tests/system/flood
pass_object=$build/tests/system/pass.bpf.o
bpffs=/sys/fs/bpf

# In a guest everything is emulated: a tenth of the packets does there.
many() { if [ -n "${XDPTAP_GUEST:-}" ]; then echo $(($1 / 10)); else echo "$1"; fi; }

# A bpffs of our own and nothing in it; /run too, where xdp-filter has a lock.
private_mounts()
{
	mountpoint -q /run || mount -t tmpfs tmpfs /run
	unmount_all "$bpffs"
	mount -t bpf bpf "$bpffs"
}

# xdptap mounts as ip does: a private bind mount, and bpffs on top of it.
unmount_all() { while mountpoint -q "$1"; do umount -l "$1"; done; }

# tap0 here, peer0 in a network namespace that $peer_pid holds open. Without
# addresses there is no traffic but what a test sends.
network_up()
{
	unshare -n -- sleep 600 3>&- &
	peer_pid=$!
	until_ok 5 other_netns "$peer_pid"
	ip link set lo up
	ip link add tap0 type veth peer name peer0 netns "$peer_pid"
	sysctl -qw net.ipv6.conf.tap0.disable_ipv6=1
	in_peer sysctl -qw net.ipv6.conf.peer0.disable_ipv6=1
	ip link set tap0 up
	in_peer ip link set peer0 up
	until_ok 5 link_is_up tap0
}

network_down()
{
	ip link del tap0 2>/dev/null || true
	[ -z "${peer_pid:-}" ] || kill "$peer_pid" 2>/dev/null || true
}

# 10.9.0.1 and 2001:db8::1 on the peer, .2 and ::2 here.
addresses_up()
{
	sysctl -qw net.ipv6.conf.tap0.disable_ipv6=0
	in_peer sysctl -qw net.ipv6.conf.peer0.disable_ipv6=0
	ip addr add 10.9.0.2/24 dev tap0
	ip addr add 2001:db8::2/64 dev tap0 nodad
	in_peer ip addr add 10.9.0.1/24 dev peer0
	in_peer ip addr add 2001:db8::1/64 dev peer0 nodad
}

in_peer() { nsenter -t "$peer_pid" -n -- "$@"; }
other_netns() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
link_is_up() { ip link show "$1" | grep -q LOWER_UP; }

# A bare "! command" can't fail a test, unless it is its last line.
refute() { ! "$@"; }
has_xdp() { ip link show dev "${1:-tap0}" | grep -q xdp; }

# until_ok SECONDS COMMAND...: waits for it to succeed.
until_ok()
{
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || { echo "gave up waiting for: $*"; return 1; }
		sleep 0.02
	done
}

# What detach has to restore. Not ours: BPFFS/xdp, which libxdp makes, locks and
# keeps once any program has used it, and the kernel's own two files.
bpffs_contents()
{
	find "$bpffs" -mindepth 1 ! -path "$bpffs/xdp" ! -path "$bpffs/*.debug" | sort
}
interface_state() { ip -j -d link show dev "${1:-tap0}"; ethtool -k "${1:-tap0}" 2>/dev/null || true; }

assert_nothing_left()
{
	if [ -n "$(bpffs_contents)" ] ||
		ip link show dev "${1:-tap0}" | grep xdp; then
		echo "left behind:"
		bpffs_contents
		return 1
	fi
}

# counter NAME: of tap0, over all CPUs, as another program reads it.
counter()
{
	bpftool -j map dump pinned "$bpffs/xdptap/tap0/stats_map" |
		jq "[.[0].formatted.values[].value.$1] | add"
}

# Each frame is counted once in each of the three ways. One reading of them all:
# there may be traffic.
assert_invariants()
{
	bpftool -j map dump pinned "$bpffs/xdptap/tap0/stats_map" |
		jq -e '[.[0].formatted.values[].value] | map(to_entries) | add |
			reduce .[] as $c ({}; .[$c.key] += $c.value) |
			if .packets == .tcp + .udp + .other and
			   .packets == .ipv4 + .ipv6 + .non_ip and
			   .packets == .events + .dropped then true else ., false end'
}

# Whether this kernel allows libxdp's dispatcher; needs tap0.
has_dispatcher()
{
	$loader attach dev tap0 require-dispatcher 2>/dev/null && $loader detach dev tap0
}
