/* SPDX-License-Identifier: MIT */
/*
 * What is due, earliest first; of what is due at the same instant, first what was pushed first.
 * Time does not go back: nothing may be pushed for an instant before that of the last event that
 * was popped.
 */
#ifndef ENGINE_EVENT_WHEEL_H
#define ENGINE_EVENT_WHEEL_H

#include "engine/engine.h"

struct event {
	struct dimp_time at;
	engine_action *action;
	void *context;
};

/* Zeroed, it is empty. */
struct event_wheel {
	struct event_node *nodes;
	struct event_chunk *chunks;
	struct event_ring *rings; /* of each digit of the time; NULL before the first event */
	size_t count;
	uint32_t capacity; /* of nodes */
	uint32_t nodes_used, chunks_used; /* ever */
	uint32_t free_node, free_chunk; /* first of the list, from 1; 0: none */
	uint64_t base_us; /* the instant of the last event that was popped, or before */
};

/* Adds |event|; returns the timer that names it until it is popped or removed, 0 without memory. */
engine_timer event_wheel_push(struct event_wheel *wheel, const struct event *event);

/* Takes the event of |timer| out; nothing happens when it is not there (any more). */
void event_wheel_remove(struct event_wheel *wheel, engine_timer timer);

/* When the first event is due; DIMP_NEVER when there is none. */
struct dimp_time event_wheel_deadline(const struct event_wheel *wheel);

/* Takes the first event out if it is due by |until|; false when there is none.  What is for
 * DIMP_NEVER never is. */
bool event_wheel_pop(struct event_wheel *wheel, struct dimp_time until, struct event *event);

/* Frees its memory; it is empty then. */
void event_wheel_wipe(struct event_wheel *wheel);

#endif
