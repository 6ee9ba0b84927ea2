// SPDX-License-Identifier: BSD-2-Clause
/* loader/members.c: which entry belongs to which program, and the places of those that run. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "loader/members.h"

#define MAX XDPTAP_MEMBERS_MAX

static struct tap_member members[MAX];
static struct traced_list list;

static int forget(void **state)
{
	(void)state;
	memset(members, 0, sizeof(members));
	memset(&list, 0, sizeof(list));
	return 0;
}

static void append(__u32 id, const char *name)
{
	struct traced *t = &list.list[list.n++];

	*t = (struct traced){ .fd = -1, .id = id, .chain_actions = 1u << id % 5 };
	snprintf(t->name, sizeof(t->name), "%s", name);
}

static void insert(__u32 at, __u32 id, const char *name)
{
	struct traced last;

	append(id, name);
	last = list.list[list.n - 1];
	memmove(&list.list[at + 1], &list.list[at], (list.n - 1 - at) * sizeof(last));
	list.list[at] = last;
}

static void take_out(__u32 at)
{
	list.n--;
	memmove(&list.list[at], &list.list[at + 1], (list.n - at) * sizeof(list.list[0]));
}

/* As verdicts_follow(): then they are traced. */
static void follow(void)
{
	assert_int_equal(members_assign(&list, members), 0);
	for (__u32 i = 0; i < list.n; i++)
		members[list.list[i].member].traced = 1;
}

static __u32 place(__u32 i)
{
	return members[list.list[i].member].place;
}

static bool is_listed(__u32 id)
{
	for (__u32 i = 0; i < list.n; i++)
		if (list.list[i].id == id)
			return true;
	return false;
}

/* What holds of any list and whatever was there before. */
static void assert_sound(void)
{
	bool taken[MAX] = { false };
	__u32 last = 0, m;

	for (__u32 i = 0; i < list.n; i++) {
		m = list.list[i].member;
		assert_true(m < MAX);
		assert_false(taken[m]);
		taken[m] = true;
		assert_int_equal(members[m].prog_id, list.list[i].id);
		/* After the last one there is none to go on to. */
		assert_int_equal(members[m].chain_actions,
				 i + 1 < list.n ? list.list[i].chain_actions : 0);
		assert_string_equal(members[m].name, list.list[i].name);
		assert_true(members[m].place > last);
		last = members[m].place;
	}
	for (m = 0; m < MAX; m++)
		assert_true(taken[m] || !members[m].traced);
}

static void entries_are_kept_by_id(void **state)
{
	__u32 first, second;

	(void)state;
	append(10, "a");
	append(20, "b");
	follow();
	first = list.list[0].member;
	second = list.list[1].member;
	assert_int_equal(place(1) > place(0), 1);
	list.list[0].member = list.list[1].member = 99;
	assert_int_equal(members_assign(&list, members), 0);
	assert_int_equal(list.list[0].member, first);
	assert_int_equal(list.list[1].member, second);
	/* It says what was, for the caller to find out what is new. */
	assert_int_equal(members[first].traced && members[second].traced, 1);
}

static void a_new_one_is_not_traced_yet(void **state)
{
	(void)state;
	append(10, "a");
	assert_int_equal(members_assign(&list, members), 0);
	assert_int_equal(members[list.list[0].member].traced, 0);
	assert_sound();
}

static void what_left_keeps_its_entry(void **state)
{
	__u32 left;

	(void)state;
	append(10, "a");
	append(20, "b");
	follow();
	left = list.list[0].member;
	take_out(0);
	append(30, "c");
	follow();
	assert_int_equal(members[left].prog_id, 10);
	assert_string_equal(members[left].name, "a");
	assert_int_equal(members[left].traced, 0);
	assert_sound();
}

static void one_of_the_same_name_goes_on_with_the_entry(void **state)
{
	__u32 left;

	(void)state;
	append(10, "a");
	append(20, "b");
	follow();
	left = list.list[1].member;
	take_out(1);
	follow();
	insert(0, 30, "b");
	assert_int_equal(members_assign(&list, members), 0);
	assert_int_equal(list.list[0].member, left);
	assert_int_equal(members[left].prog_id, 30);
	assert_int_equal(members[left].traced, 0);
	assert_sound();
}

/* It was loaded again, and nobody called in between. */
static void replaced_by_one_of_the_same_name(void **state)
{
	__u32 entry;

	(void)state;
	append(10, "a");
	follow();
	entry = list.list[0].member;
	list.list[0].id = 20;
	assert_int_equal(members_assign(&list, members), 0);
	assert_int_equal(list.list[0].member, entry);
	assert_int_equal(members[entry].traced, 0);
}

/* Where it was does not matter then: others may have come in between. */
static void what_comes_back_has_the_place_where_it_is(void **state)
{
	__u32 last;

	(void)state;
	append(10, "a");
	append(20, "b");
	append(25, "leaves");
	append(30, "c");
	follow();
	take_out(2); /* else new places were the old ones */
	for (__u32 again = 0; again < 2; again++) {
		last = place(2);
		take_out(0);
		follow();
		insert(1, again ? 10 : 40, "a");
		follow();
		assert_sound();
		assert_int_equal(place(2), last);
		take_out(1);
		follow();
		insert(0, 10, "a");
		follow();
		assert_int_equal(place(2), last);
	}
}

/* While the old one is there, the new one of its name is another one. */
static void two_of_the_same_name_have_two_entries(void **state)
{
	(void)state;
	append(10, "a");
	follow();
	append(20, "a");
	follow();
	assert_int_not_equal(list.list[0].member, list.list[1].member);
	assert_sound();
	/* Both leave, and come again with other ids: two entries do. */
	list.list[0].id = 30;
	list.list[1].id = 40;
	follow();
	assert_sound();
	assert_int_equal(list.list[0].member + list.list[1].member, 1);
	assert_int_equal(members[2].prog_id, 0);
}

/* A name that is cut would be that of another one. */
static void the_longest_name(void **state)
{
	char name[XDPTAP_TRACED_NAME_MAX];
	__u32 left;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	append(10, name);
	follow();
	left = list.list[0].member;
	assert_string_equal(members[left].name, name);
	list.list[0].id = 20;
	follow();
	assert_int_equal(list.list[0].member, left);
	list.list[0].id = 30;
	list.list[0].name[sizeof(name) - 2] = 'y';
	follow();
	assert_int_not_equal(list.list[0].member, left);
}

static void no_room_for_the_33rd(void **state)
{
	char name[16];

	(void)state;
	for (__u32 i = 0; i < MAX; i++) {
		list.n = 0;
		snprintf(name, sizeof(name), "p%u", i);
		append(100 + i, name);
		follow();
		assert_sound();
	}
	list.n = 0;
	append(500, "another");
	assert_int_equal(members_assign(&list, members), -ENOSPC);
	/* A known one has room, by its id and by its name. */
	list.n = 0;
	append(131, "p31");
	append(501, "p7");
	follow();
	assert_int_equal(list.list[1].member, 7);
	assert_sound();
}

static void those_that_run_keep_their_places(void **state)
{
	__u32 first, last;

	(void)state;
	append(10, "a");
	append(20, "b");
	follow();
	first = place(0);
	last = place(1);
	insert(1, 30, "between");
	insert(0, 40, "before");
	append(50, "behind");
	follow();
	assert_sound();
	assert_int_equal(place(1), first);
	assert_int_equal(place(3), last);
}

/* Between the same two, again and again: when there is no place left, all get new ones. */
static void no_place_between_two(void **state)
{
	__u32 renumbered = 0, first, last;
	char name[16];

	(void)state;
	append(10, "a");
	append(20, "b");
	follow();
	for (__u32 i = 0; i < 100; i++) {
		first = place(0);
		last = place(list.n - 1);
		snprintf(name, sizeof(name), "n%u", i % 5);
		insert(1, 100 + i, name);
		follow();
		assert_sound();
		renumbered += place(0) != first || place(list.n - 1) != last;
		if (list.n > 5) /* never all: the last one that came stays beside the first one */
			take_out(2);
	}
	assert_true(renumbered > 0);
	assert_true(renumbered < 50);
}

/* Programs come and go behind one that stays, so the numbers grow until they end. */
static void the_last_place(void **state)
{
	(void)state;
	append(1, "stays");
	append(2, "n0");
	for (__u32 i = 0; i < 10000; i++) {
		append(10 + i, i % 2 ? "n0" : "n1");
		follow();
		assert_sound();
		take_out(1);
	}
}

static void another_order(void **state)
{
	struct traced first;

	(void)state;
	append(10, "a");
	append(20, "b");
	append(30, "c");
	follow();
	first = list.list[0];
	take_out(0);
	list.list[list.n++] = first;
	follow();
	assert_sound();
}

/* What is in the map is input: places and names of anything. */
static void any_entries(void **state)
{
	(void)state;
	for (int round = 0; round < 2000; round++) {
		for (__u32 i = 0; i < MAX; i++) {
			members[i] = (struct tap_member){ .prog_id = (__u32)rand() % 20,
							  .place = (__u32)rand() * 2 + 1,
							  .traced = (__u32)rand() % 2 };
			snprintf(members[i].name, sizeof(members[i].name), "n%d", rand() % 8);
		}
		list.n = 0;
		for (__u32 i = 0; i < 5; i++)
			append(1 + (__u32)round % 3 + 4 * i, "n1");
		if (!members_assign(&list, members))
			assert_sound();
	}
}

/* The model: the name of an entry never changes, and its program only for one of that name, after
 * it left. Programs come, go, and change places. */
static void at_random(void **state)
{
	struct tap_member before[MAX];
	__u32 next_id = 1, at;
	char name[16];
	int err;

	(void)state;
	for (int step = 0; step < 50000; step++) {
		memcpy(before, members, sizeof(before));
		at = list.n ? (__u32)rand() % list.n : 0;
		if (list.n && (list.n == TRACED_MAX || rand() % 2)) {
			take_out(at);
		} else {
			snprintf(name, sizeof(name), "n%d", rand() % 14);
			insert(at, next_id++, name);
		}
		if (list.n > 1 && rand() % 16 == 0) {
			struct traced first = list.list[0];

			take_out(0);
			list.list[list.n++] = first;
		}
		err = members_assign(&list, members);
		/* Eleven at once and fourteen names: there may be no room, and then nothing is
		 * written. */
		if (err) {
			assert_int_equal(err, -ENOSPC);
			forget(NULL);
			continue;
		}
		assert_sound();
		for (__u32 i = 0; i < MAX; i++) {
			if (!before[i].prog_id)
				continue;
			assert_string_equal(members[i].name, before[i].name);
			if (members[i].prog_id != before[i].prog_id)
				assert_true(is_listed(members[i].prog_id) &&
					    !is_listed(before[i].prog_id));
			else if (before[i].traced && !is_listed(before[i].prog_id))
				assert_int_equal(members[i].place, before[i].place);
		}
		for (__u32 i = 0; i < list.n; i++)
			members[list.list[i].member].traced = 1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(entries_are_kept_by_id, forget),
		cmocka_unit_test_setup(a_new_one_is_not_traced_yet, forget),
		cmocka_unit_test_setup(what_left_keeps_its_entry, forget),
		cmocka_unit_test_setup(one_of_the_same_name_goes_on_with_the_entry, forget),
		cmocka_unit_test_setup(replaced_by_one_of_the_same_name, forget),
		cmocka_unit_test_setup(what_comes_back_has_the_place_where_it_is, forget),
		cmocka_unit_test_setup(two_of_the_same_name_have_two_entries, forget),
		cmocka_unit_test_setup(the_longest_name, forget),
		cmocka_unit_test_setup(no_room_for_the_33rd, forget),
		cmocka_unit_test_setup(those_that_run_keep_their_places, forget),
		cmocka_unit_test_setup(no_place_between_two, forget),
		cmocka_unit_test_setup(the_last_place, forget),
		cmocka_unit_test_setup(another_order, forget),
		cmocka_unit_test_setup(any_entries, forget),
		cmocka_unit_test_setup(at_random, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
