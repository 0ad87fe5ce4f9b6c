/* SPDX-License-Identifier: MIT */
/*
 * What is due, earliest first; of what is due at the same instant, first what was pushed first.
 */
#ifndef ENGINE_EVENT_HEAP_H
#define ENGINE_EVENT_HEAP_H

#include "engine/engine.h"

struct event {
	struct dimp_time at;
	engine_action *action;
	void *context;
};

/* Zeroed, it is empty. */
struct event_heap {
	struct event_node *nodes; /* the heap: children of i are 2i+1 and 2i+2 */
	struct event_slot *slots; /* by timer: where its node is */
	size_t count;
	size_t capacity; /* of nodes and of slots */
	size_t slot_count; /* slots ever used */
	size_t free_slot; /* first of the list of free slots, from 1; 0: none */
	uint64_t sequence;
};

/* Adds |event|; returns the timer that names it until it is popped or removed, 0 without memory. */
engine_timer event_heap_push(struct event_heap *heap, const struct event *event);

/* Takes the event of |timer| out; nothing happens when it is not there (any more). */
void event_heap_remove(struct event_heap *heap, engine_timer timer);

/* When the first event is due; DIMP_NEVER when there is none. */
struct dimp_time event_heap_deadline(const struct event_heap *heap);

/* Takes the first event out; false when there is none. */
bool event_heap_pop(struct event_heap *heap, struct event *event);

/* Frees its memory; it is empty then. */
void event_heap_wipe(struct event_heap *heap);

#endif
