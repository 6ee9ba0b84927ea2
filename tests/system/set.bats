#!/usr/bin/env bats
# xdptap-loader set: what a tap captures changes while it runs, and no frame is lost or counted
# twice. Run by tests/run, in private namespaces; set_races.bats, set_load.bats and set_killed.bats
# run in the guest too, where both programs are in a dispatcher.

load setting

lines_out() { [ "$(wc -l <"$out")" -ge "$1" ]; }

@test "filter, sample and snaplen, each alone and together; counters, rings and reader stay" {
	$loader attach tap0 flows 1024
	start_reader -j tap0
	send 10
	until_ok 10 lines_out 10
	attached_at=$(in_force attached_at)

	run -0 $loader set tap0 filter 'udp src port 3'
	[[ ${lines[0]} =~ ^"xdptap-loader: tap0: program id "[0-9]+", generation 1, snaplen 0, sample 1, filter udp src port 3"$ ]]
	[ "${#lines[@]}" -eq 1 ]
	send 10
	until_ok 10 lines_out 11
	run -0 $loader set dev tap0 snaplen 60
	send 10
	until_ok 10 lines_out 12
	[ "$(tail -n 1 "$out" | jq -c '[.sport, .caplen]')" = "[3,60]" ]
	run -0 $loader set tap0 nofilter sample 5 snaplen 0
	send 10
	until_ok 10 lines_out 14
	[ "$(tail -n 1 "$out" | jq -c '[.sample, .caplen]')" = "[5,0]" ]
	run -0 $loader set tap0 sample 1
	send 10
	until_ok 10 lines_out 24
	end_reader INT

	[ "$(in_force generation)" -eq 4 ]
	[ "$(in_force attached_at)" = "$attached_at" ]
	[ "$(counter packets)" -eq 50 ]
	[ "$(counter events)" -eq "$(wc -l <"$out")" ]
	[ "$(counter filtered)" -eq 18 ]
	[ "$(counter sampled_out)" -eq 8 ]
	$loader detach tap0
	assert_nothing_left
}

@test "pause and resume: no events, but the counters go on; the program stays" {
	$loader attach tap0
	id=$(in_force prog_id)
	send 10
	run -0 $loader set tap0 pause
	[ "$(in_force paused)" = true ]
	send 10
	$stats show tap0 | grep -qx '    paused'
	$stats -o prometheus show | grep -qx 'xdptap_paused{interface="tap0"} 1'
	until_ok 5 watch_says ' no paused$'
	run -0 $loader set tap0 resume
	send 10
	[ "$(in_force paused)" = false ]
	[ "$(in_force prog_id)" = "$id" ]
	[ "$(counter packets)" -eq 30 ]
	[ "$(counter events)" -eq 20 ]
	[ "$(counter paused_out)" -eq 10 ]
	# Also with a change, which a pause outlives.
	$loader set tap0 pause filter udp
	send 10
	[ "$(counter paused_out)" -eq 20 ]
	[ "$(counter packets)" -eq 40 ]
}

@test "the name of a host that is not known any more: only a new program needs it" {
	cp /etc/hosts hosts
	echo '10.9.0.1 peer.example' >>hosts
	mount --bind hosts /etc/hosts
	$loader attach tap0 filter 'host peer.example'
	umount /etc/hosts
	$loader set tap0 pause
	[ "$(in_force paused)" = true ]
	run -1 $loader set tap0 sample 2
	[ "${lines[0]}" = "xdptap-loader: tap0: filter: unknown host 'peer.example'" ]
	[ "$(in_force sample)" -eq 1 ]
	send 5
	[ "$(counter filtered)" -eq 0 ]
	[ "$(counter paused_out)" -eq 5 ]
}

watch_says() { timeout 0.3 "$stats" watch 0.1 tap0 2>/dev/null | grep -q "$1"; }

@test "a reader says what the tap leaves out, and what set changes" {
	said() { grep -qxF "$1" "$err"; }
	$loader attach tap0
	start_reader tap0
	[ ! -s "$err" ]
	$loader set tap0 filter 'udp src port 3' sample 2
	until_ok 10 said 'xdptap-reader: tap0: changed: snaplen 0, sample 2, filter udp src port 3'
	$loader set tap0 pause
	until_ok 10 said 'xdptap-reader: tap0: changed: paused, snaplen 0, sample 2, filter udp src port 3'
	end_reader INT
	start_reader tap0
	said 'xdptap-reader: tap0: paused, snaplen 0, sample 2, filter udp src port 3'
	said "hint: 'xdptap-loader set dev tap0 resume' ends the pause"
	$loader set tap0 resume nofilter sample 1
	until_ok 10 said 'xdptap-reader: tap0: changed: snaplen 0, sample 1, no filter'
	end_reader INT
}

@test "under load nothing is lost, and nothing comes twice" {
	$loader attach tap0 ring 64M
	n=$(many 300000)
	start_reader -q tap0
	in_peer "$flood" peer0 "$n" 100 3>&- >/dev/null & sender=$!
	until_ok 20 seen 1000
	changes=0
	while kill -0 $sender 2>/dev/null && [ $changes -lt 30 ]; do
		$loader set tap0 snaplen $((changes % 2 * 64)) filter "udp or port $((changes + 1))"
		changes=$((changes + 1))
	done
	wait $sender
	sender=
	echo "$changes changes during $n packets" | sed 's/^/# /' >&3
	[ $changes -ge 3 ]
	[ "$(counter packets)" -eq "$n" ]
	[ "$(counter events)" -eq "$n" ]
	[ "$(counter dropped)" -eq 0 ]
	end_reader INT
	grep -q "^Total Packets: $n " "$out"
	[ "$(in_force generation)" -eq $changes ]
	[ "$(programs)" -eq 1 ]
}


@test "-w: from the change on the file describes the interface anew" {
	$loader attach tap0 snaplen full
	start_reader -w x tap0
	on_cpu_0 3
	$loader set tap0 filter 'udp src portrange 1-2' sample 2
	on_cpu_0 3
	until_ok 5 frames_in_file 4
	end_reader INT
	[ "$(capinfos -I x | grep -c '^Interface #')" -eq 2 ]
	capinfos -I x | grep -q 'udp src portrange 1-2'
	capinfos -I x | grep -q 'one in 2 of the frames that match was written'
	[ "$(statistics_in x | cut -d' ' -f2- | xargs)" = "3 0 3 1 0 1" ]
	[ "$(tcpdump -nr x 2>/dev/null | wc -l)" -eq 4 ]
}

on_cpu_0() { taskset -c 0 nsenter -t "$peer_pid" -n -- "$flood" peer0 "$1" >/dev/null; }
frames_in_file() { [ "$(tcpdump -nr x 2>/dev/null | wc -l)" -eq "$1" ]; }

@test "what can't be set is said, and changes nothing" {
	run -1 $loader set tap0 sample 2
	[[ ${lines[0]} == *"tap0: no tap is pinned in $bpffs"* ]] || { echo "$output"; false; }
	$loader attach tap0 ring 64K filter 'udp'
	before=$($loader -j show)
	refused()
	{
		local status=$1 words=$2
		shift 2
		run "-$status" ${as:-} $loader set tap0 "$@"
		[[ ${lines[0]} == "xdptap-loader: $words"* ]] || { echo "$output"; false; }
		[ "$($loader -j show)" = "$before" ]
		[ "$(programs)" -eq 1 ]
	}
	refused 2 "nothing to set is named"
	refused 2 "filter: can't parse filter expression: syntax error" filter 'tcp prot'
	refused 2 "'resume' contradicts what was said before" pause resume
	refused 2 "'nofilter' contradicts what was said before" filter tcp nofilter
	refused 2 "unknown argument 'ring'" ring 1M
	[ "${lines[1]}" = "hint: use one of: filter sample snaplen action nofilter pause resume trace prog verdicts" ]
	refused 2 "unknown argument 'port'" filter tcp port 443
	[[ ${lines[1]} == "hint: quote an expression of several words: filter 'tcp port ...'; or use one of: "* ]]
	refused 2 "'sample' needs a value" sample
	refused 1 "tap0: its ring buffers have" snaplen full
	as="unshare -n" refused 1 "tap0: its interface is in another network namespace" filter tcp
	as="setpriv --bounding-set=-net_admin" refused 1 "tap0: " filter tcp
	[[ ${lines[1]} == "hint: "*"run as root"* ]]
	# What is in force already needs no other program.
	id=$(in_force prog_id)
	$loader set tap0 filter udp sample 1
	[ "$(in_force prog_id)" = "$id" ]
	[ "$(in_force generation)" -eq 0 ]
}
