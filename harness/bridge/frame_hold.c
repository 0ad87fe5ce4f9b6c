/* SPDX-License-Identifier: MIT */
/*
 * Singly linked queues.  The octets of a frame count against the bound, the list's own do not; the
 * bound of frames covers those.
 */
#include "bridge/frame_hold.h"

#include <stdlib.h>
#include <string.h>

struct queue {
	bool is_open;
	dimp_vsi_index vsi;
	struct held_frame *first, *last;
};

struct frame_hold {
	struct frame_hold_config config;
	struct queue *queues;
	unsigned open_count;
	struct frame_hold_tally tally;
};

struct frame_hold *frame_hold_create(const struct frame_hold_config *config)
{
	struct frame_hold *hold = calloc(1, sizeof *hold);

	if (!hold)
		return NULL;
	hold->config = *config;
	hold->queues = calloc(config->slots + 1u, sizeof *hold->queues);
	if (!hold->queues) {
		free(hold);
		return NULL;
	}
	return hold;
}

static struct held_frame *close_queue(struct frame_hold *hold, unsigned slot)
{
	struct queue *queue = &hold->queues[slot];
	struct held_frame *first = queue->first;

	if (queue->is_open)
		hold->open_count--;
	*queue = (struct queue){.vsi = DIMP_NO_VSI};
	for (const struct held_frame *frame = first; frame; frame = frame->next) {
		hold->tally.octets_now -= frame->size;
		hold->tally.frames_now--;
	}
	return first;
}

void frame_hold_destroy(struct frame_hold *hold)
{
	if (!hold)
		return;
	for (unsigned slot = 0; slot < hold->config.slots; slot++)
		frame_hold_drop(hold, slot);
	free(hold->queues);
	free(hold);
}

void frame_hold_open(struct frame_hold *hold, unsigned slot, dimp_vsi_index vsi)
{
	if (slot >= hold->config.slots || hold->config.octets_max == 0)
		return;
	struct queue *queue = &hold->queues[slot];
	if (!queue->is_open)
		hold->open_count++;
	queue->is_open = true;
	queue->vsi = vsi;
}

bool frame_hold_is_open(const struct frame_hold *hold, unsigned slot)
{
	return slot < hold->config.slots && hold->queues[slot].is_open;
}

bool frame_hold_is_waiting(const struct frame_hold *hold)
{
	return hold->open_count != 0;
}

static bool has_room(const struct frame_hold *hold, size_t size)
{
	return size <= hold->config.octets_max - hold->tally.octets_now &&
		hold->tally.frames_now < hold->config.frames_max;
}

static void append(struct queue *queue, struct held_frame *frame)
{
	if (queue->last)
		queue->last->next = frame;
	else
		queue->first = frame;
	queue->last = frame;
}

void frame_hold_add(struct frame_hold *hold, unsigned slot, struct dimp_view frame, uint16_t vlan)
{
	struct held_frame *held = NULL;

	if (!frame_hold_is_open(hold, slot))
		return;
	if (has_room(hold, frame.size))
		held = malloc(sizeof *held + frame.size);
	if (!held) {
		hold->tally.overflowed++;
		return;
	}
	*held = (struct held_frame){.vlan = vlan, .size = frame.size};
	memcpy(held->octets, frame.octets, frame.size);
	append(&hold->queues[slot], held);
	hold->tally.held++;
	hold->tally.frames_now++;
	hold->tally.octets_now += frame.size;
}

struct held_frame *frame_hold_take(struct frame_hold *hold, unsigned slot)
{
	struct held_frame *first = close_queue(hold, slot);

	for (const struct held_frame *frame = first; frame; frame = frame->next)
		hold->tally.delivered++;
	return first;
}

void frame_hold_discard(struct frame_hold *hold, dimp_vsi_index vsi)
{
	for (unsigned slot = 0; hold->open_count != 0 && slot < hold->config.slots; slot++) {
		if (hold->queues[slot].is_open && hold->queues[slot].vsi == vsi)
			frame_hold_drop(hold, slot);
	}
}

void frame_hold_drop(struct frame_hold *hold, unsigned slot)
{
	if (!frame_hold_is_open(hold, slot))
		return;
	struct held_frame *frame = close_queue(hold, slot);
	while (frame) {
		struct held_frame *next = frame->next;
		free(frame);
		hold->tally.discarded++;
		frame = next;
	}
}

void frame_hold_count(const struct frame_hold *hold, struct frame_hold_tally *tally)
{
	*tally = hold->tally;
}
