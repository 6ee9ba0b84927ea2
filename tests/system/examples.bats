#!/usr/bin/env bats
# examples/, which others copy: built by the command that they name, and right to the last frame. Run
# by tests/run, in private namespaces.

load lib

setup_file()
{
	local command
	# As installed: <xdptap/abi.h> and xdptap.pc.
	mkdir -p "$BATS_FILE_TMPDIR/include/xdptap"
	cp bpf/abi.h "$BATS_FILE_TMPDIR/include/xdptap/"
	printf '%s\n' 'Name: xdptap' 'Description: abi.h' 'Version: 1' \
		"Cflags: -I$BATS_FILE_TMPDIR/include" >"$BATS_FILE_TMPDIR/xdptap.pc"
	command=$(sed -n 's/^ \*\t\(cc .*\)/\1/p' examples/events.c)
	cp examples/events.c "$BATS_FILE_TMPDIR"
	(
		cd "$BATS_FILE_TMPDIR" || exit
		PKG_CONFIG_PATH=. bash -c "${command/ -Wall / -Wall -Wextra -Werror }"
	)
}

setup()
{
	private_mounts
	network_up
	dir=$bpffs/xdptap/tap0
	events=$BATS_FILE_TMPDIR/events
	out=$BATS_TEST_TMPDIR/out
}

teardown()
{
	[ -z "${reader_pid:-}" ] || kill "$reader_pid" 2>/dev/null || true
	network_down
}

send() { in_peer "$flood" peer0 "$1" 64 >/dev/null; }
has_lines() { [ "$(wc -l <"$out")" -eq "$1" ]; }

# bats test_tags=any-kernel
@test "events.c prints each frame once: those that wait, and those that come" {
	$loader attach tap0 snaplen 20 2>/dev/null
	send 5
	"$events" "$dir" >"$out" 3>&- & reader_pid=$!
	until_ok 10 has_lines 5
	send 7
	until_ok 10 has_lines 12
	# Another reader is refused meanwhile, and sees the lock of this one.
	run -1 "$reader" -c 1 tap0
	run -1 "$events" "$dir"
	kill "$reader_pid"
	wait "$reader_pid"
	reader_pid=
	[ "$(grep -c ' protocol 17 ports .* type 0x0800 length 64 captured 20$' "$out")" -eq 12 ]
	# What it has read, nobody reads again; and after N events it leaves the rest.
	send 3
	[ "$("$events" "$dir" 2 | wc -l)" -eq 2 ]
	[ "$("$reader" -c 1 tap0 2>/dev/null | wc -l)" -eq 1 ]
}

# bats test_tags=any-kernel
@test "events.c: no tap, and one of another version" {
	run -1 "$events" "$dir"
	[[ $output == "$dir/meta: No such file or directory" ]]
	run -2 "$events"
}

# bats test_tags=any-kernel
@test "counters.py prints what xdptap-stats prints, and each flow" {
	$loader attach tap0 flows 1000 2>/dev/null
	# The source port counts up, so these are three packets of each of ten flows.
	for _ in 1 2 3; do send 10; done
	run -0 examples/counters.py "$dir"
	[ "$(grep -v ^flow\  <<<"$output" | sort)" = "$($stats -j show tap0 |
		jq -r --argjson names "$(grep -v '^flow ' <<<"$output" | cut -d' ' -f1 | jq -R . | jq -s .)" \
		'.[0] as $t | $names[] | "\(.) \($t[.])"' | sort)" ]
	grep -qx 'packets 30' <<<"$output"
	[ "$(grep -c '^flow .* protocol 17: 3 packets, 192 bytes$' <<<"$output")" -eq 10 ]
	[ "$(examples/counters.py "$dir" 1 | grep -c '^flow [0-9]')" -eq 1 ]
	$loader detach tap0
	run -1 examples/counters.py "$dir"
}
