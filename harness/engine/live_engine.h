/* SPDX-License-Identifier: MIT */
/*
 * The live engine: the same nodes, timers and links in real time, and ports that lead outside the
 * process.  Time is the monotonic clock's, 0 at creation, the same during one turn; what is due
 * happens late rather than early.  Links between nodes do what they do in virtual time.
 */
#ifndef ENGINE_LIVE_ENGINE_H
#define ENGINE_LIVE_ENGINE_H

#include "engine/engine.h"

/* |seed| is that of engine_random(): nothing secret comes from it.  NULL without memory or
 * descriptors. */
struct engine *engine_live_create(uint64_t seed);

/* |ready| is called when |descriptor| can be read or has failed, and again until it is not any
 * more.  False without memory, or when it cannot be waited for. */
bool engine_live_watch(struct engine *engine, int descriptor, engine_action *ready, void *context);
/* To be called before |descriptor| is closed; nothing happens when it is not watched. */
void engine_live_unwatch(struct engine *engine, int descriptor);

/* Where frames go that leave a port.  send() copies what it keeps; flush() is called when a turn
 * of the engine is over, and may be NULL. */
struct live_outlet {
	void *context;
	void (*send)(void *context, struct dimp_view frame);
	void (*flush)(void *context);
};

/* The port, which has no link, leads to |outlet|, which is borrowed while the engine runs.  False
 * without memory. */
bool engine_live_bind(struct engine *engine, struct engine_endpoint at,
	const struct live_outlet *outlet);

/* A frame has come in from outside; to be called in a watch or a timer. */
void engine_live_receive(struct engine *engine, struct engine_endpoint at, struct dimp_view frame);

#endif
