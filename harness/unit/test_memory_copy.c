/* SPDX-License-Identifier: MIT */
/* Proves what copies of memory take, alone and together, against sums done by hand. */
#include "actors/memory_copy.h"

#include "check.h"

enum { STATIONS = 3, SECOND = 1000000 };

/* What a copy's owner hears, and when. */
struct owner {
	struct engine *engine;
	struct memory_copy copy;
	uint64_t ready_us, over_us, followed_us, given_up_us;
	bool stops_at_once;
};

static void note_ready(void *context, struct dimp_time now)
{
	struct owner *const owner = context;

	owner->ready_us = now.us;
	if (owner->stops_at_once)
		memory_copy_stop(&owner->copy, now);
}

static void note_over(void *context, struct dimp_time now)
{
	struct owner *const owner = context;

	owner->over_us = now.us;
	memory_copy_follow(&owner->copy, now);
}

static void note_followed(void *context, struct dimp_time now)
{
	((struct owner *)context)->followed_us = now.us;
}

static void note_given_up(void *context, struct dimp_time now)
{
	((struct owner *)context)->given_up_us = now.us;
}

struct lab {
	struct engine *engine;
	struct memory_road *road;
};

/* 800 Mbit/s are 100 octets a microsecond. */
static void lab_start(struct lab *lab)
{
	lab->engine = engine_native_create(1);
	lab->road = memory_road_create(lab->engine, STATIONS);
	for (uint32_t station = 0; station < STATIONS; station++)
		memory_road_set_cable(lab->road, station, 800000000);
}

static void lab_stop(struct lab *lab)
{
	memory_road_destroy(lab->road);
	engine_destroy(lab->engine);
}

static void begin(struct lab *lab, struct owner *owner, const struct memory_habits *habits)
{
	*owner = (struct owner){.engine = lab->engine, .stops_at_once = true};
	owner->copy = memory_copy_of(habits, lab->road, 0, 1);
	owner->copy.listener = (struct memory_listener){
		.context = owner,
		.is_ready = note_ready,
		.is_over = note_over,
		.has_followed = note_followed,
		.has_given_up = note_given_up,
	};
	memory_copy_start(&owner->copy, engine_now(lab->engine));
}

/* A lab in which one copy begins at once. */
static void lab_start_with(struct lab *lab, struct owner *owner, const struct memory_habits *habits)
{
	lab_start(lab);
	begin(lab, owner, habits);
}

static void run_to(struct lab *lab, uint64_t us)
{
	engine_run(lab->engine, (struct dimp_time){us});
}

static const struct memory_habits usual = {
	.octets = 1000000000,
	.dirty_octets_per_s = 1000000,
	.downtime_us = 20000,
	.rounds_max = 30,
};

/* 10 s make 10 MB dirty (10,001 ms at 1,000 octets), which take 0.10001 s; they make 101,000 octets
 * dirty (101 ms), which take 1.01 ms. */
static void test_memory_copy_rounds_shrink(void)
{
	struct owner owner;
	struct lab lab;

	lab_start_with(&lab, &owner, &usual);
	run_to(&lab, UINT64_C(60) * SECOND);
	CHECK_EQ(owner.ready_us, 10000000 + 100010);
	CHECK_EQ(owner.over_us, 10000000 + 100010 + 1010);
	CHECK_EQ(owner.copy.tally.rounds, 2);
	CHECK_EQ(owner.copy.tally.first[0].octets, 1000000000);
	CHECK_EQ(owner.copy.tally.first[1].octets, 10001000);
	CHECK_EQ(owner.copy.tally.stop_octets, 101000);
	lab_stop(&lab);
}

static void test_memory_copy_assumed_is_the_same(void)
{
	struct owner owner;
	struct lab lab;

	lab_start(&lab);
	owner.copy = memory_copy_of(&usual, lab.road, 0, 1);
	memory_copy_assume(&owner.copy, 800000000);
	CHECK_EQ(memory_copy_stop_us(&owner.copy, 800000000), 1010);
	owner.copy = memory_copy_of(&usual, lab.road, 0, 1);
	memory_copy_assume(&owner.copy, 0);
	CHECK_EQ(memory_copy_stop_us(&owner.copy, 0), 0);
	lab_stop(&lab);
}

/* Each has half of the cable: 20 s for the first round, and then as much for the rest. */
static void test_memory_copy_shares_the_cable(void)
{
	struct owner one, other;
	struct lab lab;

	lab_start_with(&lab, &one, &usual);
	begin(&lab, &other, &usual);
	run_to(&lab, UINT64_C(60) * SECOND);
	/* 20,001,000 octets at 50 a microsecond; 401,000 (401 ms) take 8.02 ms. */
	CHECK_EQ(one.ready_us, 20000000 + 400020);
	CHECK_EQ(other.ready_us, one.ready_us);
	CHECK_EQ(one.over_us, one.ready_us + 8020);
	lab_stop(&lab);
}

/* Half way through the first, a second one begins: what is left takes twice as long. */
static void test_memory_copy_gives_way_to_one_that_begins(void)
{
	const struct memory_habits idle = {.octets = 100000000, .rounds_max = 30};
	struct owner one, other;
	struct lab lab;

	lab_start_with(&lab, &one, &idle);
	run_to(&lab, 500000);
	begin(&lab, &other, &idle);
	run_to(&lab, UINT64_C(60) * SECOND);
	CHECK_EQ(one.ready_us, 500000 + 1000000);
	CHECK_EQ(other.ready_us, 500000 + 1000000 + 500000);
	lab_stop(&lab);
}

/* 100 MB in 1 s make 200 MB dirty: it never shrinks. */
static void test_memory_copy_that_never_shrinks(void)
{
	struct memory_habits busy = usual;
	struct owner owner;
	struct lab lab;

	busy.octets = 100000000;
	busy.dirty_octets_per_s = 200000000;
	lab_start_with(&lab, &owner, &busy);
	run_to(&lab, 10 * SECOND);
	CHECK_EQ(owner.copy.tally.rounds, 1);
	CHECK_EQ(owner.over_us, 2 * SECOND);
	busy.converge = MEMORY_CONVERGE_GIVE_UP;
	begin(&lab, &owner, &busy);
	run_to(&lab, 20 * SECOND);
	CHECK_EQ(owner.given_up_us, 11 * SECOND);
	CHECK_EQ(owner.ready_us, 0);
	CHECK(owner.copy.tally.has_given_up);
	lab_stop(&lab);
}

/* A working set bounds what is dirty: 1 MB, 10 ms of the cable, is few enough at once. */
static void test_memory_copy_of_a_small_working_set(void)
{
	struct memory_habits busy = usual;
	struct owner owner;
	struct lab lab;

	busy.dirty_octets_per_s = 1000000000;
	busy.working_set_octets = 1000000;
	lab_start_with(&lab, &owner, &busy);
	run_to(&lab, UINT64_C(60) * SECOND);
	CHECK_EQ(owner.ready_us, 10 * SECOND);
	CHECK_EQ(owner.over_us, 10 * SECOND + 10000);
	lab_stop(&lab);
}

/* Slowed down by 20 %, 30 %, ... 99 %: the VM is copied in the end, as it would not be without. */
static void test_memory_copy_slows_a_busy_vm_down(void)
{
	struct memory_habits busy = usual;
	struct owner owner;
	struct lab lab;

	busy.octets = 100000000;
	busy.dirty_octets_per_s = 200000000;
	busy.converge = MEMORY_CONVERGE_THROTTLE;
	lab_start_with(&lab, &owner, &busy);
	run_to(&lab, UINT64_C(60) * SECOND);
	CHECK_EQ(owner.copy.tally.first[0].throttle_percent, 0);
	CHECK_EQ(owner.copy.tally.first[1].throttle_percent, 20);
	CHECK_EQ(owner.copy.tally.first[2].throttle_percent, 30);
	CHECK(owner.over_us - owner.ready_us <= 20000);
	lab_stop(&lab);
}

/*
 * No rounds: 1 MB of state in 10 ms, then 100 MB in 1 s.  It touches 2,441 pages a second and would
 * wait 0.488 of a second for them: it runs for ln(1.488) / 0.488 = 0.814 s of the one.
 */
static void test_memory_copy_follows_the_vm(void)
{
	const struct memory_habits habits = {
		.octets = 100000000,
		.dirty_octets_per_s = 10000000,
		.state_octets = 1000000,
		.converge = MEMORY_CONVERGE_POST_COPY,
		.fault_us = 200,
	};
	struct owner owner;
	struct lab lab;

	lab_start_with(&lab, &owner, &habits);
	run_to(&lab, 10 * SECOND);
	CHECK_EQ(owner.ready_us, 0);
	CHECK_EQ(owner.over_us, 10000);
	CHECK_EQ(owner.followed_us, 10000 + SECOND);
	CHECK(owner.copy.tally.stalled_us > 185000);
	CHECK(owner.copy.tally.stalled_us < 187000);
	CHECK_EQ(owner.copy.tally.faults, owner.copy.tally.stalled_us / 200);
	lab_stop(&lab);
}

static void test_memory_copy_that_is_aborted_is_silent(void)
{
	struct owner owner;
	struct lab lab;

	lab_start_with(&lab, &owner, &usual);
	run_to(&lab, SECOND);
	memory_copy_abort(&owner.copy);
	run_to(&lab, UINT64_C(60) * SECOND);
	CHECK_EQ(owner.ready_us, 0);
	lab_stop(&lab);
}

struct arrival {
	struct memory_flow flow;
	uint64_t at_us;
};

static void arrive(void *context, struct dimp_time now)
{
	((struct arrival *)context)->at_us = now.us;
}

static void send(struct lab *lab, struct arrival *arrival, uint32_t from, uint32_t to)
{
	*arrival = (struct arrival){
		.flow = {.from = from, .to = to, .context = arrival, .done = arrive}};
	CHECK(memory_road_start(lab->road, &arrival->flow, 10000000));
}

/*
 * Two into station 2, whose cable has 100 octets a microsecond, one of them from station 0, which
 * sends another to station 1: 50 each into 2, and what station 0 has left, 50, for the third.  With
 * a fast cable at 0, the third gets all of station 1's: max-min fair.
 */
static void test_memory_copy_road_is_max_min_fair(void)
{
	struct arrival arrivals[3];
	struct lab lab;

	lab_start(&lab);
	memory_road_set_cable(lab.road, 0, 8000000000);
	send(&lab, &arrivals[0], 0, 2);
	send(&lab, &arrivals[1], 1, 2);
	send(&lab, &arrivals[2], 0, 1);
	run_to(&lab, SECOND);
	CHECK_EQ(arrivals[0].at_us, 200000);
	CHECK_EQ(arrivals[1].at_us, 200000);
	CHECK_EQ(arrivals[2].at_us, 100000);
	lab_stop(&lab);
}

static const struct test_case tests[] = {
	TEST(test_memory_copy_rounds_shrink),
	TEST(test_memory_copy_assumed_is_the_same),
	TEST(test_memory_copy_shares_the_cable),
	TEST(test_memory_copy_gives_way_to_one_that_begins),
	TEST(test_memory_copy_that_never_shrinks),
	TEST(test_memory_copy_of_a_small_working_set),
	TEST(test_memory_copy_slows_a_busy_vm_down),
	TEST(test_memory_copy_follows_the_vm),
	TEST(test_memory_copy_that_is_aborted_is_silent),
	TEST(test_memory_copy_road_is_max_min_fair),
	TEST_END,
};

const struct test_suite suite_memory_copy = {"memory_copy", tests};
