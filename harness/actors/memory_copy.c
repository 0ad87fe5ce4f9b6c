/* SPDX-License-Identifier: MIT */
/*
 * Pre-copy (Clark et al., "Live Migration of Virtual Machines", 2005): each round copies what was
 * made dirty during the one before.  A VM that cannot be copied so is slowed down as QEMU does it
 * (auto-converge: by 20 %, then by 10 % more each round in which it made more than half of what was
 * copied dirty, up to 99 %), or followed by the rest of its memory (post-copy, Hines et al., 2009).
 */
#include "actors/memory_copy.h"

enum { THROTTLE_FIRST = 20, THROTTLE_STEP = 10, THROTTLE_MOST = 99, PAGE_OCTETS = 4096 };

static uint64_t smaller_of(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

static uint64_t dirtied_in(const struct memory_copy *copy, uint64_t time_us)
{
	const struct memory_habits *const habits = &copy->habits;
	const uint64_t per_s = habits->dirty_octets_per_s / 100 * (100 - copy->throttle_percent) +
		habits->dirty_octets_per_s % 100 * (100 - copy->throttle_percent) / 100;
	const uint64_t most = habits->working_set_octets
		? smaller_of(habits->working_set_octets, habits->octets)
		: habits->octets;

	if (per_s == 0)
		return 0;
	return smaller_of(per_s / 1000 * (time_us / 1000 + 1), most);
}

struct memory_copy memory_copy_of(const struct memory_habits *habits, struct memory_road *road,
	uint32_t from, uint32_t to)
{
	return (struct memory_copy){
		.habits = *habits,
		.road = road,
		.flow = {.from = from, .to = to},
		.left = habits->octets,
	};
}

static void tell(const struct memory_copy *copy, void (*what)(void *context, struct dimp_time now),
	struct dimp_time now)
{
	if (what)
		what(copy->listener.context, now);
}

typedef void arrival(void *context, struct dimp_time now);

/* Without memory it takes no time. */
static void carry(struct memory_copy *copy, uint64_t octets, arrival *done, struct dimp_time now)
{
	copy->flow.context = copy;
	copy->flow.done = done;
	copy->began = now;
	if (!memory_road_start(copy->road, &copy->flow, octets))
		done(copy, now);
}

static void slow_down(struct memory_copy *copy)
{
	const uint32_t more = copy->throttle_percent ? THROTTLE_STEP : THROTTLE_FIRST;

	copy->throttle_percent = (uint32_t)smaller_of(copy->throttle_percent + more, THROTTLE_MOST);
}

/* Whether the VM can be slowed down further, and has to be. */
static bool may_slow_down(const struct memory_copy *copy, const struct memory_round *round)
{
	return copy->habits.converge == MEMORY_CONVERGE_THROTTLE &&
		copy->throttle_percent < THROTTLE_MOST && round->dirtied_octets > round->octets / 2;
}

static void end_rounds(struct memory_copy *copy, struct dimp_time now)
{
	if (copy->habits.converge == MEMORY_CONVERGE_GIVE_UP) {
		copy->tally.has_given_up = true;
		tell(copy, copy->listener.has_given_up, now);
		return;
	}
	copy->tally.is_postcopy = copy->habits.converge == MEMORY_CONVERGE_POST_COPY;
	tell(copy, copy->listener.is_ready, now);
}

static arrival round_is_done;

static void begin_round(struct memory_copy *copy, struct dimp_time now)
{
	copy->round_octets = copy->left;
	carry(copy, copy->left, round_is_done, now);
}

static struct memory_round note_round(struct memory_copy *copy, struct dimp_time now)
{
	const uint64_t took_us = now.us - copy->began.us;
	const struct memory_round round = {
		.octets = copy->round_octets,
		.took_us = took_us,
		.dirtied_octets = dirtied_in(copy, took_us),
		.throttle_percent = copy->throttle_percent,
	};

	if (copy->tally.rounds < MEMORY_ROUNDS_KEPT)
		copy->tally.first[copy->tally.rounds] = round;
	copy->tally.rounds++;
	copy->tally.precopy_octets += round.octets;
	copy->tally.precopy_us += took_us;
	return round;
}

static void round_is_done(void *context, struct dimp_time now)
{
	struct memory_copy *const copy = context;
	const struct memory_round round = note_round(copy, now);
	const uint64_t rest_us = memory_road_time_us(round.dirtied_octets, copy->flow.rate_bps);

	copy->left = round.dirtied_octets;
	if (copy->listener.round_done)
		copy->listener.round_done(copy->listener.context, &round, now);
	if (rest_us <= copy->habits.downtime_us) {
		tell(copy, copy->listener.is_ready, now);
		return;
	}
	if (may_slow_down(copy, &round)) {
		slow_down(copy);
		begin_round(copy, now);
		return;
	}
	if (round.dirtied_octets >= round.octets || copy->tally.rounds >= copy->habits.rounds_max)
		end_rounds(copy, now);
	else
		begin_round(copy, now);
}

void memory_copy_start(struct memory_copy *copy, struct dimp_time now)
{
	if (copy->habits.rounds_max == 0)
		end_rounds(copy, now);
	else
		begin_round(copy, now);
}

void memory_copy_assume(struct memory_copy *copy, uint64_t rate_bps)
{
	const uint64_t bound_bps = rate_bps ? rate_bps : UINT64_MAX;
	uint64_t rest_us = UINT64_MAX;

	for (uint32_t round = 0; round < copy->habits.rounds_max; round++) {
		const uint64_t took_us = memory_road_time_us(copy->left, bound_bps);
		const uint64_t dirtied = rate_bps ? dirtied_in(copy, took_us) : 0;
		const bool is_shrinking = dirtied < copy->left;

		copy->left = dirtied;
		rest_us = memory_road_time_us(dirtied, bound_bps);
		if (!is_shrinking || rest_us <= copy->habits.downtime_us)
			break;
	}
	copy->tally.is_postcopy = rest_us > copy->habits.downtime_us &&
		copy->habits.converge == MEMORY_CONVERGE_POST_COPY;
}

/* What has to be there before the VM may run again. */
static uint64_t stop_octets(const struct memory_copy *copy)
{
	return copy->habits.state_octets + (copy->tally.is_postcopy ? 0 : copy->left);
}

uint64_t memory_copy_stop_us(const struct memory_copy *copy, uint64_t rate_bps)
{
	return memory_road_time_us(stop_octets(copy), rate_bps ? rate_bps : UINT64_MAX);
}

static void stop_is_over(void *context, struct dimp_time now)
{
	const struct memory_copy *const copy = context;

	tell(copy, copy->listener.is_over, now);
}

void memory_copy_stop(struct memory_copy *copy, struct dimp_time now)
{
	memory_road_stop(copy->road, &copy->flow);
	copy->tally.stop_octets = stop_octets(copy);
	carry(copy, copy->tally.stop_octets, stop_is_over, now);
}

/*
 * The pages come in no order that the VM knows: of those that it touches, as many as it makes dirty
 * in that time, the share that is not there yet has to be waited for, and a VM that waits touches
 * none.  That share falls from all to none while the rest follows; a hundred steps are near enough.
 */
static uint64_t stalled_in(const struct memory_habits *habits, uint64_t time_us)
{
	enum { STEPS = 100, US_PER_S = 1000000 };
	const uint64_t wait_us_per_s = habits->dirty_octets_per_s / PAGE_OCTETS * habits->fault_us;
	uint64_t run_us = 0;

	for (uint64_t step = 0; step < STEPS; step++) {
		const uint64_t missing = 2 * (STEPS - step) - 1; /* of 2 * STEPS */
		run_us += time_us / STEPS * US_PER_S /
			(US_PER_S + wait_us_per_s * missing / (2 * STEPS));
	}
	return run_us < time_us ? time_us - run_us : 0;
}

static void rest_has_followed(void *context, struct dimp_time now)
{
	struct memory_copy *const copy = context;
	struct memory_tally *const tally = &copy->tally;

	tally->postcopy_octets = copy->left;
	tally->postcopy_us = now.us - copy->began.us;
	tally->stalled_us = stalled_in(&copy->habits, tally->postcopy_us);
	tally->faults = copy->habits.fault_us ? tally->stalled_us / copy->habits.fault_us : 0;
	tell(copy, copy->listener.has_followed, now);
}

void memory_copy_follow(struct memory_copy *copy, struct dimp_time now)
{
	if (copy->tally.is_postcopy)
		carry(copy, copy->left, rest_has_followed, now);
}

bool memory_copy_is_following(const struct memory_copy *copy)
{
	return copy->flow.is_moving && copy->flow.done == rest_has_followed;
}

void memory_copy_abort(struct memory_copy *copy)
{
	if (copy->road)
		memory_road_stop(copy->road, &copy->flow);
}

uint64_t memory_copy_slower(uint64_t one_bps, uint64_t other_bps)
{
	if (one_bps == 0 || other_bps == 0)
		return one_bps | other_bps;
	return one_bps < other_bps ? one_bps : other_bps;
}
