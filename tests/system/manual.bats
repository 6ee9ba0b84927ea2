#!/usr/bin/env bats
# The manual pages: SYNOPSIS and --help say the same, and the examples work. Those that a kernel may refuse
# are run by tests/guest/manual.bats. Run by tests/run, in private namespaces.

load examples

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	case $BATS_TEST_DESCRIPTION in
	"the examples of "*) examples_setup ;;
	esac
}

teardown()
{
	case $BATS_TEST_DESCRIPTION in
	"the examples of "*) examples_teardown ;;
	esac
}

# synopsis TOOL: a line for each form, without the name; ARG is the place of an argument.
synopsis()
{
	mandoc -T markdown "$root/docs/$1.8" |
		sed -nE '/^# SYNOPSIS/,/^# DESC/{/^[*\[]/p}' | tr '\n' ' ' | sed "s/\*\*$1\*\*/\n/g" |
		sed -E 's/\\//g; s/\&nbsp;/ /g; s/\&zwnj;//g; s/\&#45;/-/g; s/\*\*([^*]*)\*\*/\1/g; s/\*[^*]*\*/ARG/g
			s/\] \.\.\./].../; s/^ +| +$//g; /^$/d'
}

# help_of TOOL: with the same names for the same things.
help_of() { "$build/$1" --help | sed -E 's/\b[A-Z]{2,}(\|[A-Z]+)*\b|\bN\b/ARG/g'; }

# The lines of Commands that are not indented further.
commands_in_help() { help_of "$1" | sed -nE '/^Commands/,/^$/s/^  ([a-z])/\1/p'; }

# words: of a form or a list, each word in a line, with ARG if it takes an argument.
words() { grep -oE '[a-z-]+( ARG)?' | sort -u; }

# bats test_tags=any-kernel
@test "SYNOPSIS has the commands of --help and their arguments, and no others" {
	for tool in xdptap-loader xdptap-stats; do
		commands_in_help "$tool" | grep -v ' \.\.\.$' | sort >help
		# What help shortens: attach and set.
		commands_in_help "$tool" | grep ' \.\.\.$' | sed 's/ .*//' >shortened
		[ -s help ]
		synopsis "$tool" | sed -n 's/^\[ARG\] //p' | sort >forms
		grep -vE "^($(paste -sd'|' shortened)) " forms | diff help -
		[ "$tool" = xdptap-stats ] || diff <(printf 'attach\nset\n') shortened
	done
}

arguments_in_help()
{
	help_of xdptap-loader | sed -nE '/^Arguments/,/^Options/s/^  ([a-z].*)/\1/p' | sed 's/   *.*//'
}

# bats test_tags=any-kernel
@test "SYNOPSIS has the arguments of attach and set that --help has" {
	# Those that only set takes say so.
	for_set='nofilter|pause|resume'
	synopsis xdptap-loader | sed -n 's/.*attach \[dev\] ARG //p' | words >attach
	arguments_in_help | words | grep -vxE "$for_set" | diff - attach
	synopsis xdptap-loader | sed -n 's/.*set \[dev\] ARG //p' | words >"set"
	help_of xdptap-loader | sed -n '/^Arguments/,/:$/p' | tr '\n' ' ' |
		sed 's/.*set takes//; s/ and / /' | words | diff - <(sed "s/ ARG//" "set")
	arguments_in_help | words | grep -xFf "set" | diff - "set"
}

# bats test_tags=any-kernel
@test "SYNOPSIS of xdptap-reader has the options of --help, and no others" {
	"$reader" --help | sed -nE 's/^ +(-[A-Za-z]|--[a-z-]+)(, --[a-z-]+)?( [A-Z]+)?(  .*|$)/\1\3/p' |
		sed -E 's/ [A-Z]+$/ ARG/' | sort >help
	[ "$(wc -l <help)" -gt 20 ]
	synopsis xdptap-reader | grep -oE -- '-[-A-Za-z]+( ARG)?' |
		perl -ne '/^-(\w{2,})$/ ? print map { "-$_\n" } split //, $1 : print' | sort -u | diff help -
	[ "$(synopsis xdptap-reader | grep -c '\[dev\] ARG | any$')" -eq 3 ]
}

# bats test_tags=any-kernel
@test "xdptap(7) has each counter that frames are lost in, and the version of the maps" {
	for counter in dropped filtered sampled_out paused_out truncated flow_lost; do
		grep -qx "\.It Va $counter" "$root/docs/xdptap.7"
		grep -q "__u64 $counter;" "$root/bpf/abi.h"
	done
	version=$(awk '/define XDPTAP_ABI_VERSION/ { print $3 }' "$root/bpf/abi.h")
	grep -q "^begins with the version of the layout of all maps, which is $version\.$" "$root/docs/xdptap.7"
}

# bats test_tags=any-kernel
@test "comparison.md names tests that there are" {
	cd "$root"
	grep -oE '`tests/[^`]+`' docs/comparison.md | tr -d '`' | while read -r file; do [ -s "$file" ]; done
	grep -oE '`tests/[^`]+\.bats`: "[^"]+"' docs/comparison.md >"$BATS_TEST_TMPDIR/named"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/named")" -ge 10 ]
	while IFS='`' read -r _ file name; do
		grep -qF "@test \"${name#*\"}" "$file"
	done <"$BATS_TEST_TMPDIR/named"
}

# bats test_tags=any-kernel
@test "the examples of xdptap(7) work" { run_examples host docs/xdptap.7; }

# bats test_tags=any-kernel
@test "the examples of xdptap-loader(8) work" { run_examples host docs/xdptap-loader.8; }

# bats test_tags=any-kernel
@test "the examples of xdptap-reader(8) work" { run_examples host docs/xdptap-reader.8; }

# bats test_tags=any-kernel
@test "the examples of xdptap-stats(8) work" { run_examples host docs/xdptap-stats.8; }

# bats test_tags=any-kernel
@test "examples.how knows no example that is gone" {
	for document in "${documents[@]}"; do
		"$root/tests/examples" "$root/$document" "all/${document##*/}"
	done
	cat all/*/??/??/key >keys
	grep -v -e '^#' -e "$(printf '^\t')" -e '^$' "$how" | refute grep -vxFf keys
}
