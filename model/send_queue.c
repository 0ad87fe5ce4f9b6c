/* SPDX-License-Identifier: MIT */
/*
 * Owns copies of the messages not yet acknowledged. Each slot is on one of four lists: free; fresh
 * (never sent); again (sent, and to be sent again); flight (sent, in the order of the PDUs that
 * carried them, so that an acknowledgement finds its messages at the front). Messages hold secrets
 * and are wiped when done. Slots that were never used stand on no list and are not touched before
 * they are needed: a queue with room for thousands costs memory for as many as were ever waiting.
 */
#include "send_queue.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#include "wipe.h"
#include "wire.h"

enum { NO_SLOT = -1 };

#define NO_NUMBER UINT64_MAX

struct slot {
	int32_t next, previous;
	uint16_t size;
	uint16_t age_offset;
	struct dimp_time age_since;
	uint64_t number; /* of the last PDU that carried it */
	uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
};

struct list {
	int32_t first, last;
};

struct send_queue {
	size_t messages_max;
	size_t room;
	int32_t used; /* slots from here on were never in use */
	struct list free, fresh, again, flight;
	struct slot slots[];
};

static size_t aligned(size_t size)
{
	return (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
}

size_t send_queue_size(size_t messages_max)
{
	return aligned(sizeof(struct send_queue) + messages_max * sizeof(struct slot));
}

static void append(struct send_queue *queue, struct list *list, int32_t index)
{
	struct slot *slot = &queue->slots[index];

	slot->next = NO_SLOT;
	slot->previous = list->last;
	if (list->last != NO_SLOT)
		queue->slots[list->last].next = index;
	else
		list->first = index;
	list->last = index;
}

static void detach(struct send_queue *queue, struct list *list, int32_t index)
{
	const struct slot *slot = &queue->slots[index];

	if (slot->previous != NO_SLOT)
		queue->slots[slot->previous].next = slot->next;
	else
		list->first = slot->next;
	if (slot->next != NO_SLOT)
		queue->slots[slot->next].previous = slot->previous;
	else
		list->last = slot->previous;
}

static void release(struct send_queue *queue, struct list *list, int32_t index)
{
	struct slot *slot = &queue->slots[index];

	detach(queue, list, index);
	wipe(slot->octets, slot->size);
	append(queue, &queue->free, index);
	queue->room++;
}

static struct list empty_list(void)
{
	return (struct list){NO_SLOT, NO_SLOT};
}

struct send_queue *send_queue_init(void *memory, size_t messages_max)
{
	struct send_queue *queue = memory;

	assert(messages_max <= INT32_MAX);
	queue->messages_max = messages_max;
	queue->room = messages_max;
	queue->free = queue->fresh = queue->again = queue->flight = empty_list();
	queue->used = 0;
	return queue;
}

size_t send_queue_room(const struct send_queue *queue)
{
	return queue->room;
}

static int32_t take_free(struct send_queue *queue)
{
	const int32_t index = queue->free.first;

	if (index == NO_SLOT)
		return queue->used++;
	detach(queue, &queue->free, index);
	return index;
}

void send_queue_add(struct send_queue *queue, const struct association_message *message)
{
	assert(queue->room > 0);
	assert(message->octets.size > 0);
	assert(message->octets.size <= DIMP_MESSAGE_SIZE_MAX);
	const int32_t index = take_free(queue);
	queue->room--;
	struct slot *slot = &queue->slots[index];
	slot->size = (uint16_t)message->octets.size;
	slot->age_offset = message->age_offset;
	slot->age_since = message->age_since;
	slot->number = NO_NUMBER;
	memcpy(slot->octets, message->octets.octets, message->octets.size);
	append(queue, &queue->fresh, index);
}

/* The list whose first message goes next. */
static const struct list *next_list(const struct send_queue *queue)
{
	return queue->again.first != NO_SLOT ? &queue->again : &queue->fresh;
}

size_t send_queue_next_size(const struct send_queue *queue)
{
	const int32_t index = next_list(queue)->first;

	return index != NO_SLOT ? queue->slots[index].size : 0;
}

/* Milliseconds since |since|, rounded up, as far as the field goes. */
static uint32_t age_ms(struct dimp_time since, struct dimp_time now)
{
	const uint64_t us = now.us - since.us;
	const uint64_t ms = us / 1000 + (us % 1000 != 0);

	return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

size_t send_queue_take(struct send_queue *queue, uint64_t number, uint8_t *octets,
	struct dimp_time now)
{
	struct list *list = queue->again.first != NO_SLOT ? &queue->again : &queue->fresh;
	const int32_t index = list->first;

	assert(index != NO_SLOT);
	struct slot *slot = &queue->slots[index];
	memcpy(octets, slot->octets, slot->size);
	if (slot->age_offset != 0) {
		struct wire_writer writer =
			wire_writer_of(octets + slot->age_offset, sizeof(uint32_t));
		wire_write_u32(&writer, age_ms(slot->age_since, now));
	}
	slot->number = number;
	detach(queue, list, index);
	append(queue, &queue->flight, index);
	return slot->size;
}

void send_queue_on_acknowledged(struct send_queue *queue, uint64_t number)
{
	struct list *const lists[] = {&queue->flight, &queue->again};

	for (size_t each = 0; each < 2; each++) {
		int32_t index = lists[each]->first;

		while (index != NO_SLOT) {
			const struct slot *slot = &queue->slots[index];
			const int32_t next = slot->next;

			if (lists[each] == &queue->flight && slot->number > number)
				break;
			if (slot->number == number)
				release(queue, lists[each], index);
			index = next;
		}
	}
}

void send_queue_on_lost(struct send_queue *queue, uint64_t number)
{
	int32_t index = queue->flight.first;

	while (index != NO_SLOT && queue->slots[index].number <= number) {
		const int32_t next = queue->slots[index].next;

		if (queue->slots[index].number == number) {
			detach(queue, &queue->flight, index);
			append(queue, &queue->again, index);
		}
		index = next;
	}
}

bool send_queue_probe(struct send_queue *queue)
{
	if (queue->flight.first == NO_SLOT)
		return false;
	send_queue_on_lost(queue, queue->slots[queue->flight.first].number);
	return true;
}

void send_queue_restart(struct send_queue *queue)
{
	while (queue->flight.first != NO_SLOT) {
		const int32_t index = queue->flight.first;

		detach(queue, &queue->flight, index);
		append(queue, &queue->again, index);
	}
	/* Old numbers mean nothing under new keys. */
	for (int32_t index = queue->again.first; index != NO_SLOT; index = queue->slots[index].next)
		queue->slots[index].number = NO_NUMBER;
}

void send_queue_clear(struct send_queue *queue)
{
	struct list *const lists[] = {&queue->fresh, &queue->again, &queue->flight};

	for (size_t each = 0; each < 3; each++)
		while (lists[each]->first != NO_SLOT)
			release(queue, lists[each], lists[each]->first);
}
