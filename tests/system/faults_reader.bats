#!/usr/bin/env bats
# xdptap-reader whose system calls fail: see tests/system/sweep.

load lib
load faults

@test "text, JSON, with a filter, of any: each system call refused" {
	sweep_all read-text read-json read-filter read-any
}

@test "files, rotation and -z: each system call refused; what is in them can be read" {
	sweep_all read-file read-rotate
}
