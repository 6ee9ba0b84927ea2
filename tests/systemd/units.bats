#!/usr/bin/env bats
# What systemd itself says about the units, without running them. booted.bats runs them.

load ../system/lib

# As installed, with programs where this machine has some.
setup()
{
	units=$BATS_TEST_TMPDIR/units
	mkdir "$units"
	for unit in docs/systemd/*.in; do
		sed "s,@SBINDIR@,$build," "$unit" >"$units/$(basename "$unit" .in)"
	done
	export SYSTEMD_UNIT_PATH=$units: SYSTEMD_COLORS=0
}

@test "systemd-analyze verify has nothing to say about our units" {
	for unit in 'xdptap@br\x2dlan.service' xdptap@eth0.5.service xdptap-reader@eth0.5.service xdptap-stats.service xdptap-stats.timer; do
		systemd-analyze verify --man=no --generators=no "$unit" >"$BATS_TEST_TMPDIR/said" 2>&1 || { cat "$BATS_TEST_TMPDIR/said"; false; }
		cat "$BATS_TEST_TMPDIR/said"
		refute grep -q xdptap "$BATS_TEST_TMPDIR/said"
	done
}

# exposure UNIT LIMIT: ten times systemd's score, which is from 0 to 10. A line less in a unit adds 1 or 2.
exposure()
{
	run systemd-analyze security --offline=true --threshold="$2" "$1"
	tail -n 1 <<<"$output"
	[ "$status" -eq 0 ]
}

@test "systemd-analyze security: the exposure stays as low as it is" {
	exposure "$units/xdptap@.service" 34
	exposure "$units/xdptap-reader@.service" 9
	exposure "$units/xdptap-stats.service" 14
}

@test "the example of the options is what systemd reads" {
	while read -r line; do
		[[ $line =~ ^[A-Z_]+=\".*\"$ ]]
		name=${line%%=*}
		grep -q "EnvironmentFile=-/etc/xdptap/%I.conf" "$units/xdptap@.service"
		grep -q "\$$name\\b" "$units/xdptap@.service" "$units/xdptap-reader@.service"
	done < <(sed -n 's/^#\([A-Z_]*=\)/\1/p; /^[^#]/p' docs/systemd/example.conf)
}
