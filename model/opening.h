/* SPDX-License-Identifier: MIT */
/*
 * Getting new keys with one peer (DIMP 5.3): sending INITIATIONs until one is answered, answering
 * the peer's, and deciding between the two when they cross. What the keys are then used for is the
 * association's business.
 */
#ifndef DIMP_OPENING_H
#define DIMP_OPENING_H

#include "initiation.h"
#include "session.h"
#include "token_bucket.h"

struct opening {
	struct initiation_ends ends; /* borrowed */
	bool is_wanted; /* keys are wanted: INITIATIONs go out */
	bool is_in_flight; /* the last INITIATION may still be answered */
	struct dimp_time started_at, retry_at, give_up_at;
	uint64_t interval_us;
	uint32_t index;
	struct dimp_time sent_at;
	struct handshake handshake;
	struct token_bucket bucket;
	bool has_stamp;
	uint64_t last_stamp; /* of the peer, kept as long as the peer is configured */
	size_t pdu_size; /* 0 when no handshake PDU waits */
	uint8_t pdu[INITIATION_SIZE];
};

void opening_init(struct opening *opening, const struct initiation_ends *ends);

/* Sends an INITIATION now, and again, unless that is already going on. */
void opening_start(struct opening *opening, struct dimp_time now);

/* As opening_start(), but the first goes out only after the first interval. */
void opening_start_later(struct opening *opening, struct dimp_time now);

/* Wants no keys any more; what waits is not sent. */
void opening_stop(struct opening *opening);

/*
 * An INITIATION arrived. True when it is answered: |session| then has the keys, unconfirmed, and a
 * REPLY waits. Otherwise the cause is counted and |session| is untouched.
 */
bool opening_receive_initiation(struct opening *opening, struct dimp_view pdu,
	struct session *session, struct dimp_time now);

/* A REPLY arrived. True when it answers our INITIATION: |session| then has the keys. */
bool opening_receive_reply(struct opening *opening, struct dimp_view pdu, struct session *session);

/* Takes the handshake PDU that waits; its size, or 0. |octets| has room for INITIATION_SIZE. */
size_t opening_transmit(struct opening *opening, uint8_t *octets);

/* When opening_expire() is due. It returns false when no answer came in time: the opening stopped.
 */
struct dimp_time opening_deadline(const struct opening *opening);
bool opening_expire(struct opening *opening, struct dimp_time now);

#endif
