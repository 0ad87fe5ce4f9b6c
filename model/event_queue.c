/* SPDX-License-Identifier: MIT */
/* A ring.  The last eighth is kept for events that are more than a trace. */
#include "event_queue.h"

size_t event_queue_room(const struct event_queue *queue)
{
	return queue->capacity - queue->count;
}

void event_queue_push(struct event_queue *queue, const struct services_event *event)
{
	const size_t room = event_queue_room(queue);

	if (room == 0)
		return;
	if (event->kind == DIMP_EVENT_TRANSITION && room <= queue->capacity / 8)
		return;
	queue->events[(queue->first + queue->count) % queue->capacity] = *event;
	queue->count++;
}

bool event_queue_pop(struct event_queue *queue, struct services_event *event)
{
	if (queue->count == 0)
		return false;
	*event = queue->events[queue->first];
	queue->first = (queue->first + 1) % queue->capacity;
	queue->count--;
	return true;
}

bool event_queue_borrows(const struct event_queue *queue, const struct dimp_message *response)
{
	for (size_t index = 0; index < queue->count; index++) {
		if (queue->events[(queue->first + index) % queue->capacity].response == response)
			return true;
	}
	return false;
}

bool event_queue_names(const struct event_queue *queue, dimp_vsi_index vsi)
{
	for (size_t index = 0; index < queue->count; index++) {
		if (queue->events[(queue->first + index) % queue->capacity].vsi == vsi)
			return true;
	}
	return false;
}
