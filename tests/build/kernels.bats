#!/usr/bin/env bats
# tests/kernels chooses what runs and makes a table of it, whatever can't be downloaded and however the
# tests end. What it calls is made up here. Run by tests/run.

setup()
{
	mkdir -p "$BATS_TEST_TMPDIR/tests/guest"
	cp tests/kernels "$BATS_TEST_TMPDIR/tests/"
	cd "$BATS_TEST_TMPDIR" || return
	export XDPTAP_DEBIAN13=$BATS_TEST_TMPDIR/debian13
	# A kernel or a root that can't be downloaded is named in $LACKS.
	program guest/run 'case " $LACKS " in *" $3 "*) echo "no network"; exit 1 ;; esac'
	program debian13 'echo "$@" >>built' 'case " $LACKS " in *" debian13 "*) echo "no mirror"; exit 1 ;; esac'
	program run 'echo "$XDPTAP_LONG $*" >ran' 'for word; do
			case $word in
			*:) label=$word log=$(echo "$word" | tr @ _ | tr -d :) ;;
			*) echo "$label $word 3 passed ${FAILS:-0} failed 1 skipped" >>build/tests/results
			   mkdir -p build/tests/logs
			   echo "# 6.x | Debian y | 1.z | all" >"build/tests/logs/${log}_tests_guest_modes.bats.log" ;;
			esac
		done' '[ -z "$FAILS" ]'
}

program()
{
	printf '#!/bin/bash\n' >"tests/$1"
	printf '%s\n' "${@:2}" >>"tests/$1"
	chmod +x "tests/$1"
}

kernels() { run tests/kernels "some packages" a b; echo "$output"; }

@test "each kernel with each root, in the long form; built in the root" {
	kernels
	[ "$status" -eq 0 ]
	[ "$(cat ran)" = "1 guest: a b guest-6.12: a b guest-newest: a b guest@debian13: a b guest-6.12@debian13: a b guest-newest@debian13: a b" ]
	[[ $(tail -n 1 built) == "some packages make -j"*" WERROR=1 kernel-tests-built" ]]
	[ "$(grep -cx '| 6.x | Debian y | 1.z | all | 6 | 0 | 2 |' build/kernels.md)" -eq 6 ]
	[[ ${lines[-1]} == "0 of 6 kernels and user spaces skipped; "* ]]
}

@test "what can't be downloaded is a row with the reason, not a pass, and the rest runs" {
	LACKS="newest debian13" kernels
	[ "$status" -eq 0 ]
	[ "$(cat ran)" = "1 guest: a b guest-6.12: a b" ]
	[ "$(grep -c '| skipped: no network |' build/kernels.md)" -eq 2 ]
	[ "$(grep -c '| skipped: no mirror |' build/kernels.md)" -eq 2 ]
	[[ ${lines[-1]} == "4 of 6 kernels and user spaces skipped; "* ]]
	rm -r ran build
	LACKS="6.1 6.12 newest" kernels
	[ "$status" -eq 1 ]
	[ ! -e ran ]
}

@test "a test that fails is in the table and in the exit status; KERNELS and ROOTS choose" {
	KERNELS=6.12 ROOTS=this FAILS=2 kernels
	[ "$status" -eq 1 ]
	[ "$(cat ran)" = "1 guest-6.12: a b" ]
	grep -qx '| 6.x | Debian y | 1.z | all | 6 | 4 | 2 |' build/kernels.md
	[ ! -e built ]
}
