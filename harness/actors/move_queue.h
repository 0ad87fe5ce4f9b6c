/* SPDX-License-Identifier: MIT */
/* The moves that a server has away from it: so many at a time, the others in their order. */
#ifndef ACTORS_MOVE_QUEUE_H
#define ACTORS_MOVE_QUEUE_H

#include "dimp.h"

/* One that waits; its owner's struct, which lives until it has begun or the run is over. */
struct move_turn {
	void *context;
	void (*begin)(void *context, struct dimp_time now);
	struct move_turn *next;
};

struct move_queue {
	uint32_t limit; /* at a time; 0: none */
	uint32_t under_way;
	struct move_turn *first, **last; /* last: NULL while none waits */
};

/* begin() is called at once, or when it is |turn|'s. */
void move_queue_enter(struct move_queue *queue, struct move_turn *turn, struct dimp_time now);
/* One that began has ended: the next begins. */
void move_queue_leave(struct move_queue *queue, struct dimp_time now);

#endif
