/* SPDX-License-Identifier: MIT */
/*
 * The inside of a KaY, for the files that make it up: kay (the machine), kay_peers (who is there,
 * and who is key server), kay_message (its MKPDUs), kay_records (participant and peers),
 * kay_associations (SAKs and SAs), kay_suspension.  Nobody else includes it.
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
	bool lists_stranger; /* somebody as live whom this end does not know */
	struct dimp_time stranger_until; /* in vain from then on */
};

/* A SAK in use, as MKPDUs tell of it: this end sends with no number below the one it tells. */
struct kay_key {
	bool is_there;
	struct mkpdu_use use;
	uint64_t next_lowest; /* what the hello after next tells */
};

struct kay {
	struct kay_config config;
	struct source_place place;
	bool is_running;
	struct mka_keys keys; /* of the participant; without the CAK when it moved */
	struct dimp_sci sci;
	uint8_t priority;
	enum dimp_macsec_capability capability;
	bool is_macsec_desired, is_delay_protecting;
	struct mkpdu_member member;
	uint32_t next_message, next_key;
	uint8_t next_association_number;
	bool is_key_server;
	struct kay_peer peers[KAY_PEERS_MAX];
	size_t peer_count;
	struct kay_key latest, old;
	/* Who shares the latest key, in the order of their SSCIs. */
	struct mkpdu_member roster[MKPDU_PEERS_MAX + 1];
	size_t roster_count;
	bool is_due; /* an MKPDU, at once */
	bool is_unheard; /* it moved here and no peer has spoken yet */
	bool is_rekey_wanted;
	bool has_new_peer; /* live since the last distribution */
	struct dimp_time hello_at;
	struct dimp_time suspended_until; /* nobody is given up before */
	uint8_t suspension_asked_s; /* of the key server, by this end */
	struct dimp_time distribute_from; /* no SAK is distributed before */
	struct dimp_time transmit_at; /* with the latest key in any case */
	struct dimp_time retire_at; /* the old key */
};

/* ---- kay_peers ---- */

/* IEEE 802.1X-2020 table 9-3: MKA Hello Time, within which whoever lives has spoken, and Life Time.
 */
#define KAY_HELLO_US 2000000
#define KAY_LIFE_US 6000000

size_t kay_peers_live(const struct kay *kay);
/* NULL when nobody has this MI. */
struct kay_peer *kay_peers_find(struct kay *kay, const struct mkpdu_member *member);
/* Whether a list names this participant by a number that it has used lately. */
bool kay_peers_name_us(const struct kay *kay, const struct mkpdu_peer *peers, size_t count);
/* The peer of an MKPDU, taken from it; NULL when it says nothing new, or there is no room. */
struct kay_peer *kay_peers_meet(struct kay *kay, const struct mkpdu *mkpdu, struct dimp_time now);
/* Those whose time is over go, and with them what is received from them; whether a live one was
 * among them. */
bool kay_peers_forget(struct kay *kay, struct dimp_time now);
/* The live peer that is key server; NULL when this end is, or nobody. */
const struct kay_peer *kay_peers_elected(const struct kay *kay);
/* Whether this end is key server: by priority and then SCI, and not with priority 255. */
bool kay_peers_elect_us(const struct kay *kay);
/* Whether all that are live can protect, and one of them wants to. */
bool kay_peers_may_protect(const struct kay *kay);
/* What is wanted of confidentiality, as far as all that are live are capable of it. */
uint8_t kay_peers_confidentiality(const struct kay *kay, uint8_t wanted);

/* Whether |mkpdu| of |peer| lists somebody as live who was not heard here yet. */
void kay_peers_note_lists(struct kay *kay, struct kay_peer *peer, const struct mkpdu *mkpdu,
	struct dimp_time now);
/* When all should be known whom live peers list: a hello after that of one who is not. */
struct dimp_time kay_peers_known_from(const struct kay *kay);

/* ---- kay_suspension ---- */

bool kay_suspension_holds(const struct kay *kay, struct dimp_time now);
/* The key server's word holds; it takes one from others as a request. */
void kay_suspension_take(struct kay *kay, const struct kay_peer *peer, const struct mkpdu *mkpdu,
	struct dimp_time now);
/* What an MKPDU of this end says of it, in seconds. */
uint8_t kay_suspension_told(const struct kay *kay, struct dimp_time now);

/* ---- kay_message ---- */

/* Reads a frame that is an MKPDU of the participant's association, not its own, authentic. */
bool kay_message_read(const struct kay *kay, struct dimp_view octets, struct mkpdu *mkpdu);
/* Writes the participant's next MKPDU as a whole frame; 0 when it cannot be made. */
size_t kay_message_write(const struct kay *kay, uint8_t octets[KAY_FRAME_MAX],
	struct dimp_time now);

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
/* All live participants, by descending SCI: the order of SSCIs from 1 on (9.10). */
void kay_associations_call_roll(struct kay *kay);
/* As far as the records tell who shares the latest key: after a move. */
void kay_associations_recall_roll(struct kay *kay);
/* The roll as the key server has it in the MKPDU that distributes. */
void kay_associations_take_roll(struct kay *kay, const struct mkpdu *mkpdu);
/* Puts the SAs of |sak| for all that share it: they receive, and do not transmit yet. */
void kay_associations_install(const struct kay *kay, const struct kay_sak *sak,
	struct dimp_time now);
/* The SA to receive the latest key from |peer| with, if he shares it and it is not there yet. */
void kay_associations_add(const struct kay *kay, const struct kay_peer *peer, struct dimp_time now);
/* Nothing more is received from |peer|. */
void kay_associations_remove(const struct kay *kay, const struct kay_peer *peer,
	struct dimp_time now);
/* What |peer| says it sends no frame below, with the SA of |use|'s key: none is taken. */
void kay_associations_raise(const struct kay *kay, const struct kay_peer *peer,
	const struct mkpdu_use *use, struct dimp_time now);
/* The latest key transmits and no other does. */
void kay_associations_transmit(const struct kay *kay, struct dimp_time now);
/* Deletes the SAs of the latest key. */
void kay_associations_abandon(const struct kay *kay, struct dimp_time now);
/* Deletes the SAs that are not of the latest key; all, when there is none. */
void kay_associations_retire(const struct kay *kay, struct dimp_time now);
/* The SA this end transmits with under |key|; NULL if there is none. */
const struct dimp_macsec_sa *kay_associations_sending(const struct kay *kay,
	const struct mkpdu_key *key);
/* The next number that this end sends with under |key|; 1 when it does not. */
uint64_t kay_associations_next(const struct kay *kay, const struct mkpdu_key *key);
/* Whether a number of |key| has come as far as that a new SAK is needed. */
bool kay_associations_near_end(const struct kay *kay, const struct mkpdu_key *key);

#endif
