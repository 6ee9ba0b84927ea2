#!/usr/bin/env bats
# xdptap-loader features: what it says is what attach then finds, "can't tell" is not "no", and it
# leaves nothing. Run by tests/run, in private namespaces; modes.bats asks it in guests.

load lib

setup()
{
	private_mounts
	network_up
}

teardown() { network_down; }

# says FILTER [DEV]: of jq, over the JSON.
says() { $loader -j features "${@:2}" | jq -r "$1"; }
yes_if() { if "$@" 2>/dev/null >&2; then echo true; else echo false; fi; }

# bats test_tags=any-kernel
@test "features says of the dispatcher and of tracing what attach then finds" {
	[ "$(says .features.dispatcher.supported)" = "$(yes_if has_dispatcher)" ]
	[ "$(says .features.freplace.supported)" = "$(yes_if has_dispatcher)" ]
	ip link set dev tap0 xdp obj "$build/tests/guest/others.bpf.o" program others_program_that_passes
	traced=$(yes_if "$loader" attach tap0 trace)
	$loader detach tap0 2>/dev/null || true
	[ "$(says .features.fentry.supported)" = "$traced" ]
	[ "$(says .features.fexit.supported)" = "$traced" ]
	# Without these nothing here would run.
	[ "$(says '[.features | .xdp, .frags, .ring, .rings, .tai | .supported] | all')" = true ]
}

# bats test_tags=any-kernel
@test "the driver's: veth has native mode and frags, and can't offload; an older kernel does not tell" {
	run -0 says '.driver | [.generic, .native, ."native-frags", .offload | .supported] | @json' dev tap0
	[ "$output" = '[true,true,true,false]' ] || [ "$output" = '[true,null,null,null]' ]
	[ "$(says .driver.native.supported dev lo)" != true ]
	[ "$(says .ifname dev tap0)" = tap0 ]
	[ "$(says .driver)" = null ]
	$loader attach tap0 mode native 2>/dev/null
	[ "$(says .driver.native.supported dev tap0)" = true ]
}

@test "it leaves nothing: no program, no pin, no mount, and no change of an interface" {
	interface_state >"$BATS_TEST_TMPDIR/before"
	ours() { bpftool -j prog show | jq '[.[] | select((.name // "") | startswith("features_"))] | length'; }
	$loader features dev tap0 >/dev/null
	[ "$(bpffs_contents)" = "" ]
	until_ok 10 eval '[ "$(ours)" -eq 0 ]'
	[ "$(grep -c " $bpffs " /proc/self/mounts)" -ge 1 ]
	interface_state | diff "$BATS_TEST_TMPDIR/before" -
}

# bats test_tags=any-kernel
@test "without capabilities it can't tell, says which are missing, and does not say no" {
	without() { setpriv --inh-caps=-all --bounding-set=-all -- "$loader" "$@"; }
	run -0 --separate-stderr without -j features
	[ "$(jq -c '[.features | .xdp, .freplace, .dispatcher, .fentry, .ring | .supported] | unique' <<<"$output")" = '[null]' ]
	[ "$(jq -c '[.capabilities[]] | unique' <<<"$output")" = '[false]' ]
	[ "$stderr" = "hint: CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN and CAP_SYS_ADMIN are missing; run as root, or see Privileges in xdptap-loader(8)" ]
	run -0 --separate-stderr without features
	[[ ${lines[2]} == "xdp "*" can't tell  every tap"* ]]
}

# bats test_tags=any-kernel
@test "the table has 80 columns, and a row for each feature of the JSON" {
	run -0 "$loader" features dev tap0
	for line in "${lines[@]}"; do
		[ ${#line} -le 80 ] || { echo "$line"; return 1; }
	done
	for name in $(says '[.features, .driver, .capabilities | keys[]] | .[]' dev tap0); do
		grep -q "^$name " <<<"$output"
	done
	run -1 "$loader" features dev nosuch
	[ "${lines[1]}" = "hint: 'ip link show' lists the interfaces" ]
	run -2 "$loader" features dev tap0 more
}

@test "what a missing feature refuses points to it" {
	has_dispatcher && skip "this kernel allows the dispatcher"
	run -1 "$loader" attach tap0 require-dispatcher
	[[ ${lines[-1]} == "hint: "*"'xdptap-loader features' shows what is missing" ]]
	run -0 "$loader" attach tap0
	[ "${lines[-1]}" = "hint: 'xdptap-loader features' shows what is missing" ]
}
