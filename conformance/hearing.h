/* SPDX-License-Identifier: MIT */
/*
 * What a listener who has the keys heard, and remembers: sets of keys with their packet numbers,
 * migrations, requests.  Only PDUs that their key opens are remembered: anybody can put others on
 * the wire.
 *
 * Order.  Frames are heard somewhere on their way, perhaps at several places, perhaps not at all,
 * so that a frame that is heard later may have been sent earlier.  What is certain: a PDU was sent
 * before it was first heard, and, if it acknowledges another, after that other one was first heard
 * (it had to pass here to arrive).  |after| is the frame of the latest such PDU, and all that is
 * said about order rests on it.
 */
#ifndef CONFORMANCE_HEARING_H
#define CONFORMANCE_HEARING_H

#include "dimp.h"
#include "observe/keylog.h"

enum { HEARING_NOBODY = -1 };

/* A packet number of a set of keys. */
struct heard_number {
	uint64_t number;
	uint64_t frame; /* in which it was first heard */
	struct dimp_time time;
	uint64_t sum; /* over the PDU's octets */
};

/* That all numbers up to |number| had been sent before |frame|. */
struct heard_bound {
	uint64_t frame;
	uint64_t number;
	uint64_t witness; /* the frame that shows it */
};

struct heard_bounds {
	struct heard_bound *rows; /* rising */
	size_t count, capacity;
};

/* One direction of one set of keys. */
struct heard_keys {
	const struct keylog_key *key; /* borrowed */
	int from, to; /* endpoints */
	int reverse; /* the other direction of the same set; HEARING_NOBODY: not known */
	bool has_confirmed; /* PDU 0 confirmed these keys after a REPLY to |reply_index| */
	uint32_t reply_index;
	struct heard_number *numbers; /* rising */
	size_t count, capacity;
	struct heard_bounds sent; /* shown by PDUs themselves */
	struct heard_bounds acknowledged; /* shown by the peer's ACKs */
	uint64_t first_frame;
	bool has_acknowledged; /* an ACK was heard under these keys */
	bool is_closed;
	uint64_t close_number, close_frame;
};

/* A PDU that was opened and is no copy of one before. */
struct heard {
	uint64_t frame;
	struct dimp_time time;
	int keys; /* index of its struct heard_keys */
	int from, to;
	uint64_t number;
	uint64_t after; /* sent after this frame was heard; 0: not known */
	struct dimp_time after_time;
	struct dimp_view header; /* 16 octets */
	struct dimp_view payload;
	struct dimp_message message; /* the one that is looked at */
	struct dimp_view octets; /* of that message */
	enum dimp_error error; /* if it cannot be read */
};

struct heard_chunk {
	uint32_t chunk, age;
	uint16_t round;
	int keys; /* under which it was last heard */
	uint64_t number; /* of that PDU */
	uint64_t sum, frame;
	struct dimp_time time;
};

/* A fact about a migration or request: the frame in which it was first heard, 0 if it was not. */
struct heard_fact {
	uint64_t frame;
};

/* The end of a round, as it was first told. */
struct heard_round {
	uint16_t round;
	bool is_final;
	uint32_t chunks;
	uint64_t frame;
};

/* An ABORT, as it was first told by one side. */
struct heard_abort {
	struct heard_fact said;
	enum dimp_error error;
};

struct heard_migration {
	int destination, source;
	uint64_t id;
	struct heard_fact solicited, offered, accepted, refused, frozen, final, committed, released;
	struct heard_abort aborted[2]; /* by the destination, by the source */
	int solicit_keys; /* the set of keys under which SOLICIT was heard */
	int offer_keys; /* and OFFER */
	uint64_t serial;
	struct dimp_vsi vsi;
	enum dimp_mode mode;
	uint64_t types;
	uint64_t grant_entries, grant_octets, offered_entries, offered_octets;
	uint32_t epoch;
	struct dimp_message final_end; /* the final ROUND-END */
	uint64_t commit_freeze;
	struct dimp_released release;
	struct heard_chunk *chunks;
	size_t chunk_count, chunk_capacity;
	struct heard_round *rounds;
	size_t round_count, round_capacity;
};

struct heard_request {
	int station, bridge;
	uint64_t id;
	struct heard_fact requested, responded;
	uint64_t serial, required;
	struct dimp_vsi vsi;
	bool may_be_at_risk; /* it has no ticket, or one with that right (DIMP 9.7-7) */
	struct dimp_message response;
};

/* A WHO-HAS. */
struct heard_question {
	int keys; /* under which it was heard */
	uint64_t lookup, frame;
	struct dimp_vsi vsi;
};

/* Who speaks: a station or a bridge (DIMP 7.1-1). */
enum heard_role { HEARD_ANYONE, HEARD_STATION, HEARD_BRIDGE };

enum { HEARING_ADDRESS_SIZE = 64, HEARING_REPLIES = 8 };

struct heard_endpoint {
	char address[HEARING_ADDRESS_SIZE];
	enum heard_role role; /* by what it sent first, in |role_frame| */
	uint64_t role_frame;
	bool awaits_confirmation; /* a REPLY came to it: its next PDU 0 shows the pair */
	uint32_t reply_index;
	int replier;
	uint64_t reply_sums[HEARING_REPLIES]; /* the last ones, to tell copies */
	size_t reply_count;
	int64_t reply_credit_us; /* what is left of the bucket of DIMP 5.3-5 */
	struct dimp_time reply_time;
};

struct hearing {
	struct heard_endpoint *endpoints;
	size_t endpoint_count, endpoint_capacity;
	struct heard_keys *keys;
	size_t key_count, key_capacity;
	struct heard_migration *migrations;
	size_t migration_count, migration_capacity;
	struct heard_request *requests;
	size_t request_count, request_capacity;
	struct heard_question *questions;
	size_t question_count, question_capacity;
	bool is_out_of_memory; /* what is remembered has a hole: nothing may be concluded */
};

/* Frees what is remembered. */
void hearing_free(struct hearing *hearing);

/* The number of an address, which is made known; HEARING_NOBODY without memory. */
int hearing_endpoint(struct hearing *hearing, const char *address);

/* A REPLY passed, to the speaker that has |index|. */
void hearing_reply(struct hearing *hearing, int from, int to, uint32_t index);

/* The set that |key| is of, made known if it is new; HEARING_NOBODY without memory. */
int hearing_keys(struct hearing *hearing, const struct keylog_key *key, int from, int to);

/* The set of this key; HEARING_NOBODY if nothing was heard under it. */
int hearing_find_keys(const struct hearing *hearing, const struct keylog_key *key);

/* Makes the two directions of a set known to each other, once PDU 0 has shown that they are. */
void hearing_pair(struct hearing *hearing, int number);

/* What was heard with this number; NULL when nothing was. */
const struct heard_number *hearing_number(const struct heard_keys *keys, uint64_t number);

/* Remembers a PDU and, when it confirms keys, the pair; false without memory. */
bool hearing_note_pdu(struct hearing *hearing, const struct heard *heard, uint64_t sum);

/* Adds that numbers up to |bound|'s were sent before its frame. */
bool hearing_note_bound(struct heard_bounds *bounds, const struct heard_bound *bound);

/* The highest bound that was known before |frame|; NULL when there is none. */
const struct heard_bound *hearing_bound_before(const struct heard_bounds *bounds, uint64_t frame);

/* Whether every number below |number| was heard. */
bool hearing_is_whole(const struct heard_keys *keys, uint64_t number);

/* The migration that |heard|'s message is of, made known if it is new; NULL for other messages and
 * without memory. */
struct heard_migration *hearing_migration(struct hearing *hearing, const struct heard *heard);

/* The request that |heard|'s message is of, likewise. */
struct heard_request *hearing_request(struct hearing *hearing, const struct heard *heard);

/* The migration for |request| whose SOLICIT was heard; NULL when there is none, or several. */
const struct heard_migration *hearing_migration_for(const struct hearing *hearing,
	const struct heard_request *request);

/* Remembers what the message says of its migration or request. */
void hearing_note_message(struct hearing *hearing, const struct heard *heard);

/* Remembers what the message says of its sender, and the question that it asks. */
void hearing_note_speaker(struct hearing *hearing, const struct heard *heard);

/* Who sends messages of this kind, and who gets them; ANYONE for those of the association. */
enum heard_role hearing_sender_role(enum dimp_message_kind kind);
enum heard_role hearing_receiver_role(enum dimp_message_kind kind);

/* Whether two names of a VSI are one. */
bool hearing_is_same_vsi(const struct dimp_vsi *one, const struct dimp_vsi *other);

/* A sum over octets, to tell copies from others. */
uint64_t hearing_sum(struct dimp_view octets);

/* Room for one more in |rows| of |size| octets each; the rows, perhaps moved, or NULL. */
void *hearing_grow(void *rows, size_t count, size_t *capacity, size_t size);

#endif
