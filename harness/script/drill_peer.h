/* SPDX-License-Identifier: MIT */
/*
 * A peer that does what the drill says.  Handshakes are done by a speaker of the library; when the
 * keys are there this end takes over: it seals what the drill sends, opens what arrives and
 * acknowledges it at once.  It sends nothing by itself but handshakes and acknowledgements.
 */
#ifndef SCRIPT_DRILL_PEER_H
#define SCRIPT_DRILL_PEER_H

#include "script/drill.h"
#include "script/drill_forgery.h"

struct drill_peer;

enum { DRILL_PDU_MAX = DIMP_PDU_SIZE_MAX };

struct drill_pdu {
	size_t size;
	uint8_t octets[DRILL_PDU_MAX];
};

/* A peer called |name|, which decides its static key, of the speaker with |subject|'s key; |seed|
 * and name decide what it draws.  NULL without memory. */
struct drill_peer *drill_peer_create(const char *name, const struct dimp_public_key *subject,
	uint64_t seed);
void drill_peer_destroy(struct drill_peer *peer);

/* What the peer shares with the speaker under test from its next handshake on; zeros: nothing. */
void drill_peer_share(struct drill_peer *peer, const uint8_t preshared[DIMP_KEY_SIZE]);

/* The static public key of a peer or speaker called |name|, and its secret. */
bool drill_peer_identity(const char *name, uint8_t secret[DIMP_KEY_SIZE],
	struct dimp_public_key *key);

/* Forgets all it knew and starts a handshake that does not tell of a new start, as for new keys;
 * what is to be sent comes from drill_peer_next().  False when the library refuses. */
bool drill_peer_open(struct drill_peer *peer, struct dimp_time now);
/* The same, and the handshake tells of a new start. */
bool drill_peer_restart(struct drill_peer *peer, struct dimp_time now);

/* The packet number of what the peer seals next. */
void drill_peer_number(struct drill_peer *peer, uint64_t number);

/* The start octet in the last handshake PDU of the speaker under test that opened (DIMP 5.2-14);
 * false when none did. */
bool drill_peer_told_start(const struct drill_peer *peer, uint8_t *start);

/* Whether the peer acknowledges what elicits it; it does until told otherwise. */
void drill_peer_acknowledge(struct drill_peer *peer, bool is_acknowledging);

/* The next handshake PDU that the peer makes is changed so; the keys it has stay. */
void drill_peer_alter(struct drill_peer *peer, const struct drill_forgery *forgery);

/* A PDU of the speaker under test.  The messages in it, opened, into |payload|; size 0 when there
 * are none. Handshake PDUs and an ACK may be there to be sent afterwards. */
void drill_peer_take(struct drill_peer *peer, struct dimp_view pdu, struct drill_pdu *payload,
	struct dimp_time now);

/* The next PDU to send; false when there is none. */
bool drill_peer_next(struct drill_peer *peer, struct drill_pdu *pdu, struct dimp_time now);

/* The keys of its association; false when there is none. */
bool drill_peer_keys(const struct drill_peer *peer, struct dimp_association_keys *keys);

/* Seals |payload| into a PDU; false when there are no keys or it is too long. */
bool drill_peer_seal(struct drill_peer *peer, struct dimp_view payload, struct drill_pdu *pdu);

/* The same with the keys that were replaced last, and packet number |number|; false when none
 * were. */
bool drill_peer_seal_old(const struct drill_peer *peer, struct dimp_view payload, uint64_t number,
	struct drill_pdu *pdu);

#endif
