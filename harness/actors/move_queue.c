/* SPDX-License-Identifier: MIT */
/* First come, first served. */
#include "actors/move_queue.h"

#include <stddef.h>

static void begin(struct move_queue *queue, const struct move_turn *turn, struct dimp_time now)
{
	queue->under_way++;
	turn->begin(turn->context, now);
}

void move_queue_enter(struct move_queue *queue, struct move_turn *turn, struct dimp_time now)
{
	turn->next = NULL;
	if (queue->limit == 0 || queue->under_way < queue->limit) {
		begin(queue, turn, now);
		return;
	}
	if (queue->last)
		*queue->last = turn;
	else
		queue->first = turn;
	queue->last = &turn->next;
}

/* One that ends as soon as it begins leaves from within. */
void move_queue_leave(struct move_queue *queue, struct dimp_time now)
{
	struct move_turn *const turn = queue->first;

	queue->under_way--;
	if (!turn || queue->under_way >= queue->limit)
		return;
	queue->first = turn->next;
	if (!queue->first)
		queue->last = NULL;
	begin(queue, turn, now);
}
