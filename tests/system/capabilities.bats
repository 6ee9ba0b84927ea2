#!/usr/bin/env bats
# Which capabilities each command takes: with those it works, and without any one of them the message
# names exactly that one. Run by tests/run, in private namespaces.

load lib

setup()
{
	private_mounts
	network_up
}

teardown() { network_down; }

# with CAPABILITY,... COMMAND...: root with these capabilities and no others.
with() { setpriv --inh-caps=-all --bounding-set="-all,+${1//,/,+}" -- "${@:2}"; }

# lacks NAME[,...] CAPABILITY,... COMMAND...: it fails with these, and the last line names what is missing.
lacks()
{
	local names=$1 is=is
	[[ $names != *,* ]] || is=are
	run -1 with "${@:2}"
	[[ ${lines[-1]} == "hint: "*"${names/,/ and } $is missing; run as root, or see Privileges in xdptap-loader(8)" ]] || {
		echo "$names: $output"
		return 1
	}
}

@test "attach: CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, and each is named that is missing" {
	for mode in native generic; do
		lacks CAP_BPF perfmon,net_admin "$loader" attach tap0 mode $mode
		lacks CAP_PERFMON bpf,net_admin "$loader" attach tap0 mode $mode
		lacks CAP_NET_ADMIN bpf,perfmon "$loader" attach tap0 mode $mode
		lacks CAP_BPF,CAP_PERFMON net_admin "$loader" attach tap0 mode $mode
		assert_nothing_left
		with bpf,perfmon,net_admin "$loader" attach tap0 mode $mode filter tcp flows 1000 snaplen 60 promisc
		$loader detach tap0
	done
	lacks CAP_CHOWN bpf,perfmon,net_admin "$loader" attach tap0 group 4242
	assert_nothing_left
	with bpf,perfmon,net_admin,chown "$loader" attach tap0 group 4242
}

@test "the dispatcher: CAP_SYS_ADMIN" {
	run -0 with bpf,perfmon,net_admin "$loader" attach tap0
	[[ $output == *"as the only XDP program"*"hint: CAP_SYS_ADMIN is missing; run as root, or see Privileges in xdptap-loader(8)" ]]
	$loader detach tap0
	lacks CAP_SYS_ADMIN bpf,perfmon,net_admin "$loader" attach tap0 require-dispatcher
	assert_nothing_left
	with net_admin,sys_admin "$loader" attach tap0
}

@test "set and detach: CAP_NET_ADMIN and CAP_SYS_ADMIN; show: none" {
	$loader attach tap0
	lacks CAP_NET_ADMIN sys_admin "$loader" set tap0 filter tcp
	lacks CAP_SYS_ADMIN net_admin "$loader" set tap0 filter tcp
	lacks CAP_SYS_ADMIN bpf,perfmon,net_admin "$loader" set tap0 pause
	lacks CAP_NET_ADMIN sys_admin "$loader" detach tap0
	lacks CAP_SYS_ADMIN net_admin "$loader" detach tap0
	[ "$(tap_state)" = attached ]
	$loader -j show | jq -e '.[0] | .generation == 0 and (.paused | not)'
	[ "$(setpriv --inh-caps=-all --bounding-set=-all "$loader" -j show | jq -r '.[0].state')" = attached ]
	with net_admin,sys_admin "$loader" set tap0 filter tcp
	with net_admin,sys_admin "$loader" detach tap0
	assert_nothing_left
}

@test "where an XDP program is already, and to trace: CAP_SYS_ADMIN" {
	ip link set dev tap0 xdpgeneric obj "$pass_object" sec xdp.frags 2>/dev/null ||
		xdp-loader load -m skb tap0 "$pass_object"
	has_xdp
	lacks CAP_SYS_ADMIN bpf,perfmon,net_admin "$loader" attach tap0
	lacks CAP_SYS_ADMIN bpf,perfmon,net_admin "$loader" attach tap0 trace
	lacks CAP_SYS_ADMIN bpf,perfmon,net_admin "$loader" attach tap0 at exit
	[ ! -e $bpffs/xdptap ]
}

# bats test_tags=any-kernel
@test "mounting a BPF filesystem: CAP_SYS_ADMIN" {
	unmount_all $bpffs
	lacks CAP_SYS_ADMIN bpf,perfmon,net_admin "$loader" attach tap0
	refute mountpoint -q $bpffs
}

# bats test_tags=any-kernel
@test "a user with the capabilities, but no permission on the BPF filesystem: CAP_DAC_OVERRIDE" {
	chmod 700 $bpffs
	user=(setpriv --reuid 65534 --regid 65534 --clear-groups "--inh-caps=-all,+bpf,+perfmon,+net_admin"
		"--ambient-caps=-all,+bpf,+perfmon,+net_admin" /proc/self/fd/9)
	run -1 "${user[@]}" attach tap0 9<"$loader"
	[[ ${lines[-1]} == "hint: CAP_DAC_OVERRIDE is missing; "* ]]
	assert_nothing_left
	chown 65534 $bpffs
	"${user[@]}" attach tap0 9<"$loader"
	[ "$(tap_state)" = attached ]
}
