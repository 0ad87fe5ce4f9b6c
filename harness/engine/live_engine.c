/* SPDX-License-Identifier: MIT */
/*
 * One turn: the clock is read, timers that are due go off, what they sent goes out, then it waits
 * for the next timer (timerfd) or for somebody's descriptor (epoll) and hands over to him.  A turn
 * does a bounded number of either, so that neither starves the other.
 *
 * A watch may end another's, or its own, while ready descriptors are gone through.  Whoever begins
 * one then may be called without need, which does no harm: descriptors are read without waiting.
 */
#include "engine/live_engine.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "engine/engine_state.h"
#include "engine/live_clock.h"

enum { READY_MAX = 64, STEPS_MAX = 1024 };

/* What epoll tells of the timer; watches are numbered from 0. */
#define READY_IS_TIMER UINT32_MAX

struct live_watch {
	int descriptor; /* -1: free */
	engine_action *ready;
	void *context;
};

struct live_engine {
	struct engine common;
	struct live_clock clock;
	int poll, timer;
	struct dimp_time timer_at;
	struct live_watch *watches;
	size_t watch_count;
	const struct live_outlet **outlets;
	size_t outlet_count;
};

static struct live_engine *live_of(struct engine *engine)
{
	return (struct live_engine *)engine;
}

static void read_clock(struct live_engine *live)
{
	live->common.now = live_clock_now(&live->clock);
}

static bool is_going_on(const struct live_engine *live, struct dimp_time until)
{
	return !live->common.is_stopped && !live->common.is_exhausted &&
		live->common.now.us < until.us;
}

static void flush(const struct live_engine *live)
{
	for (size_t each = 0; each < live->outlet_count; each++) {
		const struct live_outlet *outlet = live->outlets[each];
		if (outlet->flush)
			outlet->flush(outlet->context);
	}
}

/* False when there is more to do at once. */
static bool do_what_is_due(struct live_engine *live)
{
	for (unsigned steps = 0; steps < STEPS_MAX; steps++) {
		if (!engine_state_step(&live->common, live->common.now))
			return true;
	}
	return false;
}

static void set_timer(struct live_engine *live, struct dimp_time until)
{
	struct dimp_time at = event_wheel_deadline(&live->common.events);

	if (until.us < at.us)
		at = until;
	if (at.us == live->timer_at.us)
		return;
	const struct itimerspec setting = {.it_value = live_clock_instant(&live->clock, at)};

	live->timer_at = at;
	/* It fails for times that are none, which these are not. */
	(void)timerfd_settime(live->timer, TFD_TIMER_ABSTIME, &setting, NULL);
}

static void take_timer(struct live_engine *live)
{
	uint64_t expirations;

	(void)!read(live->timer, &expirations, sizeof expirations);
	live->timer_at = DIMP_NEVER;
}

static void observe(struct live_engine *live)
{
	if (live->common.observer)
		live->common.observer(live->common.observer_context, live->common.now);
}

static void take_ready(struct live_engine *live, uint32_t number)
{
	if (number == READY_IS_TIMER) {
		take_timer(live);
		return;
	}
	const struct live_watch watch = live->watches[number];

	if (watch.descriptor < 0 || live->common.is_stopped)
		return;
	watch.ready(watch.context, live->common.now);
	observe(live);
}

/* Waits until something is due or ready; not at all when there |is_more|. */
static void wait_and_take(struct live_engine *live, bool is_more)
{
	struct epoll_event ready[READY_MAX];
	const int count = epoll_wait(live->poll, ready, READY_MAX, is_more ? 0 : -1);

	read_clock(live);
	for (int each = 0; each < count; each++)
		take_ready(live, ready[each].data.u32);
}

static void run(struct engine *engine, struct dimp_time until)
{
	struct live_engine *live = live_of(engine);

	read_clock(live);
	while (is_going_on(live, until)) {
		const bool is_done = do_what_is_due(live);

		flush(live);
		if (engine->is_stopped)
			return;
		set_timer(live, until);
		wait_and_take(live, !is_done);
	}
	(void)do_what_is_due(live);
	flush(live);
}

static void put_out(struct engine *engine, const void *outlet, struct dimp_view frame)
{
	const struct live_outlet *to = outlet;

	(void)engine;
	to->send(to->context, frame);
}

static void destroy(struct engine *engine)
{
	struct live_engine *live = live_of(engine);

	if (live->timer >= 0)
		(void)close(live->timer);
	if (live->poll >= 0)
		(void)close(live->poll);
	free(live->watches);
	free(live->outlets);
	engine_state_wipe(engine);
	free(live);
}

static bool wait_for(const struct live_engine *live, int descriptor, uint32_t number)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = number};

	return epoll_ctl(live->poll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

struct engine *engine_live_create(uint64_t seed)
{
	static const struct engine_operations operations = {
		.run = run,
		.put_out = put_out,
		.destroy = destroy,
	};
	struct live_engine *live = calloc(1, sizeof *live);

	if (!live)
		return NULL;
	engine_state_init(&live->common, &operations, seed);
	live_clock_start(&live->clock);
	live->timer_at = DIMP_NEVER;
	live->poll = epoll_create1(EPOLL_CLOEXEC);
	live->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (live->poll >= 0 && live->timer >= 0 && wait_for(live, live->timer, READY_IS_TIMER))
		return &live->common;
	destroy(&live->common);
	return NULL;
}

static struct live_watch *find_watch(const struct live_engine *live, int descriptor)
{
	for (size_t each = 0; each < live->watch_count; each++) {
		if (live->watches[each].descriptor == descriptor)
			return &live->watches[each];
	}
	return NULL;
}

static struct live_watch *free_watch(struct live_engine *live)
{
	struct live_watch *watch = find_watch(live, -1);

	if (watch)
		return watch;
	struct live_watch *watches =
		engine_state_room(live->watches, live->watch_count, sizeof *watches);
	if (!watches)
		return NULL;
	live->watches = watches;
	watch = &watches[live->watch_count++];
	watch->descriptor = -1;
	return watch;
}

bool engine_live_watch(struct engine *engine, int descriptor, engine_action *ready, void *context)
{
	struct live_engine *live = live_of(engine);

	assert(descriptor >= 0);
	assert(!find_watch(live, descriptor));
	struct live_watch *watch = free_watch(live);

	if (!watch || !wait_for(live, descriptor, (uint32_t)(watch - live->watches)))
		return false;
	*watch = (struct live_watch){descriptor, ready, context};
	return true;
}

void engine_live_unwatch(struct engine *engine, int descriptor)
{
	struct live_engine *live = live_of(engine);
	struct live_watch *watch = descriptor >= 0 ? find_watch(live, descriptor) : NULL;

	if (!watch)
		return;
	(void)epoll_ctl(live->poll, EPOLL_CTL_DEL, descriptor, NULL);
	watch->descriptor = -1;
}

bool engine_live_bind(struct engine *engine, struct engine_endpoint at,
	const struct live_outlet *outlet)
{
	struct live_engine *live = live_of(engine);
	const struct live_outlet **outlets =
		engine_state_room(live->outlets, live->outlet_count, sizeof *outlets);

	if (!outlets)
		return false;
	live->outlets = outlets;
	struct engine_port *port = engine_state_port(engine, at);

	if (!port)
		return false;
	assert(!port->link);
	outlets[live->outlet_count++] = outlet;
	port->outlet = outlet;
	return true;
}

void engine_live_receive(struct engine *engine, struct engine_endpoint at, struct dimp_view frame)
{
	engine_state_deliver(engine, at, frame);
}
