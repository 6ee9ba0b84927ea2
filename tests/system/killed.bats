#!/usr/bin/env bats
# xdptap-loader stopped before each single system call that changes something: with
# SIGKILL; and at each one by an error of the kernel. Whatever is left then, show has a
# name for it and detach removes it. The same file runs in the guest, where a
# dispatcher is in play, but everything is slow: there only each Nth call, more with XDPTAP_LONG=1.

load lib

setup()
{
	command -v strace >/dev/null || skip "strace is not installed"
	private_mounts
	network_up
	step=1 refused_step=1
	[ -z "${XDPTAP_GUEST:-}" ] || step=12 refused_step=48
	[ -z "${XDPTAP_GUEST:-}" ] || [ -z "${XDPTAP_LONG:-}" ] || step=3 refused_step=12
}

teardown()
{
	network_down
}

# injected WHAT COMMAND...: runs it under strace with one call tampered with.
injected() { strace -f -qq -o /dev/null -e trace=bpf,sendto,mkdir,rmdir,unlinkat -e "inject=$1" "${@:2}"; }

# calls NAME COMMAND...: how many such system calls it makes.
calls()
{
	strace -f -qq -o "$BATS_TEST_TMPDIR/calls" -e "trace=$1" "${@:2}" 2>/dev/null
	grep -c "$1(" "$BATS_TEST_TMPDIR/calls"
}

# What bpf() changes for longer than the process lives. Between two of these calls the kernel has
# the same, so it is enough to kill before each of them; a call that is killed is not made.
changing='MAP_(UPDATE|DELETE)|LINK_|PROG_(AT|DE)TACH|OBJ_PIN'

# kills NAME COMMAND...: then points are the numbers of such calls at which to kill it, of bpf()
# those that change something, and the last.
kills()
{
	n=$(calls "$@")
	[ "$n" -ge 1 ]
	if [ "$1" = bpf ]; then
		mapfile -t points < <(grep 'bpf(' "$BATS_TEST_TMPDIR/calls" | awk "/$changing/ { print NR } END { print NR }")
	else
		mapfile -t points < <(seq "$n")
	fi
}

# What any moment may leave: nothing that detach can't take away.
assert_detach_cleans()
{
	if [ -e $bpffs/xdptap ]; then
		$loader detach tap0 || [ ! -e $bpffs/xdptap ]
	fi
	assert_nothing_left || { echo "left after: $1"; bpffs_contents; ip link show tap0; return 1; }
}

# bats test_tags=every-kernel
@test "attach killed before each change: detach removes what is left" {
	for call in bpf sendto mkdir; do
		kills $call "$loader" attach tap0 flows 10
		$loader detach tap0
		for ((j = 0; j < ${#points[@]}; j += step)); do
			i=${points[j]}
			run injected $call:signal=KILL:when=$i "$loader" attach tap0 flows 10
			[[ $(tap_state) =~ ^(|half-made|attached)$ ]] || { echo "$call $i: $(tap_state)"; false; }
			assert_detach_cleans "$call $i of $n"
		done
	done
}

# bats test_tags=every-kernel
@test "detach killed before each change: detach again finishes it" {
	for call in bpf sendto unlinkat rmdir; do
		$loader attach tap0
		kills $call "$loader" detach tap0
		for ((j = 0; j < ${#points[@]}; j += step)); do
			i=${points[j]}
			$loader attach tap0
			run injected $call:signal=KILL:when=$i "$loader" detach tap0
			[[ $(tap_state) =~ ^(|attached|program gone|half-made)$ ]] || { echo "$call $i: $(tap_state)"; false; }
			assert_detach_cleans "$call $i of $n"
		done
	done
}

@test "attach with each system call refused: it works, or leaves nothing" {
	for call in bpf sendto mkdir; do
		n=$(calls $call "$loader" attach tap0 flows 10)
		$loader detach tap0
		for ((i = 1; i <= n; i += refused_step)); do
			run injected $call:error=ENOMEM:when=$i "$loader" attach tap0 flows 10
			case $status in
			0) [ "$(tap_state)" = attached ]; $loader detach tap0 ;;
			1) [[ $output == "xdptap-loader: "* ]] ;;
			*) echo "$call $i: exit $status: $output"; false ;;
			esac
			assert_nothing_left || { echo "left after $call $i of $n: $output"; bpffs_contents; false; }
		done
	done
}

@test "SIGTERM during attach: it is finished, not left half-made" {
	n=$(calls bpf "$loader" attach tap0 flows 10)
	$loader detach tap0
	for ((i = 1; i <= n; i += 5 * refused_step)); do
		run injected bpf:signal=TERM:when=$i "$loader" attach tap0 flows 10
		[ "$(tap_state)" = attached ]
		$loader detach tap0
		assert_nothing_left
	done
}
