#!/usr/bin/env bats
# The examples of the manual pages that the host's kernel may refuse: beside xdp-filter in a dispatcher, and
# what traces other programs. Run by tests/run in a guest kernel.

load ../system/examples

setup() { examples_setup; }

teardown()
{
	xdp-loader unload eth0 --all >/dev/null 2>&1 || true
	examples_teardown
}

@test "the examples of xdptap-loader(8) beside other programs work" { run_examples guest docs/xdptap-loader.8; }

@test "the examples of xdptap-reader(8) beside other programs work" { run_examples guest docs/xdptap-reader.8; }

@test "the examples of xdptap-stats(8) beside other programs work" { run_examples guest docs/xdptap-stats.8; }
