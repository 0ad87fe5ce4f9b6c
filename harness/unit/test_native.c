/*
 * Proves the native engine: order, virtual time, frames between nodes, tap and observer, and that a
 * seed gives one run.
 */
#include "check.h"

#include <string.h>

#include "engine/engine.h"

/* A diary that actions write into: a letter and the time of each. */
struct diary {
	struct engine *engine;
	char letters[64];
	uint64_t times[64];
	size_t count;
};

static void note(struct diary *diary, char letter)
{
	if (diary->count + 1 >= sizeof diary->letters)
		return;
	diary->letters[diary->count] = letter;
	diary->times[diary->count++] = engine_now(diary->engine).us;
	diary->letters[diary->count] = '\0';
}

#define NOTING(letter) \
	static void note_##letter(void *context, struct dimp_time now) \
	{ \
		(void)now; \
		note(context, #letter[0]); \
	}
NOTING(a)
NOTING(b)
NOTING(c)
NOTING(o)

static void schedule_c_now(void *context, struct dimp_time now)
{
	struct diary *diary = context;

	note(diary, 's');
	engine_schedule(diary->engine, now, note_c, diary);
}

static struct diary diary_open(uint64_t seed)
{
	return (struct diary){.engine = engine_native_create(seed)};
}

static void at(struct diary *diary, uint64_t at_us, engine_action *action)
{
	CHECK(engine_schedule(diary->engine, (struct dimp_time){at_us}, action, diary) != 0);
}

static void test_native_ties_keep_the_order_of_asking(void)
{
	struct diary diary = diary_open(1);

	at(&diary, 20, note_c);
	at(&diary, 10, schedule_c_now);
	at(&diary, 10, note_b);
	at(&diary, 5, note_a);
	at(&diary, 10, note_a);
	engine_run(diary.engine, DIMP_NEVER);
	CHECK_TEXT(diary.letters, "asbacc");
	CHECK_EQ(diary.times[4], 10);
	CHECK_EQ(engine_now(diary.engine).us, 20);
	engine_destroy(diary.engine);
}

static void test_native_runs_up_to_and_including_until(void)
{
	struct diary diary = diary_open(1);

	at(&diary, 10, note_a);
	at(&diary, 11, note_b);
	at(&diary, UINT64_MAX, note_c);
	engine_run(diary.engine, (struct dimp_time){10});
	CHECK_TEXT(diary.letters, "a");
	CHECK_EQ(engine_now(diary.engine).us, 10);
	at(&diary, 3, note_c); /* past: at once */
	engine_run(diary.engine, (struct dimp_time){500});
	CHECK_TEXT(diary.letters, "acb");
	CHECK_EQ(diary.times[1], 10);
	CHECK_EQ(engine_now(diary.engine).us, 500);
	engine_run(diary.engine, DIMP_NEVER);
	CHECK_TEXT(diary.letters, "acb");
	engine_destroy(diary.engine);
}

static void test_native_cancelled_timer_does_nothing(void)
{
	struct diary diary = diary_open(1);
	const struct dimp_time ten = {10};
	const engine_timer first = engine_schedule(diary.engine, ten, note_a, &diary);
	const engine_timer second = engine_schedule(diary.engine, ten, note_b, &diary);

	engine_cancel(diary.engine, first);
	engine_cancel(diary.engine, 0);
	engine_run(diary.engine, DIMP_NEVER);
	engine_cancel(diary.engine, second);
	CHECK_TEXT(diary.letters, "b");
	engine_destroy(diary.engine);
}

static void test_native_observer_follows_every_event(void)
{
	struct diary diary = diary_open(1);

	engine_set_observer(diary.engine, note_o, &diary);
	at(&diary, 10, note_a);
	at(&diary, 20, note_b);
	engine_run(diary.engine, DIMP_NEVER);
	CHECK_TEXT(diary.letters, "aobo");
	CHECK_EQ(diary.times[3], 20);
	engine_destroy(diary.engine);
}

/* Two nodes, x with port 2 and y with port 0, joined. */
struct pair {
	struct engine *engine;
	unsigned x, y, link;
	struct diary received; /* letter: the frame's first octet */
	unsigned last_port;
	uint8_t last[64];
	size_t last_size;
};

static void receive(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	struct pair *pair = context;

	CHECK_EQ(now.us, engine_now(pair->engine).us);
	note(&pair->received, (char)frame.octets[0]);
	pair->last_port = port;
	pair->last_size = frame.size;
	memcpy(pair->last, frame.octets, frame.size < 64 ? frame.size : 64);
}

static void pair_open(struct pair *pair, const struct engine_link_config *config, uint64_t seed)
{
	*pair = (struct pair){.engine = engine_native_create(seed)};
	pair->received.engine = pair->engine;
	pair->x = engine_node_add(pair->engine, "x", receive, pair);
	pair->y = engine_node_add(pair->engine, "y", receive, pair);
	pair->link = engine_link_add(pair->engine, (struct engine_endpoint){pair->x, 2},
		(struct engine_endpoint){pair->y, 0}, config);
}

static void transmit(struct pair *pair, unsigned node, char letter)
{
	const uint8_t octets[60] = {(uint8_t)letter};
	const struct engine_endpoint from = {node, node == pair->x ? 2 : 0};

	engine_transmit(pair->engine, from, (struct dimp_view){octets, sizeof octets});
}

/* 84 octets at 100 Mb/s take 6.72 us; the directions do not wait for one another. */
static void test_native_delivers_at_the_computed_time(void)
{
	struct pair pair;

	pair_open(&pair, &(struct engine_link_config){.rate_bps = 100000000, .delay_us = 50}, 1);
	CHECK_TEXT(engine_node_name(pair.engine, pair.y), "y");
	engine_run(pair.engine, (struct dimp_time){1000});
	transmit(&pair, pair.x, '1');
	transmit(&pair, pair.x, '2');
	transmit(&pair, pair.y, '3');
	engine_run(pair.engine, DIMP_NEVER);
	CHECK_TEXT(pair.received.letters, "132");
	CHECK_EQ(pair.received.times[0], 1057);
	CHECK_EQ(pair.received.times[1], 1057);
	CHECK_EQ(pair.received.times[2], 1064);
	CHECK_EQ(pair.last_port, 0);
	CHECK_EQ(pair.last_size, 60);
	engine_destroy(pair.engine);
}

static void test_native_without_link_loses_the_frame(void)
{
	struct pair pair;
	const uint8_t octets[60] = {'9'};
	const struct dimp_view frame = {octets, sizeof octets};

	pair_open(&pair, &(struct engine_link_config){0}, 1);
	engine_transmit(pair.engine, (struct engine_endpoint){pair.x, 1}, frame);
	engine_transmit(pair.engine, (struct engine_endpoint){pair.x, 3}, frame);
	engine_run(pair.engine, DIMP_NEVER);
	CHECK_EQ(pair.received.count, 0);
	engine_destroy(pair.engine);
}

static void test_native_configures_one_direction(void)
{
	struct pair pair;
	struct engine_link_config cut = {.is_cut = true};

	pair_open(&pair, &(struct engine_link_config){.delay_us = 5}, 1);
	transmit(&pair, pair.x, '1'); /* on its way: the cut comes too late for it */
	engine_link_configure(pair.engine, pair.link, 0, &cut);
	CHECK(engine_link_config(pair.engine, pair.link, 0)->is_cut);
	CHECK_EQ(engine_link_config(pair.engine, pair.link, 1)->delay_us, 5);
	transmit(&pair, pair.x, '2');
	transmit(&pair, pair.y, '3');
	engine_run(pair.engine, DIMP_NEVER);
	CHECK_TEXT(pair.received.letters, "13");
	engine_destroy(pair.engine);
}

static void test_native_corruption_flips_one_bit(void)
{
	struct pair pair;
	unsigned ones = 0;

	pair_open(&pair, &(struct engine_link_config){.corrupt_ppm = 1000000}, 1);
	transmit(&pair, pair.x, '\0');
	engine_run(pair.engine, DIMP_NEVER);
	for (size_t index = 0; index < 60; index++)
		for (unsigned left = pair.last[index]; left; left &= left - 1)
			ones++;
	CHECK_EQ(ones, 1);
	engine_destroy(pair.engine);
}

static void test_native_duplicates(void)
{
	struct pair pair;

	pair_open(&pair, &(struct engine_link_config){.duplicate_ppm = 1000000, .delay_us = 3}, 1);
	transmit(&pair, pair.x, '1');
	engine_run(pair.engine, DIMP_NEVER);
	CHECK_TEXT(pair.received.letters, "11");
	CHECK_EQ(pair.received.times[1], 3);
	engine_destroy(pair.engine);
}

static void tap_note(void *context, const struct engine_sighting *seen)
{
	struct pair *pair = context;
	const bool is_sent = seen->direction == ENGINE_SENT;

	CHECK_EQ(seen->time.us, engine_now(pair->engine).us);
	CHECK_EQ(seen->frame.size, 60);
	CHECK_EQ(seen->at.node, is_sent ? pair->x : pair->y);
	CHECK_EQ(seen->at.port, is_sent ? 2 : 0);
	note(&pair->received, is_sent ? 'S' : 'R');
}

/* A lost frame is seen as sent only; a tap sees a frame before its receiver does. */
static void test_native_tap_sees_sent_and_received(void)
{
	struct pair pair;

	pair_open(&pair, &(struct engine_link_config){.delay_us = 3}, 1);
	engine_set_tap(pair.engine, tap_note, &pair);
	transmit(&pair, pair.x, '1');
	engine_link_configure(pair.engine, pair.link, 0,
		&(struct engine_link_config){.loss_ppm = 1000000});
	transmit(&pair, pair.x, '2');
	engine_run(pair.engine, DIMP_NEVER);
	CHECK_TEXT(pair.received.letters, "SSR1");
	engine_destroy(pair.engine);
}

static void test_native_destroy_frees_frames_on_their_way(void)
{
	struct pair pair;

	pair_open(&pair, &(struct engine_link_config){.delay_us = 3, .rate_bps = 1000}, 1);
	transmit(&pair, pair.x, '1');
	transmit(&pair, pair.y, '2');
	transmit(&pair, pair.x, '3');
	engine_run(pair.engine, (struct dimp_time){10});
	CHECK_EQ(pair.received.count, 0);
	engine_destroy(pair.engine);
	engine_destroy(NULL);
}

static void lossy_run(struct pair *pair, uint64_t seed)
{
	const struct engine_link_config config = {
		.delay_us = 10,
		.jitter_us = 100,
		.loss_ppm = 200000,
		.duplicate_ppm = 200000,
		.reorder_ppm = 200000,
		.reorder_us = 1000,
	};

	pair_open(pair, &config, seed);
	for (char letter = 'A'; letter <= 'Z'; letter++)
		transmit(pair, pair->x, letter);
	engine_run(pair->engine, DIMP_NEVER);
	CHECK(!engine_is_exhausted(pair->engine));
	engine_destroy(pair->engine);
}

static void test_native_same_seed_same_run(void)
{
	struct pair first, second, other;

	lossy_run(&first, 42);
	lossy_run(&second, 42);
	lossy_run(&other, 43);
	CHECK_TEXT(first.received.letters, second.received.letters);
	CHECK_EQ(memcmp(first.received.times, second.received.times, sizeof first.received.times),
		0);
	CHECK(strcmp(first.received.letters, other.received.letters) != 0);
}

static void test_native_random_streams_are_independent(void)
{
	struct engine *one = engine_native_create(9);
	struct engine *two = engine_native_create(9);

	(void)engine_random(two, "noise");
	(void)engine_random(two, "noise");
	CHECK_EQ(engine_random(one, "keys"), engine_random(two, "keys"));
	CHECK(engine_random(one, "keys") != engine_random(one, "noise"));
	engine_destroy(one);
	engine_destroy(two);
}

struct clockwork {
	struct engine *engine;
	unsigned ticks;
};

static void tick(void *context, struct dimp_time now)
{
	struct clockwork *clockwork = context;

	if (++clockwork->ticks < 1000000)
		engine_schedule(clockwork->engine, (struct dimp_time){now.us + 7}, tick, context);
}

static void test_native_a_million_ticks(void)
{
	struct clockwork clockwork = {.engine = engine_native_create(1)};

	engine_schedule(clockwork.engine, (struct dimp_time){7}, tick, &clockwork);
	engine_run(clockwork.engine, DIMP_NEVER);
	CHECK_EQ(clockwork.ticks, 1000000);
	CHECK_EQ(engine_now(clockwork.engine).us, 7000000);
	engine_destroy(clockwork.engine);
}

static const struct test_case tests[] = {
	TEST(test_native_ties_keep_the_order_of_asking),
	TEST(test_native_runs_up_to_and_including_until),
	TEST(test_native_cancelled_timer_does_nothing),
	TEST(test_native_observer_follows_every_event),
	TEST(test_native_delivers_at_the_computed_time),
	TEST(test_native_without_link_loses_the_frame),
	TEST(test_native_configures_one_direction),
	TEST(test_native_corruption_flips_one_bit),
	TEST(test_native_duplicates),
	TEST(test_native_tap_sees_sent_and_received),
	TEST(test_native_destroy_frees_frames_on_their_way),
	TEST(test_native_same_seed_same_run),
	TEST(test_native_random_streams_are_independent),
	TEST(test_native_a_million_ticks),
	TEST_END,
};

const struct test_suite suite_native = {"native", tests};
