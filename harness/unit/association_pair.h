/* SPDX-License-Identifier: MIT */
/*
 * Two associations that face each other over a pipe in memory, in virtual time. The pipe loses,
 * duplicates, delays and so reorders PDUs as its seed says; messages are numbered, and each end
 * notes which numbers it has seen.
 */
#ifndef DIMP_ASSOCIATION_PAIR_H
#define DIMP_ASSOCIATION_PAIR_H

#include "association.h"
#include "crypto/openssl_crypto.h"

enum {
	PAIR_QUEUE_MAX = 64,
	PAIR_PDUS_MAX = 2048,
	PAIR_MESSAGES_MAX = 4096,
	PAIR_MESSAGE_TYPE = 0x8999
};

struct pair_pdu {
	struct dimp_time arrives_at;
	uint64_t order;
	int to;
	size_t size;
	uint8_t octets[DIMP_PDU_SIZE_DEFAULT];
};

struct pair_end {
	struct openssl_crypto *crypto;
	struct dimp_settings settings;
	struct dimp_counters counters;
	struct association_context context;
	struct dimp_peer_config peer;
	struct association *association;
	uint32_t sent_count; /* messages handed to association_send() */
	uint32_t seen[PAIR_MESSAGES_MAX]; /* how often each message came */
	uint32_t seen_count; /* different messages that came */
	uint32_t corrupt_count;
	uint32_t ups, losts;
	enum dimp_error lost_error;
	uint64_t transit_bound_us; /* of the last input */
	bool is_full; /* takes no messages: no accept */
};

struct pair {
	struct dimp_time now;
	uint64_t delay_us, jitter_us;
	uint32_t loss_percent, duplicate_percent;
	uint64_t state; /* of the pipe's own dice */
	uint64_t order;
	size_t pdu_count;
	struct pair_pdu pdus[PAIR_PDUS_MAX];
	/* A copy of the last PDU that each end sent of each kind, to play tricks with. */
	struct pair_pdu last[2][4];
	struct pair_end ends[2];
};

/* A pair with default settings over a pipe of 50 us each way without faults; |seed| decides keys
 * and dice. End 0 has the higher static public key. */
struct pair *pair_create(uint64_t seed);
/* The same with other settings at both ends. */
struct pair *pair_create_with(uint64_t seed, const struct dimp_settings *settings);
/* A pair whose association stands: a message of end 0 has made it. */
struct pair *pair_create_standing(uint64_t seed);
void pair_destroy(struct pair *pair);

/* Hands |count| messages of |size| octets (at least 8) to an end, as far as there is room. */
void pair_send(struct pair *pair, int end, uint32_t count, size_t size);

/* Lets everything happen until nothing is under way up to |until| (from now). */
void pair_run(struct pair *pair, uint64_t us);

/* Whether each message sent by one end was seen by the other. */
bool pair_is_complete(const struct pair *pair);

/* Hands a PDU to an end at this instant, as the pipe would. */
void pair_deliver(struct pair *pair, int end, const struct pair_pdu *pdu);

#endif
