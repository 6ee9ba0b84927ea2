// SPDX-License-Identifier: BSD-2-Clause
/* fate.c: the words for each action and any name, and when the members are read again. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pin/verdicts.h"
#include "reader/fate.h"

#define MAP_FD 7

/* What the map holds, how often it was read, and whether it can't be. */
static struct tap_member map[XDPTAP_MEMBERS_MAX];
static int reads, refused;

/* What fate.c calls instead: the linker's --wrap. */
int __wrap_verdicts_read_members(int members_fd, struct tap_member members[XDPTAP_MEMBERS_MAX]);

int __wrap_verdicts_read_members(int members_fd, struct tap_member members[XDPTAP_MEMBERS_MAX])
{
	assert_int_equal(members_fd, MAP_FD);
	reads++;
	if (refused)
		return -EACCES;
	memcpy(members, map, sizeof(map));
	return 0;
}

static int new_map(void **state)
{
	(void)state;
	memset(map, 0, sizeof(map));
	reads = refused = 0;
	return 0;
}

static void set_member(uint32_t i, uint32_t prog_id, const char *name)
{
	map[i] = (struct tap_member){ .prog_id = prog_id, .traced = 1 };
	strcpy(map[i].name, name);
}

static const char *put(enum fate_form form, uint32_t action, const char *name)
{
	static char words[FATE_MAX];
	struct tap_member member = { .prog_id = 57 };

	if (name)
		strcpy(member.name, name);
	memset(words, '#', sizeof(words));
	fate_put(words, form, action, name ? &member : NULL);
	return words;
}

static void each_action(void **state)
{
	static const char *const names[] = { "ABORTED", "DROP", "PASS", "TX", "REDIRECT", "OTHER" };
	static const char *const keys[] = { "aborted", "drop", "pass", "tx", "redirect", "other" };
	char want[128];

	(void)state;
	for (uint32_t action = 0; action < 10; action++) {
		uint32_t i = action < 5 ? action : 5;

		snprintf(want, sizeof(want), " [%s by fw_main]", names[i]);
		assert_string_equal(put(FATE_TEXT, action, "fw_main"), want);
		snprintf(want, sizeof(want), "%s by fw_main", names[i]);
		assert_string_equal(put(FATE_COMMENT, action, "fw_main"), want);
		snprintf(want, sizeof(want),
			 ",\"action\":\"%s\",\"prog\":\"fw_main\",\"prog_id\":57", keys[i]);
		assert_string_equal(put(FATE_JSON, action, "fw_main"), want);
	}
}

static void program_that_is_unknown(void **state)
{
	(void)state;
	assert_string_equal(put(FATE_TEXT, XDPTAP_DROP, NULL), " [DROP]");
	assert_string_equal(put(FATE_COMMENT, XDPTAP_DROP, NULL), "DROP");
	assert_string_equal(put(FATE_JSON, XDPTAP_DROP, NULL), ",\"action\":\"drop\"");
}

static void name_that_controls_terminals(void **state)
{
	(void)state;
	assert_string_equal(put(FATE_TEXT, XDPTAP_DROP, "a\x1b[31m\n\xff"),
			    " [DROP by a\\x1b[31m\\x0a\\xff]");
	assert_string_equal(
		put(FATE_JSON, XDPTAP_DROP, "a\"\x1b\xff"),
		",\"action\":\"drop\",\"prog\":\"a\\\"\\u001b\xef\xbf\xbd\",\"prog_id\":57");
	/* pcapng.c makes UTF-8 of it. */
	assert_string_equal(put(FATE_COMMENT, XDPTAP_DROP, "a\x1b\xff"), "DROP by a\x1b\xff");
}

static void longest_name(void **state)
{
	char name[XDPTAP_TRACED_NAME_MAX] = "";

	(void)state;
	memset(name, 1, sizeof(name) - 1);
	assert_int_equal(strlen(put(FATE_TEXT, XDPTAP_REDIRECT, name)),
			 strlen(" [REDIRECT by ]") + 4 * 127);
	assert_in_range(strlen(put(FATE_JSON, XDPTAP_REDIRECT, name)), 6 * 127, FATE_MAX - 1);
	assert_int_equal(strlen(put(FATE_COMMENT, XDPTAP_REDIRECT, name)),
			 strlen("REDIRECT by ") + 127);
}

static const char *words_of(struct fate_table *f, uint32_t action, uint32_t member)
{
	const struct packet_event ev = { .action = action & 7, .member = member & 31 };

	return fate_table_words(f, MAP_FD, &ev);
}

static void known_members_are_read_once(void **state)
{
	struct fate_table *f = fate_table_create(FATE_TEXT);

	(void)state;
	assert_non_null(f);
	set_member(0, 57, "xdpfilt_alw_all");
	set_member(31, 58, "pass_all");
	fate_table_read(f, MAP_FD);
	for (int batch = 0; batch < 3; batch++) {
		fate_table_begin(f);
		assert_string_equal(words_of(f, XDPTAP_DROP, 0), " [DROP by xdpfilt_alw_all]");
		assert_string_equal(words_of(f, XDPTAP_PASS, 31), " [PASS by pass_all]");
		assert_string_equal(words_of(f, 7, 31), " [OTHER by pass_all]");
	}
	assert_int_equal(reads, 1);
	fate_table_free(f);
}

/* At once if the reader has not looked since the batch began; and no more often than that. */
static void member_that_joins(void **state)
{
	struct fate_table *f = fate_table_create(FATE_TEXT);

	(void)state;
	assert_non_null(f);
	set_member(0, 57, "first");
	fate_table_read(f, MAP_FD);
	fate_table_begin(f);
	for (int i = 0; i < 3; i++)
		assert_string_equal(words_of(f, XDPTAP_DROP, 1), " [DROP]");
	assert_int_equal(reads, 2);
	set_member(1, 58, "second");
	assert_string_equal(words_of(f, XDPTAP_DROP, 1), " [DROP]");
	fate_table_begin(f);
	assert_string_equal(words_of(f, XDPTAP_DROP, 0), " [DROP by first]");
	assert_int_equal(reads, 2);
	assert_string_equal(words_of(f, XDPTAP_DROP, 1), " [DROP by second]");
	assert_string_equal(words_of(f, XDPTAP_PASS, 1), " [PASS by second]");
	assert_int_equal(reads, 3);
	fate_table_free(f);
}

/* After a change of settings: an entry of the same name has another program. */
static void program_that_was_loaded_again(void **state)
{
	struct fate_table *f = fate_table_create(FATE_JSON);

	(void)state;
	assert_non_null(f);
	set_member(3, 57, "fw");
	fate_table_read(f, MAP_FD);
	assert_string_equal(words_of(f, XDPTAP_TX, 3),
			    ",\"action\":\"tx\",\"prog\":\"fw\",\"prog_id\":57");
	set_member(3, 90, "fw");
	assert_string_equal(words_of(f, XDPTAP_TX, 3),
			    ",\"action\":\"tx\",\"prog\":\"fw\",\"prog_id\":57");
	fate_table_read(f, MAP_FD);
	assert_string_equal(words_of(f, XDPTAP_TX, 3),
			    ",\"action\":\"tx\",\"prog\":\"fw\",\"prog_id\":90");
	fate_table_free(f);
}

static void map_that_cannot_be_read(void **state)
{
	struct fate_table *f = fate_table_create(FATE_COMMENT);

	(void)state;
	assert_non_null(f);
	set_member(0, 57, "fw");
	fate_table_read(f, MAP_FD);
	refused = 1;
	fate_table_read(f, MAP_FD);
	fate_table_begin(f);
	assert_string_equal(words_of(f, XDPTAP_DROP, 0), "DROP by fw");
	assert_string_equal(words_of(f, XDPTAP_DROP, 1), "DROP");
	fate_table_free(f);
	fate_table_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_action),
		cmocka_unit_test(program_that_is_unknown),
		cmocka_unit_test(name_that_controls_terminals),
		cmocka_unit_test(longest_name),
		cmocka_unit_test_setup(known_members_are_read_once, new_map),
		cmocka_unit_test_setup(member_that_joins, new_map),
		cmocka_unit_test_setup(program_that_was_loaded_again, new_map),
		cmocka_unit_test_setup(map_that_cannot_be_read, new_map),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
