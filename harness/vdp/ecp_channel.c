/* SPDX-License-Identifier: MIT */
/*
 * Only the last request is remembered: with one on its way, a repeat can be of no other.  It is one
 * only if it says the same, and soon: numbers begin at 1 and pass over 0, as lldpad's do, so that
 * an end that starts anew uses those that were heard before, and may have the same to say.  An ACK
 * says that a request arrived, not that anything came of it.
 */
#include "vdp/ecp_channel.h"

#include <string.h>

void ecp_channel_init(struct ecp_channel *channel, const struct vdp_timing *timing)
{
	channel->ack_us = vdp_timing_ack_us(timing);
	channel->retries = timing->retries;
	channel->first = channel->count = 0;
	channel->sequence = 1;
	channel->tries = 0;
	channel->deadline = DIMP_NEVER;
	channel->is_due = channel->has_heard = channel->owes_ack = false;
	channel->heard = 0;
	channel->heard_at = (struct dimp_time){0};
	channel->heard_size = 0;
	channel->duplicates = channel->lost = channel->unreadable = 0;
}

bool ecp_channel_send(struct ecp_channel *channel, const struct ecp_payload *payload)
{
	if (channel->count == ECP_CHANNEL_QUEUE)
		return false;
	channel->queue[(channel->first + channel->count) % ECP_CHANNEL_QUEUE] = *payload;
	channel->is_due = channel->is_due || channel->count == 0;
	channel->count++;
	return true;
}

static void take_next(struct ecp_channel *channel)
{
	channel->first = (channel->first + 1) % ECP_CHANNEL_QUEUE;
	channel->count--;
	channel->sequence++;
	if (channel->sequence == 0)
		channel->sequence = 1;
	channel->tries = 0;
	channel->deadline = DIMP_NEVER;
	channel->is_due = channel->count != 0;
}

/* Far above the tries of one request, far below the time between two of an end that starts anew. */
static const uint64_t repeat_us = 1000000;

static bool is_heard(const struct ecp_channel *channel, const struct ecp_pdu *pdu,
	struct dimp_time now)
{
	return channel->has_heard && channel->heard == pdu->sequence &&
		now.us - channel->heard_at.us < repeat_us &&
		channel->heard_size == pdu->payload.size &&
		(pdu->payload.size == 0 ||
			memcmp(channel->heard_octets, pdu->payload.octets, pdu->payload.size) == 0);
}

static void keep_heard(struct ecp_channel *channel, const struct ecp_pdu *pdu)
{
	channel->has_heard = true;
	channel->heard = pdu->sequence;
	channel->heard_size = pdu->payload.size;
	if (pdu->payload.size != 0)
		memcpy(channel->heard_octets, pdu->payload.octets, pdu->payload.size);
}

bool ecp_channel_receive(struct ecp_channel *channel, struct dimp_view octets,
	struct dimp_view *payload, struct dimp_time now)
{
	struct ecp_pdu pdu;

	if (!ecp_read(octets, &pdu) || pdu.subtype != ECP_SUBTYPE_VDP) {
		channel->unreadable++;
		return false;
	}
	if (pdu.operation == ECP_ACK) {
		if (channel->tries != 0 && pdu.sequence == channel->sequence)
			take_next(channel);
		return false;
	}
	const bool is_repeat = is_heard(channel, &pdu, now);

	channel->owes_ack = true;
	channel->heard_at = now;
	channel->duplicates += is_repeat;
	keep_heard(channel, &pdu);
	*payload = pdu.payload;
	return !is_repeat;
}

size_t ecp_channel_transmit(struct ecp_channel *channel, uint8_t octets[ECP_CHANNEL_PDU_MAX],
	struct dimp_time now)
{
	struct ecp_pdu pdu = {.operation = ECP_ACK, .subtype = ECP_SUBTYPE_VDP};

	if (channel->owes_ack) {
		channel->owes_ack = false;
		pdu.sequence = channel->heard;
		return ecp_write(&pdu, octets, ECP_CHANNEL_PDU_MAX);
	}
	if (!channel->is_due)
		return 0;
	const struct ecp_payload *first = &channel->queue[channel->first];

	channel->is_due = false;
	channel->tries++;
	channel->deadline = (struct dimp_time){now.us + channel->ack_us};
	pdu.operation = ECP_REQUEST;
	pdu.sequence = channel->sequence;
	pdu.payload = (struct dimp_view){first->octets, first->size};
	return ecp_write(&pdu, octets, ECP_CHANNEL_PDU_MAX);
}

struct dimp_time ecp_channel_deadline(const struct ecp_channel *channel)
{
	return channel->deadline;
}

bool ecp_channel_expire(struct ecp_channel *channel, struct dimp_time now, struct ecp_payload *lost)
{
	if (now.us < channel->deadline.us)
		return false;
	channel->deadline = DIMP_NEVER;
	if (channel->tries <= channel->retries) {
		channel->is_due = true;
		return false;
	}
	*lost = channel->queue[channel->first];
	lost->rounds++;
	channel->lost++;
	take_next(channel);
	return true;
}
