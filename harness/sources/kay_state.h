/* SPDX-License-Identifier: MIT */
/*
 * The inside of a KaY, for the files that make it up: kay (the machine), kay_message (its MKPDUs),
 * kay_records (participant and peers), kay_associations (SAKs and SAs).  Nobody else includes it.
 */
#ifndef SOURCES_KAY_STATE_H
#define SOURCES_KAY_STATE_H

#include "sources/kay.h"

struct kay_peer {
	struct mkpdu_member member;
	struct dimp_sci sci;
	uint32_t last_message;
	uint8_t priority, capability;
	bool is_key_server, is_macsec_desired;
	bool is_live; /* it has answered; else potential */
	bool is_receiving, is_transmitting; /* with the latest key */
	struct dimp_time until; /* given up then */
};

/* A SAK in use, as MKPDUs tell of it. */
struct kay_key {
	bool is_there;
	struct mkpdu_use use;
};

struct kay {
	struct kay_config config;
	struct source_place place;
	bool is_running;
	struct mka_keys keys; /* of the participant; without the CAK when it moved */
	struct dimp_sci sci;
	uint8_t priority;
	struct mkpdu_member member;
	uint32_t next_message, next_key;
	uint8_t next_association_number;
	bool is_key_server;
	struct kay_peer peers[KAY_PEERS_MAX];
	size_t peer_count;
	struct kay_key latest, old;
	bool is_due; /* an MKPDU, at once */
	bool is_unheard; /* it moved here and no peer has spoken yet */
	bool is_rekey_wanted;
	bool has_new_peer; /* live since the last distribution */
	struct dimp_time hello_at;
	struct dimp_time distribute_from; /* no SAK is distributed before */
	struct dimp_time transmit_at; /* with the latest key in any case */
	struct dimp_time retire_at; /* the old key */
};

/* ---- kay_message ---- */

/* Reads a frame that is an MKPDU of the participant's association, not its own, authentic. */
bool kay_message_read(const struct kay *kay, struct dimp_view octets, struct mkpdu *mkpdu);
/* Writes the participant's next MKPDU as a whole frame; 0 when it cannot be made. */
size_t kay_message_write(const struct kay *kay, uint8_t octets[KAY_FRAME_MAX]);

/* ---- kay_records ---- */

/* The participant and its peers out of the records; false when there is no participant. */
bool kay_records_load(struct kay *kay, struct dimp_time now);
/* And into them. */
void kay_records_write(const struct kay *kay, struct dimp_time now);
struct dimp_id16 kay_records_identifier(const struct mkpdu_key *key);

/* ---- kay_associations ---- */

/* A SAK that came or was made, with its suite. */
struct kay_sak {
	struct mkpdu_key key;
	uint8_t association_number;
	uint8_t confidentiality; /* as it was distributed */
	uint64_t cipher_suite;
	struct mka_key sak;
};

/* Whether the suite is known, and goes with the SAK's size and the offset. */
bool kay_associations_can_use(const struct kay_sak *sak);
/* Puts the SAs of |sak| for every live peer: they receive, and do not transmit yet. */
void kay_associations_install(const struct kay *kay, const struct kay_sak *sak,
	struct dimp_time now);
/* The latest key transmits and no other does. */
void kay_associations_transmit(const struct kay *kay, struct dimp_time now);
/* Deletes the SAs that are not of the latest key; all, when there is none. */
void kay_associations_retire(const struct kay *kay, struct dimp_time now);
/* The SA this end transmits with under |key|; NULL if there is none. */
const struct dimp_macsec_sa *kay_associations_sending(const struct kay *kay,
	const struct mkpdu_key *key);
/* The highest lowest acceptable number of |key|'s SAs that receive; 1 at least. */
uint64_t kay_associations_lowest(const struct kay *kay, const struct mkpdu_key *key);
/* Whether a number of |key| has come as far as that a new SAK is needed. */
bool kay_associations_near_end(const struct kay *kay, const struct mkpdu_key *key);

#endif
