# Shared by the bats files: the tools, a private network, waiting for things.
# The caller's namespaces are private already: tests/run unshares them, and in
# a guest the whole machine is.
# shellcheck shell=bash disable=SC2034

bats_require_minimum_version 1.5.0 # for `run -1`

build=${XDPTAP_BUILD:-$PWD/build}
loader=$build/xdptap-loader
reader=$build/xdptap-reader
stats=$build/xdptap-stats
flood=$build/tests/system/flood
network=$build/tests/system/network
pass_object=$build/tests/system/pass.bpf.o
bpffs=/sys/fs/bpf

# In a guest everything is emulated: a tenth of the packets does there.
many() { if [ -n "${XDPTAP_GUEST:-}" ]; then echo $(($1 / 10)); else echo "$1"; fi; }

# A bpffs of our own and nothing in it; /run too, where xdp-filter has a lock.
private_mounts() { "$network" mounts "$bpffs"; }

# xdptap mounts as ip does: a private bind mount, and bpffs on top of it.
unmount_all() { while mountpoint -q "$1"; do umount -l "$1"; done; }

# tap0 here, peer0 in a network namespace that $peer_pid holds open. Without
# addresses there is no traffic but what a test sends.
network_up() { peer_pid=$("$network" up); }
network_down() { "$network" down ${peer_pid:+"$peer_pid"}; }
# 10.9.0.1 and 2001:db8::1 on the peer, .2 and ::2 here.
addresses_up() { "$network" addresses "$peer_pid"; }

in_peer() { nsenter -t "$peer_pid" -n -- "$@"; }
other_netns() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
link_is_up() { ip link show "$1" | grep -q LOWER_UP; }

# A bare "! command" can't fail a test, unless it is its last line.
refute() { ! "$@"; }
has_xdp() { ip link show dev "${1:-tap0}" | grep -q xdp; }

# As sleep, without starting a process: from a pipe that nobody writes to.
exec {nothing}<> <(:)
pause() { read -rt "$1" -u "$nothing" || true; }

# until_ok SECONDS COMMAND...: waits for it to succeed.
until_ok()
{
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || { echo "gave up waiting for: $*"; return 1; }
		pause 0.02
	done
}

# guest_cpu1 0|1: an emulated CPU may stumble over code that another one is just changing (Oops:
# int3), as no real one does. So where programs are attached under traffic, a guest has one CPU.
guest_cpu1()
{
	local online=/sys/devices/system/cpu/cpu1/online

	[ -z "${XDPTAP_GUEST:-}" ] || [ ! -e $online ] || echo "$1" >$online
}

# What detach has to restore. Not ours: BPFFS/xdp, which libxdp makes, locks and
# keeps once any program has used it, and the kernel's own two files.
bpffs_contents()
{
	find "$bpffs" -mindepth 1 ! -path "$bpffs/xdp" ! -path "$bpffs/*.debug" | sort
}
interface_state() { ip -j -d link show dev "${1:-tap0}"; ethtool -k "${1:-tap0}" 2>/dev/null || true; }

assert_nothing_left() { "$network" left "$bpffs" "${1:-tap0}"; }

# What show calls the state of tap0: "tap0: attached mode native ..." without the rest; nothing
# if there is no tap.
tap_state()
{
	local line
	line=$($loader show)
	line=${line%%$'\n'*}
	line=${line#tap0: }
	echo "${line%% mode *}"
}

# counter NAME...: of tap0, over all CPUs, as another program reads it.
counter() { "$build/tests/system/counters" "$bpffs/xdptap/tap0/stats_map" "$@"; }

# Each frame is counted once in each of the three ways.
assert_invariants() { "$build/tests/system/counters" "$bpffs/xdptap/tap0/stats_map" check; }

# Whether this kernel allows libxdp's dispatcher; needs tap0.
has_dispatcher()
{
	$loader attach dev tap0 require-dispatcher 2>/dev/null && $loader detach dev tap0
}
