/* Proves that a ledger keeps each run once, tells the same whatever the order in which runs came,
 * and is opened again only by the campaign whose it is. */
#include "unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "campaign/ledger.h"
#include "unit/scratch.h"

static char error[LEDGER_ERROR_SIZE];

static struct trial_move move_of(enum dimp_result result, enum dimp_reason reason,
	uint64_t completion_us, uint64_t blackout_us)
{
	return (struct trial_move){
		.name = "m1",
		.has_response = true,
		.result = result,
		.reason = reason,
		.completion_us = completion_us,
		.blackout_us = blackout_us,
		.stop_us = 1,
	};
}

static void add(struct ledger *ledger, uint64_t seed, uint64_t variation, struct trial_move move)
{
	const struct ledger_run run = {seed, variation, variation == 0 ? "loss=0%" : "loss=1%"};
	const struct trial trial = {
		.digest = seed * 10 + variation,
		.moves = 1,
		.moved = move.result == DIMP_RESULT_SUCCESS,
		.lost = 3,
		.lost_beyond_stop = 2,
		.attacks.of = {[ATTACK_REPLAYED] = seed, [ATTACK_TAKEN] = 1},
		.list = &move,
	};

	CHECK(!ledger_has(ledger, &run));
	CHECK(ledger_add(ledger, &run, &trial));
	CHECK(ledger_has(ledger, &run));
}

static void test_ledger_does_not_depend_on_the_order(void)
{
	const struct ledger_range range = {1, 3, 1};
	struct ledger *one = ledger_open(NULL, "a", error), *other = ledger_open(NULL, "a", error);
	struct ledger_totals first, second;
	const struct trial_move move = move_of(DIMP_RESULT_SUCCESS, DIMP_REASON_NONE, 5, 6);

	REQUIRE(one != NULL && other != NULL);
	for (uint64_t seed = 1; seed <= 3; seed++) {
		add(one, seed, 0, move);
		add(other, 4 - seed, 0, move);
	}
	CHECK(ledger_sum(one, &range, &first) && ledger_sum(other, &range, &second));
	CHECK_EQ(first.runs, 3);
	CHECK_EQ(first.migrations, 3);
	CHECK_EQ(first.succeeded, 3);
	CHECK_EQ(first.failed, 0);
	CHECK_EQ(first.digest, second.digest);
	struct attack_counts attacks;
	CHECK(ledger_sum_attacks(one, &range, &attacks));
	CHECK_EQ(attacks.of[ATTACK_REPLAYED], 1 + 2 + 3);
	CHECK_EQ(attacks.of[ATTACK_MANGLED], 0);
	CHECK_EQ(attacks.of[ATTACK_TAKEN], 3);
	CHECK(ledger_sum(one, &(struct ledger_range){1, 2, 1}, &second));
	CHECK_EQ(second.runs, 2);
	CHECK(first.digest != second.digest);
	ledger_close(one);
	ledger_close(other);
}

/* A hundred durations 1 to 100: the nearest rank of p per cent is p. */
static void test_ledger_spreads_by_nearest_rank(void)
{
	struct ledger *ledger = ledger_open(NULL, "a", error);
	struct ledger_variation summary;
	const struct ledger_range range = {1, 102, 2};

	REQUIRE(ledger != NULL);
	for (uint64_t seed = 1; seed <= 100; seed++)
		add(ledger, seed, 1,
			move_of(DIMP_RESULT_SUCCESS, DIMP_REASON_NONE, 101 - seed, 1000));
	add(ledger, 101, 1, move_of(DIMP_RESULT_FAIL, DIMP_REASON_TRANSFER_FAILED, 7000, 7000));
	add(ledger, 102, 1,
		move_of(DIMP_RESULT_SUCCESS, DIMP_REASON_NONE, TRIAL_NEVER, TRIAL_NEVER));
	CHECK(!ledger_variation(ledger, &range, 0, &summary));
	CHECK(ledger_variation(ledger, &range, 1, &summary));
	CHECK_TEXT(summary.parameters, "loss=1%");
	CHECK_EQ(summary.runs, 102);
	CHECK_EQ(summary.lost, 306);
	CHECK_EQ(summary.lost_beyond_stop, 204);
	CHECK_EQ(summary.outcome_count, 2);
	CHECK_TEXT(summary.outcomes[0].name, "SUCCESS");
	CHECK_EQ(summary.outcomes[0].count, 101);
	CHECK_TEXT(summary.outcomes[1].name, "FAIL TRANSFER_FAILED");
	CHECK_EQ(summary.spread[LEDGER_COMPLETION].count, 100);
	CHECK_EQ(summary.spread[LEDGER_COMPLETION].p50, 50);
	CHECK_EQ(summary.spread[LEDGER_COMPLETION].p90, 90);
	CHECK_EQ(summary.spread[LEDGER_COMPLETION].p99, 99);
	CHECK_EQ(summary.spread[LEDGER_COMPLETION].most, 100);
	CHECK_EQ(summary.spread[LEDGER_BLACKOUT].p50, 1000);
	ledger_close(ledger);
}

static void test_ledger_tells_the_first_failure(void)
{
	struct ledger *ledger = ledger_open(NULL, "a", error);
	const struct ledger_range range = {1, 10, 2};
	const struct trial unsound = {.verdict = TRIAL_UNSOUND, .text = "it's broken"};
	const struct trial hung = {.verdict = TRIAL_CRASHED, .text = "it hung"};
	struct ledger_run run;
	struct trial trial;

	REQUIRE(ledger != NULL);
	CHECK(!ledger_first_failure(ledger, &range, &run, &trial));
	CHECK(ledger_add(ledger, &(struct ledger_run){7, 0, ""}, &hung));
	CHECK(ledger_add(ledger, &(struct ledger_run){5, 1, ""}, &unsound));
	CHECK(ledger_first_failure(ledger, &range, &run, &trial));
	CHECK_EQ(run.seed, 5);
	CHECK_EQ(run.variation, 1);
	CHECK_EQ(trial.verdict, TRIAL_UNSOUND);
	CHECK_TEXT(trial.text, "it's broken");
	CHECK(!ledger_first_failure(ledger, &(struct ledger_range){1, 5, 1}, &run, &trial));
	ledger_close(ledger);
}

static void test_ledger_is_kept_and_is_one_campaigns(void)
{
	const char *path = scratch_path("ledger.sqlite");
	const struct ledger_run run = {1, 0, "loss=0%"};

	struct ledger *ledger = ledger_open(path, "a", error);

	REQUIRE(ledger != NULL);
	add(ledger, 1, 0, move_of(DIMP_RESULT_SUCCESS, DIMP_REASON_NONE, 5, 6));
	ledger_close(ledger);
	CHECK(ledger_open(path, "b", error) == NULL);
	CHECK(strstr(error, "another campaign") != NULL);
	ledger = ledger_open(path, "a", error);
	REQUIRE(ledger != NULL);
	CHECK(ledger_has(ledger, &run));
	ledger_close(ledger);
	unlink(path);
	CHECK(ledger_open("/dev/null/ledger", "a", error) == NULL);
	CHECK_TEXT(error, "unable to open database file");
}

static void test_ledger_writes_csv(void)
{
	struct ledger *ledger = ledger_open(NULL, "a", error);
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	REQUIRE(ledger != NULL && stream != NULL);
	struct trial_move move = move_of(DIMP_RESULT_SUCCESS, DIMP_REASON_NONE, 5, TRIAL_NEVER);
	snprintf(move.name, sizeof move.name, "a,\"b\"");
	add(ledger, 2, 1, move);
	CHECK(ledger_write_csv(ledger, &(struct ledger_range){1, 2, 2}, stream));
	fclose(stream);
	CHECK_TEXT(text,
		"seed,variation,parameters,name,result,reason,error,completion_us,blackout_us,"
		"stop_us,digest\n"
		"2,1,loss=1%,\"a,\"\"b\"\"\",SUCCESS,NONE,NONE,5,,1,0000000000000015\n");
	free(text);
	ledger_close(ledger);
}

static const struct test_case tests[] = {
	TEST(test_ledger_does_not_depend_on_the_order),
	TEST(test_ledger_spreads_by_nearest_rank),
	TEST(test_ledger_tells_the_first_failure),
	TEST(test_ledger_is_kept_and_is_one_campaigns),
	TEST(test_ledger_writes_csv),
	TEST_END,
};

const struct test_suite suite_ledger = {"ledger", tests};
