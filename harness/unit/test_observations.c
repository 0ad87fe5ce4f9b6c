/* SPDX-License-Identifier: MIT */
/* Proves when two runs count as observed alike, and which difference is told. */
#include "observe/observations.h"

#include "check.h"

static const uint8_t frames[] = {1, 2, 3};

/* One sighting: frame number, observer, time. */
struct sight {
	unsigned frame, observer;
	uint64_t us;
};

static struct observations *observe(const struct sight *sights, size_t count)
{
	struct observations *observations = observations_create();

	for (size_t index = 0; index < count; index++) {
		const struct sight *sight = &sights[index];
		const struct dimp_view frame = {frames + sight->frame, 1};
		CHECK(observations_add(observations, sight->observer, frame,
			(struct dimp_time){sight->us}));
	}
	return observations;
}

static const struct sight all[] = {{0, 0, 10000}, {1, 0, 20000}, {0, 1, 30000}, {0, 0, 40000}};

/* Compares |count| sights with all four. */
static bool agrees(const struct sight *sights, size_t count,
	struct observations_difference *difference)
{
	static const struct observations_gap gap = {{19000}, {21000}};
	const struct observations_gaps gaps = {&gap, 1};
	struct observations *here = observe(sights, count), *there = observe(all, 4);
	const bool is_agreed = observations_agree(here, there, &gaps, difference);

	observations_destroy(here);
	observations_destroy(there);
	return is_agreed;
}

static void test_observations_agree_in_any_order_and_a_little_later(void)
{
	const struct sight later[] = {{0, 0, 42000}, {0, 1, 29000}, {1, 0, 20000}, {0, 0, 10001}};
	struct observations_difference difference;

	CHECK(agrees(later, 4, &difference));
	CHECK_EQ(difference.count, 0);
}

static void test_observations_leave_gaps_out(void)
{
	const struct sight without[] = {{0, 0, 10000}, {0, 1, 30000}, {0, 0, 40000}};
	struct observations_difference difference;

	CHECK(agrees(without, 3, &difference));
}

static void test_observations_tell_the_earliest_difference(void)
{
	const struct sight fewer[] = {{1, 0, 20000}, {0, 0, 40000}};
	struct observations_difference difference;

	CHECK(!agrees(fewer, 2, &difference));
	CHECK_EQ(difference.count, 2);
	CHECK(difference.is_missing);
	CHECK_EQ(difference.time.us, 10000);
	CHECK_EQ(difference.observer, 0);
}

static void test_observations_tell_what_is_too_much_or_elsewhere(void)
{
	const struct sight more[] = {{0, 0, 10000}, {2, 0, 11000}, {0, 2, 30000}, {0, 0, 40000}};
	struct observations_difference difference;

	CHECK(!agrees(more, 4, &difference));
	CHECK_EQ(difference.count, 3);
	CHECK(!difference.is_missing);
	CHECK_EQ(difference.time.us, 11000);
}

static void test_observations_tell_what_came_much_later(void)
{
	const struct sight late[] = {{0, 0, 10000}, {1, 0, 20000}, {0, 1, 30000}, {0, 0, 42001}};
	struct observations_difference difference;

	CHECK(!agrees(late, 4, &difference));
	CHECK_EQ(difference.count, 2);
}

/* A whole millisecond is more than a life loses besides. */
static void test_observations_agree_when_a_life_was_shorter(void)
{
	struct observations *here = observations_create(), *there = observations_create();
	struct observations_difference difference;
	const struct observations_gaps none = {NULL, 0};
	const struct dimp_view frame = {frames, 1};

	CHECK(observations_add_aged(here, 0, frame, (struct dimp_time){7000}));
	CHECK(observations_add_aged(there, 0, frame, (struct dimp_time){10000}));
	CHECK(observations_agree(here, there, &none, &difference));
	CHECK(observations_add_aged(here, 0, frame, (struct dimp_time){20000}));
	CHECK(observations_add_aged(there, 0, frame, (struct dimp_time){23001}));
	CHECK(!observations_agree(here, there, &none, &difference));
	CHECK_EQ(difference.count, 2);
	observations_destroy(here);
	observations_destroy(there);
}

static const struct test_case tests[] = {
	TEST(test_observations_agree_in_any_order_and_a_little_later),
	TEST(test_observations_leave_gaps_out),
	TEST(test_observations_tell_the_earliest_difference),
	TEST(test_observations_tell_what_is_too_much_or_elsewhere),
	TEST(test_observations_tell_what_came_much_later),
	TEST(test_observations_agree_when_a_life_was_shorter),
	TEST_END,
};

const struct test_suite suite_observations = {"observations", tests};
