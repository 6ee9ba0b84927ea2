#!/usr/bin/env bats
# tests/check-includes finds what it is there for, in a copy of the sources. Run by tests/run.

setup()
{
	check=$PWD/tests/check-includes
	cp -r bpf pin loader reader "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return
}

finds()
{
	run "$check" .
	echo "$output"
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "$1" ]
	[ ${#lines[@]} -eq "${2:-1}" ]
}

@test "the sources as they are pass" {
	"$check" .
}

@test "an include against the order of the folders" {
	sed -i '1i #include "pin/cli/diag.h"' pin/lock.c
	finds "pin/lock.c includes pin/cli/diag.h against the order of the folders"
}

@test "an include of another tool's file" {
	sed -i '1i #include "reader/ring.h"' reader/stats/show.c
	finds "reader/stats/show.c includes reader/ring.h of another tool"
}

@test "headers that include each other" {
	sed -i '1i #include "reader/source.h"' reader/ring.h
	finds "headers include each other: reader/source.h -> reader/ring.h -> reader/source.h"
}

@test "a function that its own header does not declare" {
	printf 'int lock_else(int fd)\n{\n\treturn fd;\n}\n' >>pin/lock.c
	finds "pin/lock.c defines lock_else(), which pin/lock.h does not declare"
}

@test "a function without the prefix of its module" {
	printf 'int else_lock(int fd)\n{\n\treturn fd;\n}\n' >>pin/lock.c
	echo 'int else_lock(int fd);' >>pin/lock.h
	finds "pin/lock.c defines else_lock(), which does not begin with lock_"
}

@test "a file of a folder that is not there" {
	sed -i '1i #include "tests/bpf/run.h"' reader/main.c
	finds "reader/main.c includes tests/bpf/run.h, which is in no folder of the sources"
}

@test "check-source-map: a file that CONTRIBUTING.md does not name, and one that is not there" {
	cp "${check%/tests/*}/CONTRIBUTING.md" .
	map=${check%/*}/check-source-map
	"$map" .
	touch pin/else.h
	rm pin/now.h
	run "$map" .
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "pin/else.h is missing in the source map of CONTRIBUTING.md" ]
	[ "${lines[1]}" = "CONTRIBUTING.md names pin/now.h, which is not there" ]
}
