#!/usr/bin/env bats
# Pins, records and files that somebody else made, and odd surroundings: one clear message, a
# defined exit code, no crash, no endless loop, and nothing that controls a terminal. Run by
# tests/run, in private namespaces.

load lib

setup()
{
	private_mounts
	network_up
	sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	hostile=$build/tests/system/hostile
	tap=$bpffs/xdptap/tap0
	dir=$(mktemp -d)
	log=$BATS_TEST_TMPDIR/log
}

teardown()
{
	[ -z "${pids:-}" ] || kill -9 ${pids} 2>/dev/null || true
	ip link del tap1 2>/dev/null || true
	network_down
	rm -rf "$dir"
}

send() { in_peer "$flood" peer0 "$1" >/dev/null; }

# tame COMMAND...: it ends by itself or on SIGINT, with a status of its own, and says nothing that
# controls a terminal. What it printed is added to $log.
tame()
{
	local status=0
	timeout -k 3 -s INT "${limit:-0.5}" "$@" >"$dir/said" 2>&1 </dev/null || status=$?
	[ "$status" -eq 124 ] && status=0
	if [ "$status" -gt 2 ] || LC_ALL=C grep -q $'[\001-\010\013-\037\177]' "$dir/said"; then
		echo "status $status: $*"
		cat -v "$dir/said"
		return 1
	fi
	cat "$dir/said" >>"$log"
}

# Everything that reads pins.
all_readers()
{
	tame "$loader" show
	tame "$loader" show dev tap0
	tame "$stats" show tap0
	tame "$stats" -o prometheus --per-cpu show tap0
	tame "$stats" top dev tap0
	tame "$reader" -c 1 -v tap0
	tame "$reader" -c 1 -j tap0
	json "$loader" -j show
	json "$stats" -j show tap0
	json "$stats" -j top dev tap0
	json "$stats" -o prometheus show tap0
}

# As tame, for one that prints JSON or metrics: no number is "nan" or "inf".
json()
{
	tame "$@"
	if grep -aiE '(^|[ :])-?(nan|inf)\b' "$dir/said"; then return 1; fi
	[[ " $* " != *" -j "* ]] || sed '/^xdptap-[a-z]*:\|^hint:/d' "$dir/said" | jq -e . >/dev/null ||
		[ ! -s "$dir/said" ] || grep -q '^xdptap-' "$dir/said"
}

# foreign PIN COMMAND...: the command makes another $tap/PIN; the tools refuse it; it is put back.
foreign()
{
	local pin=$1 said
	shift
	mv "$tap/$pin" "$bpffs/kept"
	"$@" >/dev/null || return 1
	for command in "$reader -c 1 tap0" "$stats show tap0" "$loader show dev tap0"; do
		# shellcheck disable=SC2086
		tame $command
	done
	run timeout 5 "$reader" -c 1 tap0
	said=$output
	rm "$tap/$pin"
	mv "$bpffs/kept" "$tap/$pin"
	[ "$status" -eq 1 ] || { echo "$pin, $*: $status $said"; return 1; }
	[[ $said == "xdptap-reader: tap0: "*"$pin"* ]] || { echo "$pin, $*: $said"; return 1; }
}

map() { bpftool map create "$tap/$pin" name other "$@"; }

@test "a pin that is another map, a program, or in a map: refused with its name" {
	$loader attach tap0 flows 100 rings 1 ring 64K
	send 3
	ip link add tap1 type veth peer name peer1
	$loader attach tap1 rings 1 ring 64K
	for pin in meta stats_map control settings packet_ringbuf doorbell wakeup; do
		foreign $pin map type hash key 4 value 8 entries 4
		foreign $pin map type array key 4 value 12 entries 1
		foreign $pin map type queue key 0 value 8 entries 4
		foreign $pin bpftool prog load "$pass_object" "$tap/$pin" type xdp
	done
	foreign packet_ringbuf map type ringbuf key 0 value 0 entries 131072
	foreign packet_ringbuf ln "$tap/doorbell" "$tap/packet_ringbuf"
	foreign wakeup bpftool map create "$tap/wakeup" name other type array_of_maps key 4 value 4 \
		entries 1 inner_map pinned "$tap/control"
	# Those alone that count flows.
	for pin in flow_map flow_flushed; do
		mv "$tap/$pin" "$bpffs/kept"
		map type hash key 4 value 8 entries 4
		run -1 $stats top dev tap0
		[[ $output == "xdptap-stats: tap0: "*"$pin"* ]]
		rm "$tap/$pin"
		mv "$bpffs/kept" "$tap/$pin"
	done
	# The tap has not suffered.
	[ "$($reader -c 3 tap0 2>/dev/null | wc -l)" -eq 3 ]
	$loader detach dev tap1
	$loader detach dev tap0
	assert_nothing_left
}

@test "more or fewer rings than meta says, the same one twice, one of another tap" {
	cpus=$(nproc)
	[ "$cpus" -gt 1 ] || skip "there is one CPU"
	$loader attach tap0 rings 2 ring 128K
	foreign packet_ringbuf_1 ln "$tap/packet_ringbuf" "$tap/packet_ringbuf_1"
	[[ $output == *"can't use the tap: packet_ringbuf and packet_ringbuf_1 are the same map"* ]]
	mv "$tap/packet_ringbuf_1" "$bpffs/kept"
	run -1 $reader -c 1 tap0
	[[ $output == *"can't open $tap/packet_ringbuf_1: No such file or directory"* ]]
	run -0 $loader show
	mv "$bpffs/kept" "$tap/packet_ringbuf_1"
	ln "$tap/packet_ringbuf" "$tap/packet_ringbuf_2"
	send 1
	[ "$($reader -c 1 tap0 2>/dev/null | wc -l)" -eq 1 ]
	rm "$tap/packet_ringbuf_2"
	$loader detach dev tap0
	assert_nothing_left
}

@test "each field of meta, control and settings with any value" {
	$loader attach tap0 flows 100 rings 1 ring 64K
	send 300
	values=("ff ff ff ff" "0a 1b 5b 41")
	[ -z "${XDPTAP_SWEEP:-}" ] || values+=("00 00 00 00" "ff ff ff 7f" "00 00 00 80" "01 00 00 00")
	for what in meta:96 control:8 settings:64; do
		pin=${what%:*} size=${what#*:}
		mapfile -t before < <(bpftool -j map lookup pinned "$tap/$pin" key 0 0 0 0 | jq -r '.value[]')
		for ((at = 0; at < size; at += 4)); do
			for value in "${values[@]}"; do
				# shellcheck disable=SC2086
				"$hostile" poke "$tap/$pin" 0 $at $value
				if [ -n "${XDPTAP_SWEEP:-}" ]; then
					all_readers
				else
					tame "$stats" -j show tap0
					limit=0.1 tame "$reader" -c 1 tap0
				fi
				"$hostile" poke "$tap/$pin" 0 $at "${before[@]:at:4}"
			done
		done
	done
	"$reader" -c 1 tap0 | grep -q UDP
	$loader detach dev tap0
	assert_nothing_left
}

@test "maps of random bytes: text, JSON and metrics are whole, and control no terminal" {
	$loader attach tap0 flows 300 rings 1 ring 64K
	send 5
	for ((seed = 1; seed <= ${XDPTAP_SWEEP:+10}${XDPTAP_SWEEP:-2}; seed++)); do
		"$hostile" random "$tap/stats_map" $seed
		"$hostile" random "$tap/flow_map" $seed
		"$hostile" random "$tap/flow_flushed" $seed
		all_readers
		limit=0.6 json "$stats" -j watch 0.1 tap0
		limit=0.6 tame "$stats" watch 0.1 tap0
		limit=0.6 tame "$stats" top dev tap0 by packets watch 0.1
		for key in src dst sport dport proto pair; do tame "$stats" top dev tap0 key $key; done
	done
	for pin in settings control meta; do
		"$hostile" random "$tap/$pin" 7
		all_readers
	done
	tame "$loader" detach dev tap0
	assert_nothing_left
}

# repeat N BYTE...: in $bytes.
repeat()
{
	local n=$1
	shift
	bytes=()
	while ((n--)); do bytes+=("$@"); done
}

@test "names and expressions without an end, full of escapes" {
	$loader attach tap0 filter 'udp or tcp' rings 1 ring 64K
	# abi.h: settings have traced_name at byte 48, filter from byte 176 to 32944; meta has ifname at 16.
	repeat 4096 1b 5b 33 31 6d 0a 9b 41
	"$hostile" poke "$tap/settings" 0 176 "${bytes[@]}"
	repeat 32 1b 5b 32 4a
	"$hostile" poke "$tap/settings" 0 48 "${bytes[@]}"
	"$hostile" poke "$tap/meta" 0 16 "${bytes[@]:0:16}"
	all_readers
	[[ $($loader show) == *'filter \x1b[31m\x0a\x9bA\x1b[31m'* ]]
	# JSON has all of it.
	[ "$($loader -j show | jq '.[0].filter | length')" -eq 32767 ]
	$loader detach dev tap0
	assert_nothing_left
}

# Two taps, tap0 and tap1; the reader of both runs.
read_any()
{
	ip link add tap1 type veth peer name peer1
	ip link set tap1 up
	ip link set peer1 up
	until_ok 5 link_is_up tap1
	$loader attach tap0 rings 1 ring 64K
	$loader attach tap1 rings 1 ring 64K
	"$reader" any >"$dir/out" 2>"$dir/err" 3>&- &
	reader_pid=$!
	pids=$reader_pid
}

ended() { ! kill -0 "$1" 2>/dev/null; }
shown() { [ "$(grep -c "$2" "$dir/$1")" -ge "$3" ]; }
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

@test "a record that is no event ends its tap alone, and is told once" {
	for len in 0 1 8 55 60000; do
		read_any
		"$hostile" record "$bpffs/xdptap/tap1/packet_ringbuf" $len 1 255
		"$flood" peer1 1 >/dev/null # it wakes the reader
		if [ $len = 60000 ]; then
			# It is an event with so many bytes.
			until_ok 5 shown out tap1 2
		else
			until_ok 5 shown err "tap1: a ring buffer holds an invalid record; reading of this tap ends" 1
		fi
		send 3
		until_ok 5 shown out tap0 3
		kill -INT "$reader_pid"
		wait "$reader_pid"
		[ "$(grep -c 'invalid record' "$dir/err")" -le 1 ]
		$loader detach dev tap1
		$loader detach dev tap0
		ip link del tap1
	done
	assert_nothing_left
}

@test "an event that is never completed: other taps go on, little CPU time, SIGINT ends it" {
	read_any
	"$hostile" busy "$bpffs/xdptap/tap1/packet_ringbuf" >"$dir/busy" 2>"$log" 3>&- &
	holder=$!
	pids+=" $holder"
	until_ok 5 test -s "$dir/busy" || skip "$(cat "$log")"
	"$flood" peer1 2 >/dev/null
	send 3
	until_ok 5 shown out tap0 3
	refute grep -q tap1 "$dir/out"
	until_ok 5 shown err "tap1: ring buffer 0 is stuck" 1
	used=$(ticks "$reader_pid")
	pause 1
	send 2
	until_ok 2 shown out tap0 5
	[ $(($(ticks "$reader_pid") - used)) -le 10 ]
	kill -USR1 "$holder"
	until_ok 5 shown out tap1 3
	grep -q "tap1: ring buffer 0 is read again" "$dir/err"
	wait "$holder"
	# Again, and nothing is told twice; the reader ends while it is stuck.
	"$hostile" busy "$bpffs/xdptap/tap1/packet_ringbuf" >"$dir/busy2" 3>&- &
	holder=$!
	pids+=" $holder"
	until_ok 5 test -s "$dir/busy2"
	send 1
	until_ok 5 shown out tap0 6
	[ "$(grep -c stuck "$dir/err")" -eq 1 ]
	kill -INT "$reader_pid"
	until_ok 2 ended "$reader_pid"
	wait "$reader_pid"
	kill -9 "$holder"
	wait "$holder" || true
	$loader detach dev tap1
	$loader detach dev tap0
	assert_nothing_left
}

@test "a tap that is detached while a record is in writing: the reader ends, and says what is left" {
	$loader attach tap0 rings 1 ring 64K
	"$hostile" busy "$tap/packet_ringbuf" >"$dir/busy" 2>"$log" 3>&- &
	holder=$!
	pids=$holder
	until_ok 5 test -s "$dir/busy" || skip "$(cat "$log")"
	send 2
	"$reader" tap0 >"$dir/out" 2>"$dir/err" 3>&- &
	reader_pid=$!
	pids+=" $reader_pid"
	until_ok 5 shown err "is stuck" 1
	$loader detach dev tap0
	until_ok 5 ended "$reader_pid"
	run -1 wait "$reader_pid"
	grep -q "tap0: 192 bytes of events after the one that is not completed are not read" "$dir/err"
	kill -9 "$holder"
	wait "$holder" || true
}

# As another user, in a directory like /tmp.
as_other() { setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"; }

@test "-w takes nothing that another user has put there" {
	$loader attach tap0 snaplen 64
	chmod 755 "$dir"
	mkdir -m 1777 "$dir/tmp"
	echo precious >"$dir/passwd"
	cd "$dir/tmp"
	sysctl -qw fs.protected_symlinks=0 fs.protected_hardlinks=0 fs.protected_fifos=0 fs.protected_regular=0 || true
	as_other ln -s "$dir/passwd" link
	as_other ln -s "$dir/new" dangling
	as_other mkfifo fifo
	as_other touch file
	ln "$dir/passwd" hard
	send 5
	while IFS='|' read -r name words; do
		run -1 timeout 5 "$reader" -c 1 -w "$name" tap0
		[[ $output == *"xdptap-reader: can't open $name: $words"* ]] || { echo "$name: $output"; false; }
	done <<-'END'
		link|it is a symbolic link of another user
		dangling|it is a symbolic link of another user
		fifo|it belongs to another user
		file|it belongs to another user
		hard|it has another hard link
	END
	# The names of rotation, too.
	as_other ln -s "$dir/passwd" out1
	send 100
	run -1 timeout 5 "$reader" -C 1K -w out tap0
	[[ $output == *"can't open out1: it is a symbolic link of another user"* ]]
	[ "$(cat "$dir/passwd")" = precious ]
	[ ! -e "$dir/new" ]
	# Our own links, of any kind, are followed.
	ln -s "$dir/mine" ours
	ln -s ours again
	send 2
	"$reader" -c 1 -w again tap0
	[ "$(stat -c %a "$dir/mine")" = 600 ]
	[ -L again ] && [ -L ours ]
	"$reader" -c 1 -w /dev/stdout tap0 | head -c 4 | cmp - <(printf '\x0a\x0d\x0d\x0a')
	ln -sf loop2 loop1
	ln -sf loop1 loop2
	run -1 timeout 5 "$reader" -c 1 -w loop1 tap0
	[[ $output == *"can't open loop1: Too many levels of symbolic links"* ]]
}

@test "--textfile replaces a link, and leaves what it names" {
	$loader attach tap0
	mkdir -m 1777 "$dir/tmp"
	echo precious >"$dir/passwd"
	as_other ln -s "$dir/passwd" "$dir/tmp/x.prom" 2>/dev/null || ln -s "$dir/passwd" "$dir/tmp/x.prom"
	ln "$dir/passwd" "$dir/tmp/y.prom"
	mkfifo "$dir/tmp/z.prom"
	for name in x y z; do
		timeout 5 "$stats" --textfile "$dir/tmp/$name.prom" show
		[ -f "$dir/tmp/$name.prom" ] && [ ! -L "$dir/tmp/$name.prom" ]
	done
	[ "$(cat "$dir/passwd")" = precious ]
}

@test "closed standard descriptors, for every command" {
	for closed in "0<&-" "1>&-" "2>&-" "0<&- 1>&-" "0<&- 2>&-" "1>&- 2>&-" "0<&- 1>&- 2>&-"; do
		bash -c "exec $closed; exec $loader attach tap0 flows 100 rings 1" 3>&-
		for command in "$loader set dev tap0 sample 2" "$loader set dev tap0 sample 1" "$loader show" \
			"$loader -j show" "$loader filter check udp" "$loader filter dump udp" "$loader --help" \
			"$loader --version" "$stats show" "$stats -j show" "$stats top dev tap0" \
			"$stats flush dev tap0" "$stats watch tap0" "$stats top dev tap0 watch" "$stats --help" \
			"$reader --help" "$reader -c 1 tap0" "$reader -q -c 1 tap0"; do
			status=0
			send 1
			timeout -k 3 -s INT 0.3 bash -c "exec $closed; exec $command" >"$dir/said" 2>&1 3>&- || status=$?
			[ "$status" -le 1 ] || [ "$status" -eq 124 ] || { echo "$closed $command: $status"; false; }
			# Nothing was written elsewhere instead.
			json "$stats" -j show tap0
			[ "$(jq '.[0].state' "$dir/said")" = '"attached"' ]
		done
		bash -c "exec $closed; exec $loader detach dev tap0" 3>&-
		assert_nothing_left
	done
}

# As tame, or bash or the dynamic loader could not even start the program.
loaded()
{
	local status=0
	timeout -k 3 -s INT "$limit" "$@" >"$dir/said" 2>&1 </dev/null || status=$?
	[ "$status" -le 2 ] || [ "$status" -eq 124 ] || grep -q '/xdptap-[a-z]*: \(error while loading\|Cannot allocate\)\|bash: ' "$dir/said" ||
		{ echo "status $status: $*"; cat "$dir/said"; return 1; }
}

@test "few descriptors, little memory, small files, a small stack" {
	$loader attach tap0 flows 100 rings 1 snaplen 64
	send 200
	for n in 3 5 6 7 8 9 10 12 14 16 18 20; do
		for command in "$reader -c 1 tap0" "$reader -c 1 -w $dir/x tap0" "$stats show tap0" "$stats -j show" \
			"$stats top dev tap0" "$loader show" "$loader set dev tap0 sample 1"; do
			# shellcheck disable=SC2016,SC2086
			limit=2 loaded bash -c 'exec 3>&-; ulimit -n $0; exec "$@"' $n $command
		done
	done
	for kib in 4000 8000 16000 32000; do
		for command in "$reader -c 1 tap0" "$stats show tap0" "$loader show"; do
			# shellcheck disable=SC2016,SC2086
			limit=2 loaded bash -c 'ulimit -v $0; exec "$@"' $kib $command
		done
	done
	for command in "$reader -c 1 tap0" "$stats show tap0" "$loader show"; do
		# shellcheck disable=SC2086
		limit=2 tame bash -c 'ulimit -s 256; exec "$@"' - $command
		# shellcheck disable=SC2086
		limit=2 tame bash -c 'ulimit -u 1; ulimit -l 0; exec "$@"' - $command
		send 1
		# shellcheck disable=SC2016,SC2086
		run -1 bash -c 'ulimit -f 0; exec timeout 5 "$@" >"$0"' "$dir/small" $command
		[[ $output == *"xdptap-"*": can't write to stdout: File too large"* ]]
	done
	$loader show | grep -q '^tap0: attached'
	$loader detach dev tap0
	assert_nothing_left
}

@test "odd environments" {
	$loader attach tap0 flows 100 rings 1
	long=$(printf '%05000d' 0)
	while IFS= read -r words; do
		for command in "$reader -c 1 tap0" "$stats show tap0" "$stats watch 0.1 tap0" "$loader show" \
			"$stats top dev tap0"; do
			send 1
			# shellcheck disable=SC2086
			limit=0.3 tame env $words $command
		done
	done <<-END
		-i
		TZ=$long
		TZ=:/etc/passwd
		TZ=../../../../etc/shadow
		LANG=$long LC_ALL=xx_YY.nothing
		LC_ALL=tr_TR.UTF-8
		COLUMNS=0 LINES=0
		COLUMNS=-1 LINES=99999999999
		TERM=
		TERM=$long
		TERM=../../x
		HOME= PATH= TMPDIR=/nonexistent
		LIBXDP_OBJECT_PATH=/nonexistent
		LIBXDP_BPFFS=/nonexistent
		LIBXDP_SKIP_DISPATCHER=x
		LIBXDP_BPFFS=$long
	END
	for tool in "$reader" "$stats" "$loader"; do
		run -2 "$hostile" bare "$tool"
		[[ $output == xdptap-* ]]
		run -2 env -i "$tool"
	done
}

@test "the directory of the taps: another user's, a link, a file; links as taps" {
	said="can't create or lock its directory in $bpffs"
	# In a BPF filesystem that all may write to, as older systems mount it.
	chmod 1777 "$bpffs"
	as_other mkdir "$bpffs/xdptap"
	run -1 timeout 5 "$loader" attach tap0
	[ "${lines[0]}" = "xdptap-loader: $bpffs/xdptap belongs to another user; remove it" ]
	rmdir "$bpffs/xdptap"
	for target in "$bpffs/nothing" "$dir"; do
		as_other ln -s "$target" "$bpffs/xdptap" 2>/dev/null || ln -s "$target" "$bpffs/xdptap"
		run -1 timeout 5 "$loader" attach tap0
		[ "${lines[0]}" = "xdptap-loader: $bpffs/xdptap is not a directory; remove it" ]
		rm "$bpffs/xdptap"
	done
	mkdir "$bpffs/xdptap"
	for target in "$bpffs/nothing" "$bpffs"; do
		ln -s "$target" "$bpffs/xdptap/tap0"
		for command in attach detach; do
			run -1 timeout 5 "$loader" $command tap0
			[[ $output == *"tap0: "*"Not a directory"* || $output == *"Too many levels"* ]] || { echo "$output"; false; }
		done
		for command in "$reader" "$stats show" "$loader show dev"; do
			# shellcheck disable=SC2086
			tame $command tap0
		done
		rm "$bpffs/xdptap/tap0"
	done
	rmdir "$bpffs/xdptap"
	refute has_xdp
	chmod 700 "$bpffs"
}

@test "detach finds its program without the pin of its ring, or with another one" {
	# A tap beside it, which must not suffer.
	ip link add tap1 type veth peer name peer1
	$loader attach tap1 rings 1 ring 64K
	for kind in none map program link; do
		$loader attach tap0 rings 1 ring 64K
		mv "$tap/packet_ringbuf" "$bpffs/kept"
		case $kind in
		map) bpftool map create "$tap/packet_ringbuf" type ringbuf key 0 value 0 entries 8192 name other ;;
		program) bpftool prog load "$pass_object" "$tap/packet_ringbuf" type xdp 2>/dev/null ;;
		link) ln -s "$bpffs/kept" "$tap/packet_ringbuf" ;;
		esac
		has_xdp
		run -0 $loader detach dev tap0
		refute has_xdp
		rm "$bpffs/kept"
	done
	has_xdp tap1
	# What set writes, it checks.
	$loader attach tap0 rings 1 ring 64K
	pin=decided
	mv "$tap/decided" "$bpffs/kept"
	map type hash key 4 value 8 entries 4
	run -1 $loader set dev tap0 sample 2
	[[ $output == *"tap0: can't use the tap: $tap/decided is a map of type 1, not 6"* ]]
	rm "$tap/decided"
	mv "$bpffs/kept" "$tap/decided"
	$loader set dev tap0 sample 2
	$loader detach dev tap0
	$loader detach dev tap1
	assert_nothing_left
}

@test "a shared lock keeps the reader away, too: it names who holds it" {
	$loader attach tap0 rings 1 ring 64K
	flock -s "$tap/meta" sleep 60 3>&- &
	pids=$!
	until_ok 5 grep -q "FLOCK *ADVISORY *READ *$pids" /proc/locks
	run -1 $reader -c 1 tap0
	[[ ${lines[0]} == "xdptap-reader: tap0: process $pids (sleep) holds the lock of the reader" || ${lines[0]} == *"(flock) holds the lock of the reader" ]]
	$loader detach dev tap0
}
