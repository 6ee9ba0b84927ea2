#!/usr/bin/env bats
# Tests of tests/guest/run itself, each in a guest of its own with kernel 6.1; called by hand and by the test suite.
# shellcheck disable=SC2154 # $stderr is set by bats

bats_require_minimum_version 1.5.0

# So that no test sees the download and the trial of KVM of a first run.
setup_file()
{
	"$BATS_TEST_DIRNAME/run" --fetch >&2
	"$BATS_TEST_DIRNAME/accelerator" >&2
}

setup()
{
	guest=$BATS_TEST_DIRNAME/run
	project=${BATS_TEST_DIRNAME%/tests/guest}
	TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
	export TMPDIR
}

# Whatever happens to a guest, nothing of it is left.
teardown()
{
	[[ -z $(ls -A "$TMPDIR") ]] && ! pgrep -f "qemu-system-x86_64.*$TMPDIR"
}

in_guest()
{
	run --separate-stderr "$guest" --cpus 1 --timeout 60 "$@"
}

@test 'the command gets its arguments, directory and XDPTAP_ variables; its output and status come back' {
	cd "$project/tests"
	export XDPTAP_A=$'two\nlines "quoted"' OTHER=lost
	# shellcheck disable=SC2016 # expanded in the guest
	in_guest -- sh -c 'pwd; uname -r; echo "$XDPTAP_A$OTHER"; printf "<%s>" "$@"; echo oops >&2; exit 7' \
		sh 'a  b' "it's" '' '$HOME "*"' $'new\nline' '\ '
	[[ $status == 7 ]]
	[[ $output == "$project/tests"$'\n6.1.'*$'-amd64\ntwo\nlines "quoted"\n<a  b><it\'s><><$HOME "*"><new\nline><\\ >' ]]
	[[ $stderr == oops ]]
}

@test 'five megabytes come out as they went in; what the command left running does not keep the guest' {
	head -c 5000000 /dev/urandom >"$BATS_TEST_TMPDIR/in"
	cd "$BATS_TEST_TMPDIR"
	"$guest" --cpus 1 --timeout 60 -- sh -c 'sleep 600 & cat in' >out
	cmp in out
}

@test 'output is there before the command ends, and the guest ends when nobody reads it' {
	run bash -c '"$1" --cpus 1 --timeout 60 -- sh -c "echo first; while sleep 1; do echo more; done" | head -n 1
		echo "${PIPESTATUS[0]}"' bash "$guest"
	[[ $output == $'first\n141' ]]
}

@test 'a command that hangs ends with 124 at the timeout' {
	run --separate-stderr "$guest" --cpus 1 --timeout 4 -- sleep 600
	[[ $status == 124 && $output == '' ]]
	[[ $stderr == *'timeout of 4 s; the console log is '* && $stderr != *$'\n'* ]]
	rm "${stderr##* is }"
}

@test 'a kernel panic ends with 125 and the console' {
	# What carries the output out of the guest dies with it: it gets a moment.
	in_guest -- sh -c 'echo before; sleep 2; echo c >/proc/sysrq-trigger'
	[[ $status == 125 && $output == before ]]
	[[ $stderr == *'sysrq triggered crash; the console log is '* ]]
	rm "${stderr##* is }"
}

# A QEMU whose first COUNT kernels have no root, and so panic.
without_root()
{
	mkdir "$BATS_TEST_TMPDIR/bin"
	cat >"$BATS_TEST_TMPDIR/bin/qemu-system-x86_64" <<-EOF
		#!/bin/bash
		echo x >>$BATS_TEST_TMPDIR/boots
		if ((\$(wc -l <$BATS_TEST_TMPDIR/boots) <= $1)); then
			set -- "\${@/%initramfs/release}"
		fi
		exec $(command -v qemu-system-x86_64) "\$@"
	EOF
	chmod +x "$BATS_TEST_TMPDIR/bin/qemu-system-x86_64"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

# It has a command that does not exist.
@test 'a kernel that panics before anything is run boots once more, and says so; no such command gives 127' {
	without_root 1
	run -127 --separate-stderr "$guest" --cpus 1 --timeout 60 -- no-such-command
	[[ $output == '' && $stderr == *'Unable to mount root fs'*'it boots once more'*'no-such-command: not found' ]]
}

@test '... but not twice' {
	without_root 2
	in_guest -- echo end
	[[ $status == 125 && $output == '' && $stderr == *'it boots once more'*'; the console log is '* ]]
	[[ $(wc -l <"$BATS_TEST_TMPDIR/boots") == 2 ]]
	rm "${stderr##* is }"
}

# A copy of tests/guest with a build/guest of its own, and a QEMU that does with "-accel kvm" what the argument says.
copy_with_kvm()
{
	copy=$(TMPDIR=/tmp mktemp -d)
	mkdir -p "$copy/bin" "$copy/tests" "$copy/build/guest"
	cp -a "$BATS_TEST_DIRNAME" "$copy/tests/"
	ln -s "$project/build/guest/6.1" "$copy/build/guest/"
	cat >"$copy/bin/qemu-system-x86_64" <<-EOF
		#!/bin/bash
		echo "\$2" >>$copy/accelerators
		[[ \$2 != kvm ]] || { $1; }
		exec $(command -v qemu-system-x86_64) -accel tcg "\${@:3}"
	EOF
	chmod +x "$copy/bin/qemu-system-x86_64"
	# What hangs is given up earlier here.
	if [[ $1 == *sleep* ]]; then
		grep -q -- '--timeout 20 ' "$copy/tests/guest/accelerator" || return
		sed -i 's/--timeout 20 /--timeout 3 /' "$copy/tests/guest/accelerator"
	fi
	PATH=$copy/bin:$PATH
	cd "$copy" || return
}

# accelerator_with WHAT: what the copy's guests are run with if KVM does that, and what the next one would be.
accelerator_with()
{
	copy_with_kvm "$1"
	[[ $(tests/guest/run --cpus 1 --timeout 60 -- echo end) == end ]] || echo "the guest failed"
	xargs <accelerators
	tests/guest/accelerator
	[[ $(wc -l <accelerators) -eq 2 ]] || echo "tried again"
	ls build/guest/console.* 2>/dev/null || true
	cd / || return
	rm -r "$copy"
}

@test 'KVM is used where a guest boots with it' {
	[[ $(accelerator_with true) == $'kvm kvm\nkvm' ]]
}

@test '... not where it hangs, and that is found out once' {
	[[ $(accelerator_with 'exec sleep 600') == $'kvm tcg\ntcg' ]]
}

@test 'another root: the command, the directory and the programs are its own' {
	root=$BATS_TEST_TMPDIR/root
	mkdir -p "$root"/{bin,dev,proc,run,sys,tmp,there}
	cp /bin/bash "$root/bin/"
	ldd /bin/bash | grep -o '/[^ ]*' | xargs cp -L --parents -t "$root"
	export XDPTAP_BUILD=/of/this/machine
	# shellcheck disable=SC2016 # expanded in the guest
	in_guest --root "$root" --directory /there -- bash -c 'pwd; echo /*; echo "<$XDPTAP_BUILD>"'
	[[ $status == 0 && $output == $'/there\n/bin /dev '*$' /sys /there /tmp'*$'\n<>' ]]
}

@test 'SIGTERM ends the guest' {
	"$guest" --cpus 1 --timeout 60 -- sh -c 'echo up; sleep 600' >"$BATS_TEST_TMPDIR/out" 3>&- &
	for ((i = 0; i < 600; i++)); do
		[[ ! -s $BATS_TEST_TMPDIR/out ]] || break
		sleep 0.1
	done
	kill "$!"
	status=0
	wait "$!" || status=$?
	[[ $status == 143 && $(<"$BATS_TEST_TMPDIR/out") == up ]]
}

@test 'a tree below /tmp is seen in the guest, and /tmp can be written' {
	copy=$(TMPDIR=/tmp mktemp -d)
	mkdir -p "$copy/tests" "$copy/build/guest"
	cp -a "$BATS_TEST_DIRNAME" "$copy/tests/"
	ln -s "$project/build/guest/6.1" "$copy/build/guest/"
	cd "$copy/tests/guest"
	run ./run --cpus 1 --timeout 60 -- sh -c 'test -x ./run && test -d ../../build && touch /tmp/file && pwd'
	rm -r "$copy"
	[[ $status == 0 && $output == "$copy/tests/guest" ]]
}

@test 'bad usage gives 2 and the usage' {
	for args in '' '--' 'true' '--kernel 5.10 -- true' '--timeout 0 -- true' '--cpus' '--accel xen -- true' '--fetch -- true' \
		'--root /nowhere --directory / -- true' '--root /usr -- true' '--root /usr --directory /nowhere -- true'; do
		# shellcheck disable=SC2086 # a list of words
		in_guest $args
		[[ $status == 2 && $output == '' && $stderr == *'usage: tests/guest/run '* ]]
	done
}

@test 'without QEMU it gives 2 and names the package' {
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s /usr/bin/dirname "$BATS_TEST_TMPDIR/bin/"
	run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" /bin/bash "$guest" -- true
	[[ $status == 2 && $stderr == *'install the Debian package qemu-system-x86' ]]
}
