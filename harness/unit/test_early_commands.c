/* SPDX-License-Identifier: MIT */
/* Proves that commands which overtook their REQUEST are kept for it alone, and the newest of them
 * (DIMP 9.2-8). */
#include "check.h"

#include "early_commands.h"

static void keep(struct early_commands *commands, dimp_peer station, uint64_t request)
{
	const struct early_command command = {station, request, DIMP_MESSAGE_CUTOVER};

	early_commands_keep(commands, &command);
}

static void test_early_commands_are_for_one_request_of_one_station(void)
{
	struct early_commands commands = {.count = 0};
	enum dimp_message_kind kind = DIMP_MESSAGE_PING;

	keep(&commands, 1, 5);
	CHECK(!early_commands_take(&commands, 2, 5, &kind));
	CHECK(!early_commands_take(&commands, 1, 6, &kind));
	CHECK(early_commands_take(&commands, 1, 5, &kind));
	CHECK_EQ(kind, DIMP_MESSAGE_CUTOVER);
	CHECK(!early_commands_take(&commands, 1, 5, &kind));
}

static void test_early_commands_beyond_the_bound_push_out_the_oldest(void)
{
	struct early_commands commands = {.count = 0};
	enum dimp_message_kind kind;

	for (uint64_t request = 0; request <= DIMP_EARLY_COMMANDS; request++)
		keep(&commands, 1, request);
	CHECK(!early_commands_take(&commands, 1, 0, &kind));
	for (uint64_t request = 1; request <= DIMP_EARLY_COMMANDS; request++)
		CHECK(early_commands_take(&commands, 1, request, &kind));
}

static const struct test_case tests[] = {
	TEST(test_early_commands_are_for_one_request_of_one_station),
	TEST(test_early_commands_beyond_the_bound_push_out_the_oldest),
	TEST_END,
};

const struct test_suite suite_early_commands = {"early_commands", tests};
