/* SPDX-License-Identifier: MIT */
/*
 * The messages of one association that wait to be sent, or to be acknowledged (DIMP 5.6). A message
 * is here until a PDU that carried it is acknowledged.
 */
#ifndef DIMP_SEND_QUEUE_H
#define DIMP_SEND_QUEUE_H

#include "association.h"

struct send_queue;

/* Octets for room for |messages_max| messages, a multiple of the strictest alignment. */
size_t send_queue_size(size_t messages_max);

/* Makes an empty queue in |memory|. */
struct send_queue *send_queue_init(void *memory, size_t messages_max);

/* How many more messages fit. */
size_t send_queue_room(const struct send_queue *queue);

/* Copies |message|; the queue has room, and the size is 1 to DIMP_MESSAGE_SIZE_MAX. */
void send_queue_add(struct send_queue *queue, const struct association_message *message);

/* Size of the message that send_queue_take() would give; 0 when none waits. */
size_t send_queue_next_size(const struct send_queue *queue);

/*
 * Writes the next waiting message to |octets|, its age as of |now|, and notes that PDU |number|
 * carries it. Messages sent before go first. Returns its size.
 */
size_t send_queue_take(struct send_queue *queue, uint64_t number, uint8_t *octets,
	struct dimp_time now);

/* PDU |number| was acknowledged: what it was the last to carry is done. */
void send_queue_on_acknowledged(struct send_queue *queue, uint64_t number);

/* PDU |number| was lost: what it was the last to carry waits again. */
void send_queue_on_lost(struct send_queue *queue, uint64_t number);

/* The messages of the oldest PDU not acknowledged wait again; false when there is none. */
bool send_queue_probe(struct send_queue *queue);

/* New keys: all that was sent waits again, under no number. */
void send_queue_restart(struct send_queue *queue);

/* Wipes every message. */
void send_queue_clear(struct send_queue *queue);

#endif
