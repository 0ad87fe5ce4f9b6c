/* SPDX-License-Identifier: MIT */
/*
 * Proves that a seed always draws the same world, that what it draws is a scenario the reader
 * takes, that a planted bug is found and told apart from a sound world, and that a failing draw
 * gets smaller without changing how it fails.
 */
#include "campaign/draw.h"

#include <stdlib.h>
#include <string.h>

#include "campaign/shrink.h"
#include "check.h"

static char *text_of(const struct draw *draw)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	REQUIRE(stream != NULL);
	draw_write(draw, stream);
	fclose(stream);
	return text;
}

static void test_draw_is_the_same_each_time(void)
{
	static struct draw one, other, third;

	draw_make(&one, 7);
	draw_make(&other, 7);
	draw_make(&third, 8);
	char *text = text_of(&one), *same = text_of(&other), *another = text_of(&third);
	CHECK_TEXT(text, same);
	CHECK(strcmp(text, another) != 0);
	free(text);
	free(same);
	free(another);
}

static void test_draw_is_a_scenario(void)
{
	static struct scenario_errors errors;
	static struct draw draw;

	for (uint64_t seed = 1; seed <= 200; seed++) {
		draw_make(&draw, seed);
		char *text = text_of(&draw);
		struct scenario *scenario = scenario_read(&(struct scenario_source){.path = "draw",
								  .text = text,
								  .size = strlen(text)},
			&errors);
		CHECK_TEXT(errors.count > 0 ? errors.list[0].text : "", "");
		scenario_destroy(scenario);
		free(text);
	}
}

/* Among a few hundred worlds every fault, trait and habit is drawn, and written so that it is read.
 */
static void test_draw_has_everything_sometimes(void)
{
	static const char *const words[] = {"authority: consent", "authority: ticket",
		"supported:", "versions:", "lies: [freeze]", "hold_frames:", "remap:", "hint: none",
		"hint: unknown", "ticket: none", "ticket: one-type",
		"announcer:", "optional:", "cancel: m", "revoke: vm", "close: edge-",
		"close: server-", "kind: echo", "queue:", "trigger: vdp",
		"CONTINUE_AT_RISK: continue", "converge: post-copy", "runs: [dot1x",
		"mka:", "radius:", "leaves_untold:", "elsewhere: server-",
		"precopy:", "savi:", "attack: edge-", "lie: ", "die: vm"};
	static struct draw draw;
	uint64_t found = 0;

	for (uint64_t seed = 1; seed <= 600; seed++) {
		draw_make(&draw, seed);
		char *text = text_of(&draw);
		for (unsigned index = 0; index < sizeof words / sizeof words[0]; index++)
			found |= (uint64_t)(strstr(text, words[index]) != NULL) << index;
		free(text);
	}
	CHECK_EQ(found, (UINT64_C(1) << sizeof words / sizeof words[0]) - 1);
}

static void test_draw_with_a_planted_bug_fails_and_shrinks(void)
{
	const struct shrink_config sound = {SCENARIO_PLANT_NONE, 60, 0};
	const struct shrink_config planted = {SCENARIO_PLANT_THAW_AFTER_RELEASE, 60, 25};
	static struct draw draw;
	struct trial trial;

	draw_make(&draw, 3);
	const unsigned faults = draw.faults;
	shrink_try(&trial, &draw, &sound);
	CHECK_EQ(trial.verdict, TRIAL_WELL);
	CHECK_TEXT(trial.text, "");
	shrink_try(&trial, &draw, &planted);
	CHECK_EQ(trial.verdict, TRIAL_UNSOUND);
	CHECK(shrink_draw(&draw, &trial, &planted) <= 25);
	CHECK_EQ(trial.verdict, TRIAL_UNSOUND);
	unsigned dropped = 0;
	for (unsigned index = 0; index < draw.faults; index++)
		dropped += draw.fault[index].is_dropped;
	for (unsigned index = 0; index < draw.vms; index++)
		dropped += draw.vm[index].is_dropped;
	CHECK_EQ(draw.faults, faults);
	CHECK(dropped > 0);
}

static const struct test_case tests[] = {
	TEST(test_draw_is_the_same_each_time),
	TEST(test_draw_is_a_scenario),
	TEST(test_draw_has_everything_sometimes),
	TEST(test_draw_with_a_planted_bug_fails_and_shrinks),
	TEST_END,
};

const struct test_suite suite_draw = {"draw", tests};
