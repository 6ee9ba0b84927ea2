#!/usr/bin/env bats
# Drivers that lack queues, limits of memory, programs with more rights than
# their user. Run by tests/run, in private namespaces.

load lib

setup()
{
	private_mounts
	network_up
}

teardown()
{
	[ -z "${elevated:-}" ] || rm -r "$elevated"
	[ -z "${cgroup:-}" ] || until_ok 5 rmdir "$cgroup"
	ip link del few0 2>/dev/null || true
	network_down
}

@test "a driver that lacks queues: generic mode, or a hint about queues" {
	# veth wants as many receive queues as its peer has transmit queues.
	ip link add few0 numrxqueues 1 numtxqueues 1 type veth peer name many0 numrxqueues 4 numtxqueues 4
	run -0 $loader attach dev few0
	[[ $output == *"few0: native mode is not available ("*"); using generic mode"* ]]
	[ "$($loader -j show | jq -r '.[0].mode')" = generic ]
	$loader detach dev few0
	run -1 $loader attach dev few0 mode native
	[[ $output == *"can't attach in native mode"*"ethtool -L few0"* ]]
	[ ! -e "$bpffs/xdptap" ]
	refute has_xdp few0
}

@test "--bpffs is refused where libxdp would ignore it" {
	elevated=$(mktemp -d)
	chmod 755 "$elevated"
	install -m 4755 "$loader" "$elevated/loader"
	run -1 setpriv --reuid 65534 --regid 65534 --clear-groups "$elevated/loader" --bpffs /tmp/other show
	[[ ${lines[0]} == *"can't use --bpffs /tmp/other: this program is setuid or has file capabilities"* ]]
	run -0 setpriv --reuid 65534 --regid 65534 --clear-groups "$elevated/loader" show
}

# memory_cgroup BYTES: makes one with this limit and names it in $cgroup.
memory_cgroup()
{
	local root=/sys/fs/cgroup limit=memory.max
	if [ -e $root/memory/memory.limit_in_bytes ]; then
		root=$root/memory limit=memory.limit_in_bytes
	elif [ ! -e $root/cgroup.controllers ]; then
		mount -t cgroup2 none $root || skip "there is no cgroup filesystem here"
	fi
	[ ! -e $root/cgroup.subtree_control ] || echo +memory >$root/cgroup.subtree_control ||
		skip "this cgroup has no memory controller"
	mkdir "$root/xdptap-test-$$" || skip "no cgroup can be made here"
	cgroup=$root/xdptap-test-$$
	echo "$1" >"$cgroup/$limit"
}

@test "ring buffers above the memory limit of the cgroup: one error, and nothing is left" {
	memory_cgroup $((64 << 20))
	# shellcheck disable=SC2016
	run -1 bash -c 'echo $$ >"$1"/cgroup.procs; exec "$2" attach dev tap0 ring 256M' - "$cgroup" "$loader"
	[[ ${lines[0]} == *"tap0: can't attach in native mode: Cannot allocate memory"* ]]
	[[ ${lines[1]} == "hint: use a smaller ring buffer"*"cgroup"* ]]
	[ "${#lines[@]}" -eq 2 ]
	assert_nothing_left
	# With less it works.
	# shellcheck disable=SC2016
	bash -c 'echo $$ >"$1"/cgroup.procs; exec "$2" attach dev tap0 ring 1M' - "$cgroup" "$loader"
	$loader detach dev tap0
}

# Not by ip's link commands: each would take 10 ms.
many_links()
{
	for ((i = 1; i <= $1; i++)); do
		echo "link add many$i up type veth peer name end$i"
		echo "link set end$i up"
	done | ip -batch -
}

# bats test_tags=any-kernel
@test "130 taps, and 512 open files: any reads them all" {
	taps=130 files=512
	sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	many_links $taps
	for ((i = 1; i <= taps; i++)); do
		$loader attach dev "many$i" ring 8K rings 1 2>/dev/null
	done
	for ((i = 1; i <= taps; i++)); do "$flood" "end$i" 1 100 >/dev/null; done
	run -0 --separate-stderr bash -c "ulimit -n $files; exec timeout 60 $reader -c $taps any"
	[ "$(awk '{ print $2 }' <<<"$output" | sort -u | wc -l)" -eq $taps ]
	for ((i = 1; i <= taps; i++)); do $loader detach dev "many$i" 2>/dev/null; done
	[ ! -e "$bpffs/xdptap" ]
}
