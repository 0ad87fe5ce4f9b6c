/* SPDX-License-Identifier: MIT */
/*
 * All frames of a network interface, in and out: a packet socket with a ring that the kernel fills
 * block by block, and sending in batches.  Frames of this host's own are not received.  Once open
 * it can be bound again, to an interface that went and came, without any privilege.
 */
#ifndef LIVE_PACKET_RING_H
#define LIVE_PACKET_RING_H

#include "dimp.h"

struct packet_ring;

/* What is counted for whoever looks after it. */
struct packet_tally {
	uint64_t received, received_octets;
	uint64_t sent, sent_octets;
	uint64_t
		too_long; /* received ones that do not fit: a sender's segmentation is left to us */
	uint64_t overrun; /* came when the ring was full */
	uint64_t unsent; /* the interface was down, its queue full, or the frame longer than its MTU
			  */
	uint64_t completed; /* checksums filled in */
};

typedef void packet_ring_take(void *context, struct dimp_view frame);

/* A ring bound to nothing yet; NULL when it is not allowed (errno is EPERM) or there is no memory.
 */
struct packet_ring *packet_ring_create(void);
void packet_ring_destroy(struct packet_ring *ring); /* NULL is fine */

/* Has it hear the interface of this number, all frames; false with errno. */
bool packet_ring_bind(struct packet_ring *ring, unsigned interface);

/* Can be read when frames are there, or when the interface has something to say: see
 * packet_ring_error(). */
int packet_ring_descriptor(const struct packet_ring *ring);
/* Takes the error that waits, if there is one: ENETDOWN when the interface went down. */
int packet_ring_error(struct packet_ring *ring);

/* Calls |take| for the frames that are there, of |blocks_max| blocks at most; a frame holds during
 * the call. */
void packet_ring_receive(struct packet_ring *ring, unsigned blocks_max, packet_ring_take *take,
	void *context);

/* Puts a frame, copied, into the batch, which is sent when it is full. */
void packet_ring_send(struct packet_ring *ring, struct dimp_view frame);
/* Sends the batch. */
void packet_ring_flush(struct packet_ring *ring);

/* What was counted so far. */
const struct packet_tally *packet_ring_tally(struct packet_ring *ring);

#endif
