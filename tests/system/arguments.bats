#!/usr/bin/env bats
# The command lines: what they refuse, before anything is opened or captured, and that help,
# manual page and completion know each option. The kernel has no say here. Run by tests/run,
# in private namespaces.

load lib

setup()
{
	private_mounts
	network_up
	$loader attach tap0 snaplen full
	cd "$BATS_TEST_TMPDIR" || return
	echo before >x
}

teardown()
{
	network_down
}

# Lines "WORDS|what is wrong with them": exit 2, that and perhaps a hint on stderr,
# and the packet that waits still waits.
assert_refused()
{
	local words line
	in_peer "$flood" peer0 1 >/dev/null
	while IFS='|' read -r words line; do
		eval "run $reader $words"
		echo "$words: $output"
		[ "$status" -eq 2 ]
		[ "${lines[0]}" = "xdptap-reader: $line" ]
		[ ${#lines[@]} -le 2 ]
		[ ${#lines[@]} -eq 1 ] || [[ ${lines[1]} == "hint: "* ]]
	done
	[ "$(cat x)" = before ]
	[ "$($reader -c 1 tap0 2>/dev/null | wc -l)" -eq 1 ]
}

@test "xdptap-loader: usage errors: one line, what there is, exit 2" {
	while IFS='|' read -r words line; do
		echo "words: $words"
		# shellcheck disable=SC2086
		run $loader $words
		[ "$status" -eq 2 ]
		[ "${lines[0]}" = "xdptap-loader: $line" ]
		[ "${#lines[@]}" -le 2 ]
	done <<-'END'
		|a command is missing
		frob|unknown command 'frob'
		attach|the name of an interface is missing
		attach a/b|'a/b' is not the name of an interface
		attach name/slash|'name/slash' is not the name of an interface
		attach tap0 mode fast|unknown mode 'fast'
		attach tap0 prio 1x|prio '1x' is not a number from 0 to 2147483647
		attach tap0 prio 4294967296|prio '4294967296' is not a number from 0 to 2147483647
		attach tap0 prio|'prio' needs a value
		attach tap0 flows x|flows 'x' is not a number from 0 to 4194304
		attach tap0 flows -1|unknown option '-1'
		attach tap0 flows 4194305|flows '4194305' is not a number from 0 to 4194304
		attach tap0 flows 1K|flows '1K' is not a number from 0 to 4194304
		attach tap0 flows|'flows' needs a value
		attach tap0 flows 1 flows 2|'flows' is given twice
		attach tap0 promisc promisc|'promisc' is given twice
		attach tap0 speed|unknown argument 'speed'
		attach tap0 mode native mode generic|'mode' is given twice
		--json=1 show|unknown option '--json=1'
		attach tap0 mode offload require-dispatcher|a dispatcher can't be offloaded: mode offload and require-dispatcher exclude each other
		detach tap0 now|unknown argument 'now'
		show tap0 now|unknown argument 'now'
		--fast|unknown option '--fast'
		-x|unknown option '-x'
		--bpffs|option '--bpffs' needs a value
		--bpffs= show|--bpffs: the name of the directory is empty
	END
}

@test "xdptap-reader: usage errors: exit 2, and what was wrong" {
	while IFS='|' read -r words line; do
		# shellcheck disable=SC2086
		run $reader $words
		echo "$words: $output"
		[ "$status" -eq 2 ]
		[ "${lines[0]}" = "xdptap-reader: $line" ]
	done <<-'END'
		|the name of an interface is missing
		-q|the name of an interface is missing
		-c 0 tap0|-c: '0' is not a number of packets from 1 to 2^63-1
		-c -1 tap0|-c: '-1' is not a number of packets from 1 to 2^63-1
		-c 1x tap0|-c: '1x' is not a number of packets from 1 to 2^63-1
		-i 0 tap0|-i: '0' is not a number of seconds from 0.001 to 1000000000
		-i fast tap0|-i: 'fast' is not a number of seconds from 0.001 to 1000000000
		-c|option '-c' needs a value
		--frob tap0|unknown option '--frob'
		tap0 tap0|interface 'tap0' is named twice
		a/b|'a/b' is not the name of an interface
	END
}

@test "help and version go to stdout, exit 0" {
	for tool in $loader $reader $stats; do
		$tool --help 2>/dev/null | grep -q '^Usage: xdptap-'
		$tool -h >/dev/null
		[ "$(awk 'length > 80' <($tool --help))" = "" ]
		[[ $($tool --version 2>/dev/null) =~ ^xdptap-[a-z]+\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	done
}

@test "wrong values: exit 2, and which one it is" {
	size='a size: use a number of millions of bytes, or add K, M or G'
	seconds='a number of seconds from 1 to 1000000000'
	files='a number of files from 1 to 2^63-1'
	program='a program in PATH, nor the path of one'
	assert_refused <<-END
		-w x -C 0 tap0|-C: '0' is not $size
		-w x -C -1 tap0|-C: '-1' is not $size
		-w x -C 1.5 tap0|-C: '1.5' is not $size
		-w x -C K tap0|-C: 'K' is not $size
		-w x -C 0K tap0|-C: '0K' is not $size
		-w x -C 1KB tap0|-C: '1KB' is not $size
		-w x -C 1T tap0|-C: '1T' is not $size
		-w x -C '1 K' tap0|-C: '1 K' is not $size
		-w x -C '' tap0|-C: '' is not $size
		-w x -C 99999999999 tap0|-C: '99999999999' is not $size
		-w x -G 0 tap0|-G: '0' is not $seconds
		-w x -G 0.5 tap0|-G: '0.5' is not $seconds
		-w x -G 1s tap0|-G: '1s' is not $seconds
		-w x -G '' tap0|-G: '' is not $seconds
		-w x -G 1000000001 tap0|-G: '1000000001' is not $seconds
		-w x -C 1 -W 0 tap0|-W: '0' is not $files
		-w x -C 1 -W -3 tap0|-W: '-3' is not $files
		-w x -C 1 -W 9223372036854775808 tap0|-W: '9223372036854775808' is not $files
		-w x -z no-such-command tap0|-z: 'no-such-command' is not $program
		-w x -z /etc/passwd tap0|-z: '/etc/passwd' is not $program
		-w x -z / tap0|-z: '/' is not $program
		-w '' tap0|-w: the name of the file is empty
		--write= tap0|-w: the name of the file is empty
		-w|option '-w' needs a value
		-C|option '-C' needs a value
		-tttttt tap0|-t is given more than five times
		-t -tt -ttt tap0|-t is given more than five times
		-w x -p tap0|unknown option '-p'
		-w x --json=1 tap0|unknown option '--json=1'
	END
}

@test "options that don't go together: exit 2, and why" {
	assert_refused <<-'END'
		-j -w x tap0|-j and -w exclude each other
		-j -w - tap0|-j and -w exclude each other
		-j -q tap0|-j and -q exclude each other
		-q -w - tap0|-w - and -q exclude each other: both write to stdout
		--synthesize tap0|--synthesize is for files: it needs -w
		-C 1 tap0|-C, -G and -z are for files: they need -w FILE
		-G 1 tap0|-C, -G and -z are for files: they need -w FILE
		-z true tap0|-C, -G and -z are for files: they need -w FILE
		-w - -C 1 tap0|-C, -G and -z are for files: they need -w FILE
		-w - -G 1 tap0|-C, -G and -z are for files: they need -w FILE
		-w - -z true tap0|-C, -G and -z are for files: they need -w FILE
		-W 2 tap0|-W limits the number of files of -C or -G: it needs one of them
		-w x -W 2 tap0|-W limits the number of files of -C or -G: it needs one of them
		-w - -W 2 tap0|-W limits the number of files of -C or -G: it needs one of them
		any tap0|'any' means all taps: no other interface can be named with it
		tap0 dev any|'any' means all taps: no other interface can be named with it
		any any|interface 'any' is named twice
		-w x|the name of an interface is missing
		-w x tap0 dev tap0|interface 'tap0' is named twice
		-w x a/b|'a/b' is not the name of an interface
	END
}

@test "a number below zero is no option: the hint says so, of letters it does not" {
	for words in "$loader attach tap0 snaplen -1" "$loader attach tap0 prio -1" \
		"$loader attach tap0 ring -10M" "$stats watch -1" "$stats top tap0 count -1" \
		"$reader -1 tap0"; do
		run $words
		[ "$status" -eq 2 ]
		[[ ${lines[0]} == "xdptap-"*": unknown option '-1'" ]]
		program=${words%% *}
		[ "${lines[1]}" = "hint: a number can't be negative; '${program##*/} --help' lists the options" ]
		[ ${#lines[@]} -eq 2 ]
	done
	for words in "$loader show -x" "$stats --1" "$reader --json=1" "$reader -c"; do
		run $words
		program=${words%% *}
		[ "$status" -eq 2 ]
		[ "${lines[1]}" = "hint: '${program##*/} --help' lists the options" ]
	done
}

# Options, as "-c" and "--count", of a program's --help, which comes from the table that it
# parses its options by.
options_in_help() { "$1" --help | grep -oE '^ +(-[a-zA-Z])?(, )?(--[a-z-]+)?' | grep -oE -- '--?[a-zA-Z-]+' | sort -u; }

# Each letter that the program does not call unknown.
letters_taken()
{
	for letter in {a..z} {A..Z} {0..9}; do
		"$1" "-$letter" 2>&1 | grep -q "unknown option '-$letter'" || printf '%s\n' "-$letter"
	done
}

@test "help, manual page and completion know each option, and no other" {
	root=$BATS_TEST_DIRNAME/../..
	# shellcheck source=docs/completion/xdptap
	source "$root/docs/completion/xdptap"
	for program in "$loader" "$reader" "$stats"; do
		options_in_help "$program" >options
		[ "$(grep -c -- ^-- options)" -ge 5 ]
		# The parser takes what the help names, and no letter besides.
		letters_taken "$program" | sort | diff - <(grep -xE -- '-.' options)
		grep -- ^-- options | while read -r option; do
			"$program" "$option" 2>&1 | refute grep "unknown option '$option'"
		done
		manual=$root/docs/${program##*/}.8
		while read -r option; do
			grep -qE "^\.It .*Fl (Fl )?${option##*-}( |\$)|^\.It .*Fl (Fl )?${option#--}( |\$)" "$manual" ||
				{ echo "${manual##*/} lacks $option"; false; }
		done <options
		grep -oE '^\.It .*' "$manual" | grep -oE 'Fl (Fl )?[a-zA-Z-]+' |
			sed 's/Fl Fl /--/; s/Fl /-/' | sort -u | grep -vxFf options | refute grep -E -- '^-.$|^--'
		COMP_WORDS=("$program" -) COMP_CWORD=1
		_xdptap "$program" - "$program"
		printf '%s\n' "${COMPREPLY[@]}" | sort | diff - <(grep -- ^-- options)
	done
}

# completed WORD...: what is offered for the last of these words.
completed()
{
	# shellcheck source=docs/completion/xdptap
	source "$BATS_TEST_DIRNAME/../../docs/completion/xdptap"
	compopt() { :; } # bash has it only while it completes
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_xdptap "$1" "${!#}" "${COMP_WORDS[-2]}"
	echo "${COMPREPLY[@]}"
}

@test "completion: values of options are not taken for arguments" {
	[ "$(completed "$reader" -c 5 --interval 2 a)" = any ]
	[ "$(completed "$reader" -qc 5 a)" = any ]
	[ "$(completed "$reader" -c5 a)" = any ]
	[ -z "$(completed "$reader" -qc a)" ]
	[ -z "$(completed "$reader" --count a)" ]
	[ "$(completed "$stats" -o p)" = prometheus ]
	[ "$(completed "$stats" -j to)" = top ]
	[ "$(completed "$stats" --per-cpu -o prometheus sh)" = show ]
	[ "$(completed "$loader" -jp at)" = attach ]
	[ "$(completed "$loader" attach dev lo mode gen)" = generic ]
	[ "$(completed "$loader" 'fi')" = filter ]
	[ "$(completed "$loader" filter '')" = "check dump" ]
	[ -z "$(completed "$loader" filter check '')" ]
}
