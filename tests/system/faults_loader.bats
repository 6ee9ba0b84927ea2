#!/usr/bin/env bats
# The other commands of xdptap-loader: as faults_attach.bats.

load lib
load faults

@test "detach: each system call refused, killed at each" {
	sweep_all detach detach-options
}

@test "detach that can't tell whether a program is there keeps the pins" {
	most detach bpf:EMFILE bpf:ENOENT openat:ENOENT getdents64:EIO
}

@test "detach, and the answer of the kernel is lost: it finds out that the program is gone" {
	$loader attach tap0
	n=$(lost_answer "$loader" detach tap0)
	$loader attach tap0
	run -0 injected recvmsg:error=ENOBUFS:when=$n "$loader" detach tap0
	assert_nothing_left
	$loader attach tap0
	run -1 injected recvmsg:error=ENOBUFS:when=$n+ "$loader" detach tap0
	[ -e $bpffs/xdptap/tap0/packet_ringbuf ]
	$loader detach tap0
	assert_nothing_left
}

@test "set and pause: each system call refused, killed at each" {
	sweep_all set pause
}

@test "show: each system call refused" {
	sweep_all show show-json
}

@test "filter check and dump: each system call refused" {
	sweep_all filter-check filter-dump
}
