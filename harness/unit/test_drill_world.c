/*
 * Proves that a subject with which time stands still ends no drill's run in a loop: one that has
 * always something due at this instant is told from one that falls quiet, whatever a line awaits.
 */
#include "check.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/drill_runner.h"

#define HEAD "# A drill of the world's test.\nclause: DIMP 5.3-1\nbridge\npeer a down\n"

static bool begin(void *user, const struct drill_terms *terms)
{
	(void)user;
	return terms->peer_count == 1;
}

static void end(void *user)
{
	(void)user;
}

static size_t send_nothing(void *user, struct dimp_buffer buffer, dimp_peer *peer,
	struct dimp_time now)
{
	(void)user;
	(void)buffer;
	(void)now;
	*peer = 0;
	return 0;
}

static bool tell_nothing(void *user, struct drill_telling *telling, struct dimp_time now)
{
	(void)user;
	(void)now;
	telling->transition = NULL;
	return false;
}

/* From the instant |user| on something is always due at once. */
static bool wait_restlessly(void *user, struct dimp_time until, struct dimp_time *now)
{
	const uint64_t *since = user;

	(void)until;
	return now->us >= *since;
}

static enum drill_health be_well(void *user, struct text_error *why)
{
	(void)user;
	why->text[0] = '\0';
	return DRILL_WELL;
}

static const struct drill_subject_operations restless = {
	.begin = begin,
	.end = end,
	.transmit = send_nothing,
	.tell = tell_nothing,
	.wait = wait_restlessly,
	.health = be_well,
};

/* How the drill |text| ends with a subject that is restless since |since_us|; what is said of it.
 */
static enum drill_end run(const char *text, uint64_t since_us, char **report)
{
	const char *path = scratch_file("world.drill", text, strlen(text));
	size_t size = 0;
	struct drill_outcome outcome = {
		.report = open_memstream(report, &size),
		.subject = {&restless, &since_us},
	};

	if (path == NULL || outcome.report == NULL)
		return DRILL_SENSELESS;
	(void)drill_run_file(path, &outcome);
	fclose(outcome.report);
	return outcome.end;
}

static void check_restless(const char *text, uint64_t since_us)
{
	char *report = NULL;

	CHECK(run(text, since_us, &report) == DRILL_UNMET);
	if (report == NULL || strstr(report, "does not fall quiet") == NULL)
		CHECK_TEXT(report, "the speaker does not fall quiet");
	free(report);
}

static void test_drill_world_who_never_falls_quiet_meets_no_line(void)
{
	check_restless(HEAD "silence 1s\n", 0);
	check_restless(HEAD "silence 1s\n", 1);
	check_restless(HEAD "within 1s > a initiation\n", 1);
	check_restless(HEAD "within 1s ! associated peer=a\n", 1);
	check_restless(HEAD "within 1s gather a data migration=7 {dhcp_binding vlan=1}\n", 1);
}

static void test_drill_world_who_falls_quiet_is_heard_out(void)
{
	char *report = NULL;

	CHECK(run(HEAD "silence 1s\n", UINT64_MAX, &report) == DRILL_PASSED);
	CHECK_TEXT(report, "");
	free(report);
}

static const struct test_case tests[] = {
	TEST(test_drill_world_who_never_falls_quiet_meets_no_line),
	TEST(test_drill_world_who_falls_quiet_is_heard_out),
	TEST_END,
};

const struct test_suite suite_drill_world = {"drill_world", tests};
