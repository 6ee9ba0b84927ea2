#!/usr/bin/env bats
# docs/tutorial.md and the sessions of README.md, from the first command to the last. tests/record prints
# them as they are. Run by tests/run in a guest kernel, which allows
# libxdp's dispatcher.

load ../system/examples

setup() { examples_setup; }

teardown()
{
	xdp-loader unload eth0 --all >/dev/null 2>&1 || true
	examples_teardown
}

@test "every command of the tutorial works, and prints what is shown" { run_document docs/tutorial.md; }

@test "the commands of the README work, and print what is shown" { run_document README.md; }
