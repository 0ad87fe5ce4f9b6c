/*
 * Proves that a random stream is SplitMix64 into xoshiro256**, that names and seeds tell streams
 * apart, and that one stream does not disturb another.
 */
#include "check.h"

#include <stdio.h>

#include "engine/random_stream.h"

/* From the state {1, 2, 3, 4}, worked out with pencil: 2 * 5 rotated by 7, times 9, is 11520. */
static void test_random_stream_is_xoshiro256_starstar(void)
{
	struct random_stream stream = {{1, 2, 3, 4}};

	CHECK_EQ(random_stream_next(&stream), 11520);
	CHECK_EQ(stream.state[0], 7); /* 1 ^ (4 ^ 2) */
	CHECK_EQ(stream.state[1], 0); /* 2 ^ (3 ^ 1) */
	CHECK_EQ(stream.state[2], 0x40002); /* (3 ^ 1) ^ 2 << 17 */
	CHECK_EQ(stream.state[3], 0xc00000000000); /* (4 ^ 2) rotated by 45 */
	CHECK_EQ(random_stream_next(&stream), 0);
}

static void test_random_stream_repeats_for_seed_and_name(void)
{
	struct random_stream first, second, other_seed, other_name;

	random_stream_init(&first, 7, "loss");
	random_stream_init(&second, 7, "loss");
	random_stream_init(&other_seed, 8, "loss");
	random_stream_init(&other_name, 7, "losses");

	const uint64_t drawn = random_stream_next(&first);

	CHECK_EQ(random_stream_next(&second), drawn);
	CHECK(random_stream_next(&other_seed) != drawn);
	CHECK(random_stream_next(&other_name) != drawn);
}

/* Of 64,000 bits about half are set: six standard deviations are 759. */
static void test_random_stream_is_balanced(void)
{
	struct random_stream stream;
	unsigned ones = 0;

	random_stream_init(&stream, 1, "balance");
	for (unsigned drawn = 0; drawn < 1000; drawn++)
		for (uint64_t left = random_stream_next(&stream); left; left &= left - 1)
			ones++;
	CHECK(ones > 32000 - 759);
	CHECK(ones < 32000 + 759);
}

static void test_random_table_keeps_streams_apart(void)
{
	struct random_table table = {.seed = 5};
	struct random_stream alone;
	char name[16];

	random_stream_init(&alone, 5, "s0");
	for (unsigned round = 0; round < 3; round++)
		for (unsigned index = 0; index < 1000; index++) {
			(void)snprintf(name, sizeof name, "s%u", index);
			const uint64_t drawn = random_stream_next(random_table_find(&table, name));

			if (index == 0)
				CHECK_EQ(drawn, random_stream_next(&alone));
		}
	CHECK_EQ(table.used, 1000);
	random_table_wipe(&table);
	CHECK_EQ(table.used, 0);
}

static const struct test_case tests[] = {
	TEST(test_random_stream_is_xoshiro256_starstar),
	TEST(test_random_stream_repeats_for_seed_and_name),
	TEST(test_random_stream_is_balanced),
	TEST(test_random_table_keeps_streams_apart),
	TEST_END,
};

const struct test_suite suite_random_stream = {"random_stream", tests};
