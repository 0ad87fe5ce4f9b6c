/* SPDX-License-Identifier: MIT */
/*
 * Shares are max-min fair: the cable that has least for each of its copies settles theirs, then the
 * next one, with what is left.  They change when a copy begins or ends, and only then, so that a
 * copy alone takes exactly its octets over the slower cable's rate.  One timer stands for the next
 * copy that ends.
 */
#include "actors/memory_road.h"

#include <stdlib.h>
#include <string.h>

enum { WAYS = 2 }; /* out of a station, into one */

/* One way of a cable, while shares are dealt out. */
struct cable {
	uint64_t rate_bps; /* 0: no bound */
	uint64_t left_bps;
	uint32_t waiting; /* flows without a share yet */
};

struct memory_road {
	struct engine *engine;
	struct cable *cables; /* station * WAYS + way */
	size_t cable_count;
	struct memory_flow **flows; /* in the order in which they began */
	uint64_t *shares; /* of each flow; 0: none yet */
	size_t count, capacity;
	engine_timer timer;
};

static uint64_t octets_per_ms(uint64_t rate_bps)
{
	return rate_bps / 8000 ? rate_bps / 8000 : 1;
}

uint64_t memory_road_time_us(uint64_t octets, uint64_t rate_bps)
{
	const uint64_t per_ms = octets_per_ms(rate_bps);
	const uint64_t rest = octets % per_ms;

	if (rate_bps == UINT64_MAX)
		return 0;
	return octets / per_ms * 1000 + (rest * 1000 + per_ms - 1) / per_ms;
}

/* No more than is left. */
static uint64_t moved_in(const struct memory_flow *flow, uint64_t time_us)
{
	const uint64_t per_ms = octets_per_ms(flow->rate_bps);

	if (time_us == 0)
		return 0;
	if (time_us >= memory_road_time_us(flow->left, flow->rate_bps))
		return flow->left;
	return per_ms * (time_us / 1000) + per_ms * (time_us % 1000) / 1000;
}

static uint64_t due_us(const struct memory_flow *flow)
{
	return flow->since_us + memory_road_time_us(flow->left, flow->rate_bps);
}

static struct cable *way_out(const struct memory_road *road, const struct memory_flow *flow)
{
	return &road->cables[(size_t)flow->from * WAYS];
}

static struct cable *way_in(const struct memory_road *road, const struct memory_flow *flow)
{
	return &road->cables[(size_t)flow->to * WAYS + 1];
}

/* The cable that has least for each of its flows without a share; NULL when none bounds any. */
static struct cable *narrowest(const struct memory_road *road)
{
	struct cable *found = NULL;

	for (size_t each = 0; each < road->cable_count; each++) {
		struct cable *const cable = &road->cables[each];
		if (cable->rate_bps == 0 || cable->waiting == 0)
			continue;
		if (!found || cable->left_bps / cable->waiting < found->left_bps / found->waiting)
			found = cable;
	}
	return found;
}

static void deal_at(struct memory_road *road, const struct cable *cable)
{
	const uint64_t share = cable->left_bps / cable->waiting;

	for (size_t each = 0; each < road->count; each++) {
		struct cable *const out = way_out(road, road->flows[each]);
		struct cable *const in = way_in(road, road->flows[each]);
		if (road->shares[each] != 0 || (out != cable && in != cable))
			continue;
		road->shares[each] = share ? share : 1;
		out->left_bps -= share < out->left_bps ? share : out->left_bps;
		in->left_bps -= share < in->left_bps ? share : in->left_bps;
		out->waiting--;
		in->waiting--;
	}
}

static void deal(struct memory_road *road)
{
	struct cable *cable;

	for (size_t each = 0; each < road->cable_count; each++) {
		road->cables[each].left_bps = road->cables[each].rate_bps;
		road->cables[each].waiting = 0;
	}
	for (size_t each = 0; each < road->count; each++) {
		road->shares[each] = 0;
		way_out(road, road->flows[each])->waiting++;
		way_in(road, road->flows[each])->waiting++;
	}
	while ((cable = narrowest(road)) != NULL)
		deal_at(road, cable);
}

static void expire(void *context, struct dimp_time now);

/* Everybody's share anew, and when the next of them ends. */
static void share_out(struct memory_road *road, struct dimp_time now)
{
	uint64_t next_us = UINT64_MAX;

	deal(road);
	for (size_t each = 0; each < road->count; each++) {
		struct memory_flow *const flow = road->flows[each];
		const uint64_t rate_bps = road->shares[each] ? road->shares[each] : UINT64_MAX;
		if (rate_bps != flow->rate_bps) {
			flow->left -= moved_in(flow, now.us - flow->since_us);
			flow->since_us = now.us;
			flow->rate_bps = rate_bps;
		}
		if (due_us(flow) < next_us)
			next_us = due_us(flow);
	}
	engine_cancel(road->engine, road->timer);
	road->timer = next_us == UINT64_MAX
		? 0
		: engine_schedule(road->engine,
			  (struct dimp_time){next_us > now.us ? next_us : now.us}, expire, road);
}

static void take_out(struct memory_road *road, size_t index)
{
	road->flows[index]->is_moving = false;
	road->count--;
	memmove(&road->flows[index], &road->flows[index + 1],
		(road->count - index) * sizeof road->flows[0]);
}

/* The first that is due by |now|, taken out; NULL when none is. */
static struct memory_flow *take_due(struct memory_road *road, struct dimp_time now)
{
	for (size_t each = 0; each < road->count; each++) {
		struct memory_flow *const flow = road->flows[each];
		if (due_us(flow) > now.us)
			continue;
		take_out(road, each);
		return flow;
	}
	return NULL;
}

/* One is told at a time: what its owner begins then is shared out at once. */
static void expire(void *context, struct dimp_time now)
{
	struct memory_road *const road = context;
	struct memory_flow *const flow = take_due(road, now);

	road->timer = 0;
	share_out(road, now);
	if (flow)
		flow->done(flow->context, now);
}

struct memory_road *memory_road_create(struct engine *engine, uint32_t stations)
{
	struct memory_road *road = calloc(1, sizeof *road);

	if (!road)
		return NULL;
	road->engine = engine;
	road->cable_count = (size_t)stations * WAYS;
	road->cables = calloc(road->cable_count + 1, sizeof *road->cables);
	if (road->cables)
		return road;
	memory_road_destroy(road);
	return NULL;
}

void memory_road_destroy(struct memory_road *road)
{
	if (!road)
		return;
	engine_cancel(road->engine, road->timer);
	free(road->cables);
	free(road->flows);
	free(road->shares);
	free(road);
}

void memory_road_set_cable(struct memory_road *road, uint32_t station, uint64_t rate_bps)
{
	for (size_t way = 0; way < WAYS; way++)
		road->cables[(size_t)station * WAYS + way].rate_bps = rate_bps;
}

static bool make_room(struct memory_road *road)
{
	const size_t capacity = road->capacity ? road->capacity * 2 : 16;

	if (road->count < road->capacity)
		return true;
	struct memory_flow **flows = realloc(road->flows, capacity * sizeof *flows);
	if (!flows)
		return false;
	road->flows = flows;
	uint64_t *shares = realloc(road->shares, capacity * sizeof *shares);
	if (!shares)
		return false;
	road->shares = shares;
	road->capacity = capacity;
	return true;
}

bool memory_road_start(struct memory_road *road, struct memory_flow *flow, uint64_t octets)
{
	const struct dimp_time now = engine_now(road->engine);

	if (!make_room(road))
		return false;
	flow->is_moving = true;
	flow->left = octets;
	flow->since_us = now.us;
	flow->rate_bps = 0; /* no share yet */
	road->flows[road->count++] = flow;
	share_out(road, now);
	return true;
}

void memory_road_stop(struct memory_road *road, struct memory_flow *flow)
{
	for (size_t each = 0; each < road->count; each++) {
		if (road->flows[each] != flow)
			continue;
		take_out(road, each);
		share_out(road, engine_now(road->engine));
		return;
	}
}
