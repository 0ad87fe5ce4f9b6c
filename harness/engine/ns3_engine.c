/* SPDX-License-Identifier: MIT */
/*
 * Timers are ns-3's events, each with a |pending| that says what to do; links are ns3_links.c's.
 * All that is done is done at whole microseconds: what ns-3 brings between two of them waits for
 * the next.
 *
 * There is one of these engines that runs, as ns-3 has one simulator a process.  One that was made
 * before is parked: its clock stands, and nothing is due any more.
 */
#include "engine/ns3_engine.h"

#include <stdlib.h>
#include <string.h>

#include "engine/ns3_engine_state.h"
#include "engine/ns3_module.h"

/* How many timers are made room for at a time. */
enum { CHUNK_PENDING = 256 };

static const uint64_t ns_per_us = 1000;

/* A timer that never goes off. */
static const engine_timer timer_never = UINT64_MAX;

/* A timer that waits, or, in the list of free ones, none. */
struct pending {
	struct ns3_engine *owner;
	engine_action *action;
	void *context;
	struct pending *next_free;
};

struct pending_chunk {
	struct pending_chunk *next;
	struct pending pending[CHUNK_PENDING];
};

static struct ns3_engine *running;

static struct ns3_engine *ns3_of(struct engine *engine)
{
	return (struct ns3_engine *)engine;
}

static bool is_parked(const struct ns3_engine *ns3)
{
	return ns3 != running;
}

static bool add_chunk(struct ns3_engine *ns3)
{
	struct pending_chunk *chunk = calloc(1, sizeof *chunk);

	if (!chunk)
		return false;
	chunk->next = ns3->chunks;
	ns3->chunks = chunk;
	for (size_t index = 0; index < CHUNK_PENDING; index++) {
		chunk->pending[index].next_free = ns3->free_pending;
		ns3->free_pending = &chunk->pending[index];
	}
	return true;
}

static void free_pending(struct ns3_engine *ns3, struct pending *pending)
{
	*pending = (struct pending){.next_free = ns3->free_pending};
	ns3->free_pending = pending;
}

void ns3_engine_set_time(struct ns3_engine *ns3)
{
	const uint64_t now_us = (ns3->table->now() + ns_per_us - 1) / ns_per_us;

	if (ns3->common.now.us < now_us)
		ns3->common.now.us = now_us;
}

void ns3_engine_end_if_over(struct ns3_engine *ns3)
{
	if (ns3->common.is_stopped || ns3->common.is_exhausted)
		(void)ns3->table->stop();
}

static void go_off(void *context)
{
	struct pending *pending = context;
	struct ns3_engine *ns3 = pending->owner;
	struct engine *engine = &ns3->common;
	const struct pending what = *pending;

	free_pending(ns3, pending);
	ns3_engine_set_time(ns3);
	what.action(what.context, engine->now);
	if (engine->observer)
		engine->observer(engine->observer_context, engine->now);
	ns3_engine_end_if_over(ns3);
}

static engine_timer schedule(struct engine *engine, const struct event *event)
{
	struct ns3_engine *ns3 = ns3_of(engine);
	ns3_event timer = 0;

	if (is_parked(ns3) || event->at.us >= NS3_TIME_MAX / ns_per_us)
		return timer_never;
	if (!ns3->free_pending && !add_chunk(ns3))
		return 0;
	struct pending *pending = ns3->free_pending;

	ns3->free_pending = pending->next_free;
	*pending = (struct pending){
		.owner = ns3,
		.action = event->action,
		.context = event->context,
	};
	if (ns3->table->schedule(event->at.us * ns_per_us, go_off, pending, &timer) == NS3_OK)
		return timer;
	free_pending(ns3, pending);
	return 0;
}

static void cancel(struct engine *engine, engine_timer timer)
{
	struct ns3_engine *ns3 = ns3_of(engine);
	struct pending *pending = is_parked(ns3) ? NULL : ns3->table->event_context(timer);

	if (!pending)
		return;
	(void)ns3->table->cancel(timer);
	free_pending(ns3, pending);
}

static enum ns3_result run_ns3(const struct ns3_engine *ns3, struct dimp_time until)
{
	if (until.us == UINT64_MAX)
		return ns3->table->run();
	return until.us < NS3_TIME_MAX / ns_per_us ? ns3->table->run_until(until.us * ns_per_us)
						   : ns3->table->run_until(NS3_TIME_MAX - 1);
}

static void run(struct engine *engine, struct dimp_time until)
{
	struct ns3_engine *ns3 = ns3_of(engine);

	if (is_parked(ns3) || engine->is_stopped || engine->is_exhausted ||
		until.us < engine->now.us)
		return;
	if (run_ns3(ns3, until) != NS3_OK)
		engine_state_exhaust(engine);
	if (!engine->is_exhausted && !engine->is_stopped && until.us != UINT64_MAX)
		engine->now = until;
}

static void park(void)
{
	if (running)
		(void)running->table->close();
	running = NULL;
}

static void destroy(struct engine *engine)
{
	struct ns3_engine *ns3 = ns3_of(engine);

	if (!is_parked(ns3))
		park();
	ns3_links_wipe(ns3);
	for (struct pending_chunk *next, *chunk = ns3->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	engine_state_wipe(engine);
	free(ns3);
}

bool engine_ns3_is_here(char *error, size_t error_size)
{
	return ns3_module_load(error, error_size) != NULL;
}

bool engine_ns3_has_scheduler(const char *name)
{
	static const char *const names[] = {
#define SCHEDULER(name, type) name,
#include "engine/ns3/ns3_schedulers.def"
#undef SCHEDULER
	};

	for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) {
		if (strcmp(names[index], name) == 0)
			return true;
	}
	return false;
}

static bool open_simulator(struct ns3_engine *ns3, uint64_t seed, const char *scheduler)
{
	/* A seed of ns-3's is 32 bits wide, less a few; the rest is the run. */
	const uint64_t seeds = 4000000000u;
	const struct ns3_options options = {
		.scheduler = scheduler,
		.seed = (uint32_t)(seed % seeds) + 1,
		.run = seed / seeds,
	};

	park();
	if (ns3->table->open(&options) != NS3_OK)
		return false;
	running = ns3;
	return true;
}

struct engine *engine_ns3_create(uint64_t seed, const char *scheduler)
{
	static const struct engine_operations operations = {
		.run = run,
		.destroy = destroy,
		.schedule = schedule,
		.cancel = cancel,
		.carry = ns3_links_carry,
		.join = ns3_links_join,
		.configure = ns3_links_configure,
	};
	const struct ns3_table *table = ns3_module_load(NULL, 0);
	struct ns3_engine *ns3 = table ? calloc(1, sizeof *ns3) : NULL;

	if (!ns3)
		return NULL;
	engine_state_init(&ns3->common, &operations, seed);
	ns3->table = table;
	if (open_simulator(ns3, seed, scheduler))
		return &ns3->common;
	destroy(&ns3->common);
	return NULL;
}

bool ns3_engine_is_running(const struct ns3_engine *ns3)
{
	return !is_parked(ns3);
}
