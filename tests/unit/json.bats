#!/usr/bin/env bats
# JSON lines of the fixtures and of random frames, as other programs read them:
# python3-jsonschema by docs/packet.schema.json, and jq. Run by tests/run as it is.

setup_file() {
	export LINES_FILE=$BATS_FILE_TMPDIR/lines.ndjson
	XDPTAP_JSON_LINES=$LINES_FILE "${XDPTAP_BUILD:-build}/tests/unit/packet_json_test" >&2
}

# Debian's, which has the module, and not one that stands before it in PATH.
validate() {
	/usr/bin/python3 - docs/packet.schema.json "$@" <<-'END'
		import json, sys
		from jsonschema import Draft202012Validator

		schema = json.load(open(sys.argv[1]))
		Draft202012Validator.check_schema(schema)
		validator = Draft202012Validator(schema)
		lines, keys, wrong = 0, set(), 0
		for path in sys.argv[2:]:
		    for line in open(path, encoding="utf-8", errors="strict"):
		        packet = json.loads(line)
		        lines += 1
		        keys |= packet.keys()
		        for error in validator.iter_errors(packet):
		            print(error.message, "in", line, end="")
		            wrong += 1
		never = schema["properties"].keys() - keys
		print(lines, "lines,", wrong, "wrong, keys that never were:", sorted(never))
		sys.exit(wrong > 0)
	END
}

@test "lines of random frames are as the schema says, and have all keys of a frame" {
	run validate "$LINES_FILE"
	echo "$output"
	[ "$status" -eq 0 ]
	# That is of the tap, not of the frame: see system/set.bats.
	[ "$output" = "2000 lines, 0 wrong, keys that never were: ['sample']" ]
}

@test "lines of the fixtures are as the schema says" {
	run validate tests/fixtures/*.ndjson
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == "$(cat tests/fixtures/*.txt | wc -l) lines, 0 wrong,"* ]]
}

@test "the schema takes no other keys, and no values beyond a field's" {
	for change in 'more=1' 'len=-1' 'vlan=4096' 'ts="2026-01-02T03:04:05Z"' 'src="eth0"' \
		'tcp_flags=["NS"]' 'flags=[]' 'data="0"' 'sport=65536' 'ttl="64"'; do
		grep -m 1 '"PSH"' "$LINES_FILE" | jq -c ".$change" >"$BATS_TEST_TMPDIR/wrong"
		run validate "$BATS_TEST_TMPDIR/wrong"
		[ "$status" -eq 1 ] || { echo "taken: $change"; false; }
	done
}

@test "jq gives the same line again, so numbers, strings and order are as it has them" {
	for lines in "$LINES_FILE" tests/fixtures/*.ndjson; do
		jq -c . "$lines" | cmp - "$lines"
	done
}

@test "keys stand in the order of the schema" {
	jq -r '.properties | keys_unsorted[]' docs/packet.schema.json >"$BATS_TEST_TMPDIR/order"
	run jq -n --rawfile order "$BATS_TEST_TMPDIR/order" '
		($order | split("\n") | to_entries | map({(.value): .key}) | add) as $place |
		[inputs | [keys_unsorted[] | $place[.]] | select(. != sort)] | length' \
		"$LINES_FILE" tests/fixtures/*.ndjson
	[ "$output" = 0 ]
}
