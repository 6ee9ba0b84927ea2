#!/usr/bin/env bats
# xdptap-stats whose system calls fail: see tests/system/sweep.

load lib
load faults

@test "show in each form: each system call refused" {
	sweep_all stats-show stats-json stats-metrics stats-textfile
}

@test "watch: each system call refused" {
	sweep_all stats-watch stats-watch-json
}

@test "top and flush: each system call refused" {
	sweep_all stats-top stats-flush
}
