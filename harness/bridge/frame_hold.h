/* SPDX-License-Identifier: MIT */
/*
 * Frames that a bridge keeps back for VMs that are on their way to it (DIMP 9.2-30): a queue for
 * each slot, all of them within one bound of octets and one of frames.  Whose queue is full loses
 * the newest.
 */
#ifndef BRIDGE_FRAME_HOLD_H
#define BRIDGE_FRAME_HOLD_H

#include "dimp.h"

struct frame_hold;

struct frame_hold_config {
	unsigned slots;
	size_t octets_max; /* 0: nothing is ever held */
	size_t frames_max;
};

/* A frame that waited; its octets stand behind it. */
struct held_frame {
	struct held_frame *next;
	uint16_t vlan; /* in which it came */
	size_t size;
	uint8_t octets[];
};

/* Frames since the beginning, and what is held now. */
struct frame_hold_tally {
	uint64_t held, delivered;
	uint64_t overflowed; /* came when there was no room */
	uint64_t discarded; /* of those held: the VM did not come */
	size_t octets_now, frames_now;
};

/* NULL without memory. */
struct frame_hold *frame_hold_create(const struct frame_hold_config *config);
/* What is held is freed; NULL is fine. */
void frame_hold_destroy(struct frame_hold *hold);

/* Frames for |slot| are held from now on, for the staged copy |vsi|. */
void frame_hold_open(struct frame_hold *hold, unsigned slot, dimp_vsi_index vsi);
bool frame_hold_is_open(const struct frame_hold *hold, unsigned slot);
/* Whether any slot is open. */
bool frame_hold_is_waiting(const struct frame_hold *hold);
/* Keeps a copy of |frame| at the end of the slot's queue; counted as overflowed beyond the bounds
 * or without memory. */
void frame_hold_add(struct frame_hold *hold, unsigned slot, struct dimp_view frame, uint16_t vlan);

/* Closes the slot and returns its queue, oldest first; each frame is the caller's, to free(). They
 * count as delivered. */
struct held_frame *frame_hold_take(struct frame_hold *hold, unsigned slot);
/* Closes the slot and drops what it holds. */
void frame_hold_drop(struct frame_hold *hold, unsigned slot);
/* The same for whichever slot is open for the staged copy |vsi|, if any. */
void frame_hold_discard(struct frame_hold *hold, dimp_vsi_index vsi);

void frame_hold_count(const struct frame_hold *hold, struct frame_hold_tally *tally);

#endif
