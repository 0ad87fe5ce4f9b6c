/* SPDX-License-Identifier: MIT */
/*
 * The two handshake PDUs (DIMP 5.2): octets around the Noise messages, the keyed check, stamps and
 * versions. Nothing here keeps state but the handshake that is handed in.
 */
#ifndef DIMP_INITIATION_H
#define DIMP_INITIATION_H

#include "association.h"
#include "handshake.h"

enum {
	INITIATION_PAYLOAD_SIZE = 16,
	INITIATION_CHECK_SIZE = 16,
	INITIATION_REPLY_PAYLOAD_SIZE = 8,
	INITIATION_SIZE = DIMP_PDU_HEADER_SIZE + HANDSHAKE_INITIATION_OVERHEAD +
		INITIATION_PAYLOAD_SIZE + INITIATION_CHECK_SIZE,
	INITIATION_REPLY_SIZE =
		DIMP_PDU_HEADER_SIZE + HANDSHAKE_REPLY_OVERHEAD + INITIATION_REPLY_PAYLOAD_SIZE
};

/* Both ends of an association to be. */
struct initiation_ends {
	struct association_context *context;
	const struct dimp_peer_config *peer;
};

/* What an INITIATION says inside its seal. */
struct initiation {
	uint32_t index;
	uint64_t stamp;
	uint8_t lowest_version, highest_version;
	uint8_t start; /* another number at every start of its sender (DIMP 5.2-14) */
};

/* What a REPLY says inside its seal. */
struct initiation_reply {
	uint32_t index;
	uint8_t lowest_version, highest_version, selected_version;
	uint8_t start; /* as in INITIATION */
};

/* Writes INITIATION_SIZE octets with a new ephemeral key; false when a primitive refused. */
bool initiation_write(const struct initiation_ends *ends, struct handshake *handshake,
	const struct initiation *initiation, uint8_t *pdu);

/* The keyed check, which costs no public-key operation. |pdu| is INITIATION_SIZE octets. */
bool initiation_is_for_us(const struct association_context *context, struct dimp_view pdu);

/*
 * Opens an INITIATION from exactly this peer and leaves |handshake| ready for the reply. False when
 * it is from somebody else, changed, or has no version in common with us.
 */
bool initiation_read(const struct initiation_ends *ends, struct handshake *handshake,
	struct dimp_view pdu, struct initiation *initiation);

/* Writes INITIATION_REPLY_SIZE octets to the index the INITIATION named; of |own|, index and start
 * are used. */
bool initiation_reply_write(struct handshake *handshake, const struct initiation *initiation,
	const struct initiation_reply *own, uint8_t *pdu);

/* Opens a REPLY, |pdu| being INITIATION_REPLY_SIZE octets. */
bool initiation_reply_read(struct handshake *handshake, struct dimp_view pdu,
	struct initiation_reply *reply);

#endif
