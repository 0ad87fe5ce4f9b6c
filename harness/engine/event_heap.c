/* SPDX-License-Identifier: MIT */
/*
 * Owns the binary heap of events, ordered by (time, sequence).  A timer is a slot's number and the
 * slot's generation; the slot knows where in the heap its event is, so that a timer is cancelled in
 * O(log n) and a timer that has gone off names nothing, even when its slot is in use again.
 */
#include "engine/event_heap.h"

#include <stdlib.h>

enum { CAPACITY_FIRST = 64 };

struct event_node {
	struct event event;
	uint64_t sequence;
	size_t slot;
};

struct event_slot {
	size_t place; /* in use: index of the node; free: the next free slot, from 1 */
	uint32_t generation; /* odd while in use */
};

/* Slots in the low half, from 1, so that no timer is 0; generations in the high half. */
static engine_timer timer_of(size_t slot, uint32_t generation)
{
	return (uint64_t)generation << 32 | (uint32_t)(slot + 1);
}

static bool is_before(const struct event_node *a, const struct event_node *b)
{
	if (a->event.at.us != b->event.at.us)
		return a->event.at.us < b->event.at.us;
	return a->sequence < b->sequence;
}

static void place_node(struct event_heap *heap, size_t place, const struct event_node *node)
{
	heap->nodes[place] = *node;
	heap->slots[node->slot].place = place;
}

static void sift_up(struct event_heap *heap, size_t place)
{
	const struct event_node node = heap->nodes[place];

	while (place > 0) {
		const size_t parent = (place - 1) / 2;

		if (!is_before(&node, &heap->nodes[parent]))
			break;
		place_node(heap, place, &heap->nodes[parent]);
		place = parent;
	}
	place_node(heap, place, &node);
}

static void sift_down(struct event_heap *heap, size_t place)
{
	const struct event_node node = heap->nodes[place];

	for (size_t child = 2 * place + 1; child < heap->count; child = 2 * place + 1) {
		if (child + 1 < heap->count &&
			is_before(&heap->nodes[child + 1], &heap->nodes[child]))
			child++;
		if (!is_before(&heap->nodes[child], &node))
			break;
		place_node(heap, place, &heap->nodes[child]);
		place = child;
	}
	place_node(heap, place, &node);
}

static bool grow(struct event_heap *heap)
{
	const size_t capacity = heap->capacity ? heap->capacity * 2 : CAPACITY_FIRST;

	if (capacity >= UINT32_MAX)
		return false;

	struct event_node *nodes = realloc(heap->nodes, capacity * sizeof *nodes);

	if (!nodes)
		return false;
	heap->nodes = nodes;

	struct event_slot *slots = realloc(heap->slots, capacity * sizeof *slots);

	if (!slots)
		return false;
	heap->slots = slots;
	heap->capacity = capacity;
	return true;
}

static size_t take_slot(struct event_heap *heap)
{
	if (!heap->free_slot) {
		heap->slots[heap->slot_count] = (struct event_slot){.generation = 1};
		return heap->slot_count++;
	}

	const size_t slot = heap->free_slot - 1;

	heap->free_slot = heap->slots[slot].place;
	heap->slots[slot].generation++;
	return slot;
}

static void free_slot(struct event_heap *heap, size_t slot)
{
	heap->slots[slot].generation++;
	heap->slots[slot].place = heap->free_slot;
	heap->free_slot = slot + 1;
}

/* The last node fills the hole and moves to where it belongs, up or down. */
static void take_out(struct event_heap *heap, size_t place)
{
	free_slot(heap, heap->nodes[place].slot);
	heap->count--;
	if (place == heap->count)
		return;

	const size_t slot = heap->nodes[heap->count].slot;

	place_node(heap, place, &heap->nodes[heap->count]);
	sift_up(heap, place);
	sift_down(heap, heap->slots[slot].place);
}

engine_timer event_heap_push(struct event_heap *heap, const struct event *event)
{
	if (heap->count == heap->capacity && !grow(heap))
		return 0;

	const size_t slot = take_slot(heap);
	const struct event_node node = {*event, heap->sequence++, slot};

	place_node(heap, heap->count, &node);
	sift_up(heap, heap->count++);
	return timer_of(slot, heap->slots[slot].generation);
}

void event_heap_remove(struct event_heap *heap, engine_timer timer)
{
	const size_t number = (uint32_t)timer;

	if (number == 0 || number > heap->slot_count)
		return;
	if (timer_of(number - 1, heap->slots[number - 1].generation) == timer && (timer >> 32) % 2)
		take_out(heap, heap->slots[number - 1].place);
}

struct dimp_time event_heap_deadline(const struct event_heap *heap)
{
	return heap->count ? heap->nodes[0].event.at : DIMP_NEVER;
}

bool event_heap_pop(struct event_heap *heap, struct event *event)
{
	if (!heap->count)
		return false;
	*event = heap->nodes[0].event;
	take_out(heap, 0);
	return true;
}

void event_heap_wipe(struct event_heap *heap)
{
	free(heap->nodes);
	free(heap->slots);
	*heap = (struct event_heap){0};
}
