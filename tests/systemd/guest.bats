#!/usr/bin/env bats
# The units in a guest in which systemd is PID 1, with kernel 6.1. The tests themselves are in booted.bats.

setup_file()
{
	tests/guest/run --fetch >&2
	tests/guest/accelerator >&2
}

@test "taps, readers and counters as units of systemd, in a guest" {
	export XDPTAP_BUILD=${XDPTAP_BUILD:-$PWD/build}
	# The guest sees no other directory in /tmp than that of the sources.
	installed=$XDPTAP_BUILD/tests/systemd
	rm -rf "$installed"
	mkdir -p "$installed/sbin" "$installed/system" "$installed/sysusers.d"
	cp "$XDPTAP_BUILD"/xdptap-{loader,reader,stats} "$installed/sbin"
	for unit in docs/systemd/*.in; do
		sed 's,@SBINDIR@,/usr/sbin,' "$unit" >"$installed/system/$(basename "$unit" .in)"
	done
	cp docs/systemd/sysusers.conf "$installed/sysusers.d/xdptap.conf"
	run tests/guest/run --pid1 --cpus 1 --timeout 600 -- tests/systemd/boot "$installed"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^ok ' <<<"$output")" -eq "$(grep -c '^@test' tests/systemd/booted.bats)" ]
}
