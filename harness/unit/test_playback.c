/* SPDX-License-Identifier: MIT */
/* Proves that a recording plays at its times, on a clock that stands still while it is paused. */
#include "actors/playback.h"

#include "check.h"
#include "frame_maker.h"

enum { FRAMES = 3 };

static const struct dimp_mac vm_mac = {{2, 0, 0, 0, 0, 1}}, peer_mac = {{2, 0, 0, 0, 0, 2}};

struct played {
	unsigned count;
	uint64_t at_us[FRAMES];
	enum playback_side side[FRAMES];
};

static void note(void *context, enum playback_side side, struct dimp_view frame,
	struct dimp_time now)
{
	struct played *played = context;

	CHECK_EQ(frame.size, 60);
	if (played->count == FRAMES)
		return;
	played->at_us[played->count] = now.us;
	played->side[played->count++] = side;
}

static struct playback *make_playback(struct engine *engine, struct played *played)
{
	struct playback *playback =
		playback_create(&(struct playback_config){engine, vm_mac, note, played});
	const struct made_frame own = make_frame(&peer_mac, &vm_mac, 0x0800, 46);
	const struct made_frame other = make_frame(&vm_mac, &peer_mac, 0x0800, 46);

	CHECK(playback_add(playback, (struct dimp_time){0}, made_view(&own)));
	CHECK(playback_add(playback, (struct dimp_time){1000}, made_view(&other)));
	CHECK(playback_add(playback, (struct dimp_time){2500}, made_view(&own)));
	return playback;
}

static void test_playback_keeps_times_and_sides(void)
{
	struct engine *engine = engine_native_create(1);
	struct played played = {0};
	struct playback *playback = make_playback(engine, &played);

	playback_resume(playback, engine_now(engine));
	engine_run(engine, (struct dimp_time){10000});
	REQUIRE(played.count == FRAMES);
	CHECK_EQ(played.at_us[0], 0);
	CHECK_EQ(played.at_us[1], 1000);
	CHECK_EQ(played.at_us[2], 2500);
	CHECK_EQ(played.side[0], PLAYBACK_FROM_VM);
	CHECK_EQ(played.side[1], PLAYBACK_FROM_PEER);
	playback_destroy(playback);
	engine_destroy(engine);
}

/* Paused from 400 to 5,000 and from 5,700 to 7,000: all that is left comes 4,600 later, and the
 * last frame another 1,300. */
static void test_playback_stands_still_while_paused(void)
{
	struct engine *engine = engine_native_create(1);
	struct played played = {0};
	struct playback *playback = make_playback(engine, &played);

	playback_resume(playback, engine_now(engine));
	engine_run(engine, (struct dimp_time){400});
	playback_pause(playback, engine_now(engine));
	engine_run(engine, (struct dimp_time){5000});
	CHECK_EQ(played.count, 1);
	playback_resume(playback, engine_now(engine));
	engine_run(engine, (struct dimp_time){5700});
	playback_pause(playback, engine_now(engine));
	engine_run(engine, (struct dimp_time){7000});
	playback_resume(playback, engine_now(engine));
	engine_run(engine, (struct dimp_time){20000});
	REQUIRE(played.count == FRAMES);
	CHECK_EQ(played.at_us[1], 1000 + 4600);
	CHECK_EQ(played.at_us[2], 2500 + 4600 + 1300);
	playback_destroy(playback);
	engine_destroy(engine);
}

static const struct test_case tests[] = {
	TEST(test_playback_keeps_times_and_sides),
	TEST(test_playback_stands_still_while_paused),
	TEST_END,
};

const struct test_suite suite_playback = {"playback", tests};
