/* SPDX-License-Identifier: MIT */
/*
 * Events that wait for the user, oldest first, in a ring of fixed size.  Traces give way: when the
 * ring is nearly full they are not kept, so that what asks for an answer always finds room.
 */
#ifndef DIMP_EVENT_QUEUE_H
#define DIMP_EVENT_QUEUE_H

#include "services.h"

struct event_queue {
	struct services_event *events; /* borrowed: |capacity| of them */
	size_t capacity;
	size_t first, count;
};

void event_queue_push(struct event_queue *queue, const struct services_event *event);
bool event_queue_pop(struct event_queue *queue, struct services_event *event);

/* How many more events that ask for an answer fit. */
size_t event_queue_room(const struct event_queue *queue);

/* Whether an event that borrows |response| waits. */
bool event_queue_borrows(const struct event_queue *queue, const struct dimp_message *response);

/* Whether an event about |vsi| waits. */
bool event_queue_names(const struct event_queue *queue, dimp_vsi_index vsi);

#endif
