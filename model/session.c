/* SPDX-License-Identifier: MIT */
/*
 * Owns the keys between two handshakes and every number used under them. A number is used once: it
 * is taken before sealing, also when sealing then fails, and it ends at DIMP_PDUS_PER_KEY_MAX.
 */
#include "session.h"

#include <assert.h>

#include "handshake.h"
#include "pdu.h"
#include "wipe.h"

/* Wrong seals under one key after which it is given up (DIMP 5.8-5). */
#define FAILED_OPENINGS_MAX (UINT64_C(1) << 52)

bool session_is(const struct session *session, uint32_t index)
{
	return session->is_live && session->local_index == index;
}

enum dimp_error dimp_pdu_open(const struct dimp_crypto *crypto, const uint8_t key[32],
	struct dimp_view pdu, struct dimp_payload *payload)
{
	struct dimp_pdu_header header;
	uint8_t nonce[DIMP_NONCE_SIZE];

	payload->size = 0;
	const enum dimp_error error = dimp_pdu_header_read(pdu, &header);
	if (error != DIMP_ERROR_NONE)
		return error;
	if (header.kind != DIMP_PDU_PROTECTED)
		return DIMP_ERROR_BAD_VALUE;
	if (header.size < DIMP_PDU_HEADER_SIZE + DIMP_TAG_SIZE)
		return DIMP_ERROR_BAD_LENGTH;
	const size_t sealed_size = header.size - (size_t)DIMP_PDU_HEADER_SIZE;
	handshake_nonce(nonce, header.packet_number);
	const struct dimp_sealing sealing = {
		.key = key,
		.nonce = nonce,
		.additional = wire_view(pdu.octets, DIMP_PDU_HEADER_SIZE),
		.text = wire_view(pdu.octets + DIMP_PDU_HEADER_SIZE, sealed_size),
	};
	if (!crypto->open(crypto->user, payload->octets, &sealing))
		return DIMP_ERROR_BAD_SEAL;
	payload->size = sealed_size - DIMP_TAG_SIZE;
	return DIMP_ERROR_NONE;
}

enum session_opening session_open(struct session *session, const struct dimp_crypto *crypto,
	struct dimp_view pdu, struct dimp_payload *payload)
{
	struct dimp_pdu_header header;

	if (dimp_pdu_header_read(pdu, &header) != DIMP_ERROR_NONE)
		return SESSION_FORGED;
	if (header.packet_number >= DIMP_PDUS_PER_KEY_MAX)
		return SESSION_BEYOND;
	if (!replay_window_is_fresh(&session->window, header.packet_number))
		return SESSION_REPLAYED;
	if (dimp_pdu_open(crypto, session->receive_key, pdu, payload) != DIMP_ERROR_NONE) {
		session->failed_openings++;
		return SESSION_FORGED;
	}
	replay_window_add(&session->window, header.packet_number);
	return SESSION_OPENED;
}

bool session_is_worn_out(const struct session *session)
{
	return session->failed_openings >= FAILED_OPENINGS_MAX;
}

bool session_can_seal(const struct session *session)
{
	return session->is_live && session->next_number < DIMP_PDUS_PER_KEY_MAX;
}

size_t session_seal(struct session *session, const struct dimp_crypto *crypto, uint8_t *pdu,
	size_t payload_size)
{
	const size_t size = DIMP_PDU_HEADER_SIZE + payload_size + DIMP_TAG_SIZE;
	const struct dimp_pdu_header header = {
		.kind = DIMP_PDU_PROTECTED,
		.size = (uint16_t)size,
		.receiver_index = session->remote_index,
		.packet_number = session->next_number,
	};
	struct wire_writer writer = wire_writer_of(pdu, DIMP_PDU_HEADER_SIZE);
	uint8_t nonce[DIMP_NONCE_SIZE];

	assert(session_can_seal(session));
	assert(size <= DIMP_PDU_SIZE_MAX);
	session->next_number++;
	pdu_header_write(&header, &writer);
	handshake_nonce(nonce, header.packet_number);
	const struct dimp_sealing sealing = {
		.key = session->send_key,
		.nonce = nonce,
		.additional = wire_view(pdu, DIMP_PDU_HEADER_SIZE),
		.text = wire_view(pdu + DIMP_PDU_HEADER_SIZE, payload_size),
	};
	return crypto->seal(crypto->user, pdu + DIMP_PDU_HEADER_SIZE, &sealing) ? size : 0;
}

void session_remember_ack(struct session *session, uint64_t number, struct dimp_time sent_at)
{
	session->acks[session->ack_count % DIMP_ACKS_REMEMBERED] =
		(struct session_ack){number, sent_at};
	session->ack_count++;
}

struct dimp_time session_sent_after(const struct session *session, uint64_t number)
{
	const size_t count = session->ack_count < DIMP_ACKS_REMEMBERED ? session->ack_count
								       : DIMP_ACKS_REMEMBERED;
	struct dimp_time latest = session->handshake_sent_at;

	for (size_t each = 0; each < count; each++) {
		const struct session_ack *ack = &session->acks[each];

		if (ack->number <= number && ack->sent_at.us > latest.us)
			latest = ack->sent_at;
	}
	return latest;
}

void session_wipe(struct session *session)
{
	wipe(session, sizeof *session);
}
