/* SPDX-License-Identifier: MIT */
/*
 * One end of ECP on a cable, without I/O: stop and wait, with retries.  After receive and expire,
 * and whenever something was sent, transmit until it returns 0.
 */
#ifndef VDP_ECP_CHANNEL_H
#define VDP_ECP_CHANNEL_H

#include "net/ecp.h"
#include "net/vdp.h"
#include "vdp/vdp_timing.h"

enum { ECP_CHANNEL_QUEUE = 64, ECP_CHANNEL_PDU_MAX = ECP_HEADER_SIZE + VDP_PDU_MAX };

/* What one request carries. */
struct ecp_payload {
	size_t size;
	unsigned rounds; /* how often it was given up */
	uint8_t octets[VDP_PDU_MAX];
};

struct ecp_channel {
	uint64_t ack_us;
	unsigned retries;
	struct ecp_payload queue[ECP_CHANNEL_QUEUE]; /* a ring; the first is on its way */
	size_t first, count;
	uint16_t sequence; /* of the first */
	bool is_due; /* it is to be sent, for the first time or again */
	unsigned tries; /* how often it was */
	struct dimp_time deadline; /* of its ACK */
	bool has_heard, owes_ack;
	uint16_t heard; /* of the last request that came, when, and what it carried */
	struct dimp_time heard_at;
	size_t heard_size;
	uint8_t heard_octets[ECP_PAYLOAD_MAX];
	uint64_t duplicates, lost, unreadable;
};

void ecp_channel_init(struct ecp_channel *channel, const struct vdp_timing *timing);

/* Queues |payload|; false when too much waits. */
bool ecp_channel_send(struct ecp_channel *channel, const struct ecp_payload *payload);

/* Takes the payload of an ECP frame; true when it carries what did not come before: |payload|,
 * borrowed from |octets|. */
bool ecp_channel_receive(struct ecp_channel *channel, struct dimp_view octets,
	struct dimp_view *payload, struct dimp_time now);

/* The next PDU to send, and its size; 0 for none. */
size_t ecp_channel_transmit(struct ecp_channel *channel, uint8_t octets[ECP_CHANNEL_PDU_MAX],
	struct dimp_time now);

struct dimp_time ecp_channel_deadline(const struct ecp_channel *channel);
/* True when a request was given up: |lost| is what it carried. */
bool ecp_channel_expire(struct ecp_channel *channel, struct dimp_time now,
	struct ecp_payload *lost);

#endif
