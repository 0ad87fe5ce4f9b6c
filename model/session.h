/* SPDX-License-Identifier: MIT */
/*
 * One set of keys of an association, from a handshake to the next: both keys and indices, packet
 * numbers, replay window and what is to be acknowledged (DIMP 5.4 to 5.6).
 */
#ifndef DIMP_SESSION_H
#define DIMP_SESSION_H

#include "dimp.h"
#include "receipts.h"
#include "replay_window.h"

/* An ACK that the peer sent in its PDU |number|, and when we had sent the newest PDU it named. */
struct session_ack {
	uint64_t number;
	struct dimp_time sent_at;
};

struct session {
	bool is_live;
	bool is_initiator;
	uint32_t local_index, remote_index;
	uint8_t peer_start; /* told in the peer's handshake PDU */
	uint8_t send_key[DIMP_KEY_SIZE], receive_key[DIMP_KEY_SIZE];
	uint64_t next_number;
	uint64_t failed_openings;
	struct dimp_time established_at;
	/* When our own handshake PDU was sent: all the peer sends under these keys is later. */
	struct dimp_time handshake_sent_at;
	struct replay_window window;
	struct receipts receipts;
	size_t ack_count; /* ever remembered; the last DIMP_ACKS_REMEMBERED are kept */
	struct session_ack acks[DIMP_ACKS_REMEMBERED];
};

enum session_opening {
	SESSION_OPENED = 1,
	SESSION_REPLAYED, /* number seen, or too old to tell */
	SESSION_FORGED, /* the seal is wrong */
	SESSION_BEYOND /* the number is beyond what one key may seal */
};

/* Whether PDUs to |index| are for these keys. */
bool session_is(const struct session *session, uint32_t index);

/*
 * Opens a PROTECTED PDU of packet number |number| into |payload|. When it opens, its number is
 * marked as seen; when it does not, nothing changes but the count of failures.
 */
enum session_opening session_open(struct session *session, const struct dimp_crypto *crypto,
	struct dimp_view pdu, struct dimp_payload *payload);

/* Whether so many seals were wrong that the key is to be given up (DIMP 5.8-5). */
bool session_is_worn_out(const struct session *session);

/* Whether another PDU may be sealed with the key. */
bool session_can_seal(const struct session *session);

/*
 * Seals |payload_size| octets that stand at |pdu| + DIMP_PDU_HEADER_SIZE, where they are, and puts
 * the header before them. Returns the PDU's size, 0 when the primitive refused. The number is used
 * up.
 */
size_t session_seal(struct session *session, const struct dimp_crypto *crypto, uint8_t *pdu,
	size_t payload_size);

/* The PDU |number| held an ACK whose newest PDU we had sent at |sent_at|. */
void session_remember_ack(struct session *session, uint64_t number, struct dimp_time sent_at);

/* The latest instant at which we are sure that PDU |number| had not been sent. */
struct dimp_time session_sent_after(const struct session *session, uint64_t number);

void session_wipe(struct session *session);

#endif
