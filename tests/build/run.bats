#!/usr/bin/env bats
# tests/run sums up whatever its programs do: made-up ones here, and guests that are made up too.
# Run by tests/run, each time with folders of its own.

setup()
{
	run_tests=$PWD/tests/run
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p build/tests/logs tests/guest
}

# program NAME LINE...: a test program that runs these lines of shell.
program()
{
	printf '#!/bin/sh\n' >"$1"
	printf '%s\n' "${@:2}" >>"$1"
	chmod +x "$1"
}

# Instead of an emulator: runs the command here. GUEST_DIES names a member in which it "dies".
fake_guest()
{
	cat >tests/guest/run <<-'END'
		#!/bin/bash
		echo "$*" >>guests
		while [ "$1" != -- ]; do shift; done
		exec "${@:2}"
	END
	cat >tests/guest/group <<-'END'
		#!/bin/bash
		for file in "${@%:*}"; do
			printf '\n# begin %s\n' "$file"
			if [ "$file" = "$GUEST_DIES" ]; then echo 'Kernel panic'; exit 125; fi
			"$file"
			printf '\n# end %s %d %d\n' "$file" $? 1500
		done
	END
	chmod +x tests/guest/run tests/guest/group
}

sums() { run "$run_tests" "$@"; echo "$output"; }

@test "what passes, fails, is skipped and breaks off is counted; failures are shown" {
	program good 'echo 1..2; echo ok 1 one; echo ok 2 two'
	program bad 'echo 1..2; echo ok 1 one; echo not ok 2 two; echo "# why"; exit 1'
	program skips 'echo 1..2; echo ok 1 one; echo "ok 2 two # skip no such device"'
	program all 'echo "1..0 # SKIP nothing here"'
	program dies 'echo 1..2; echo ok 1 one; kill -9 $$'
	program short 'echo 1..3; echo ok 1 one'
	program silent 'true'
	sums unit: ./good ./bad ./skips ./all ./dies ./short ./silent
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "6 passed, 4 failed, 2 skipped" ]
	[[ $output == *$'\n    not ok 2 two\n    # why\n    see build/tests/logs/unit_._bad.log'* ]]
	[[ $output == *"unit: ./skips: two: no such device"* ]]
	[[ $output == *"unit: ./all: nothing here"* ]]
	[[ $output == *"broke off (exit 9)"* ]]
}

@test "all that pass: exit 0, and how long they took is kept" {
	program good 'echo 1..1; echo ok 1 one'
	sums unit: ./good
	[ "$status" -eq 0 ]
	grep -qE '^ +[0-9.]+ +[0-9.]+ unit: ./good$' build/tests/durations
	grep -qx 'unit: ./good 1 passed 0 failed 0 skipped' build/tests/results
}

@test "nothing run is a failure; an unknown label is a usage error" {
	sums
	[ "$status" -eq 1 ]
	sums unti: ./good
	[ "$status" -eq 2 ]
	sums -j 0 unit: ./good
	[ "$status" -eq 2 ]
	sums guest@debian12: ./good
	[ "$status" -eq 2 ]
}

@test "as many run at the same time as -j says, and the longest first" {
	mkdir now
	mkdir -p tests
	for name in a b c d; do
		program $name "touch now/$name; ls now | wc -l >>seen; echo $name >>order; sleep 0.3; rm now/$name; echo 1..1; echo ok 1 one"
	done
	printf '%7.1f 9 unit: ./%s\n' 9 c 8 b 7 d 6 a >tests/durations
	sums -j 2 unit: ./a ./b ./c ./d
	[ "$status" -eq 0 ]
	[ "$(sort -n seen | tail -n 1)" -eq 2 ]
	[ "$(head -n 2 order | sort | tr -d '\n')" = bc ]
	rm seen
	sums -j 1 unit: ./a ./b ./c ./d
	[ "$(sort -n seen | tail -n 1)" -eq 1 ]
	# Those that mostly wait: two for each CPU.
	rm seen
	program e "$(tail -n 1 d | sed 's/now.d/now\/e/g')"
	printf '9 1 unit: ./%s\n' a b c d e >tests/durations
	sums -j 2 unit: ./a ./b ./c ./d ./e
	[ "$(sort -n seen | tail -n 1)" -eq 4 ]
}

@test "files of a guest are reported one by one, with their own times" {
	fake_guest
	program good 'echo 1..2; echo ok 1 one; echo ok 2 two'
	program bad 'echo 1..1; echo not ok 1 one; exit 1'
	sums guest: ./good ./bad
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "2 passed, 1 failed, 0 skipped" ]
	[[ $output == *"guest: ./good "*"2 passed    1.5 s"* ]]
	[[ $output == *"guest: ./bad "*"1 FAILED"* ]]
}

@test "a label chooses the kernel, the tests with a tag, and the root; each kernel and root has its guest" {
	fake_guest
	program good 'echo 1..1; echo ok 1 one'
	program other 'echo 1..1; echo ok 1 one'
	mkdir -p tests/system
	program tests/system/stats.bats 'echo 1..1; echo ok 1 one'
	XDPTAP_DEBIAN13=/of/13 sums guest: ./good tests/system/stats.bats short: ./other short-6.12: ./good guest-newest@debian13: ./good ./other
	[ "$status" -eq 0 ]
	[ "$(sort guests | sed 's/--timeout [0-9]* //')" = "\
--kernel 6.1 --cpus 1 -- tests/guest/group ./good ./other:every-kernel
--kernel 6.1 --cpus 2 -- tests/guest/group tests/system/stats.bats
--kernel 6.12 --cpus 1 -- tests/guest/group ./good:every-kernel
--kernel newest --cpus 1 --root /of/13 --directory /src -- tests/guest/group ./good ./other" ]
	grep -qx 'guest-newest@debian13: ./good 1 passed 0 failed 0 skipped' build/tests/results
}

@test "a guest that dies fails the file it died in, and the rest runs in another one" {
	fake_guest
	for name in a b c; do program $name 'echo 1..1; echo ok 1 one'; done
	printf '%s 9 guest: ./%s\n' 9 a 8 b 7 c >tests/durations
	GUEST_DIES=./b sums guest: ./a ./b ./c
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "2 passed, 1 failed, 0 skipped" ]
	[[ $output == *"guest: it died; 1 of its files run in another one: ./c"* ]]
	[[ $output == *"guest: ./b "*"1 FAILED"* ]]
	grep -q 'Kernel panic' build/tests/logs/guest_._b.log
}

@test "a guest that dies before the first file fails all of them" {
	fake_guest
	program good 'echo 1..1; echo ok 1 one'
	printf '#!/bin/sh\nexit 125\n' >tests/guest/run
	sums guest: ./good
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "0 passed, 1 failed, 0 skipped" ]
}
