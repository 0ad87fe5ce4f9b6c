/* SPDX-License-Identifier: MIT */
/*
 * A destination's question to all bridges: who has the DI of this VSI? (DIMP 9.2-28)  Answers are
 * added up until all have come or the time is over.
 */
#ifndef DIMP_LOOKUP_H
#define DIMP_LOOKUP_H

#include "machine.h"

enum lookup_result {
	LOOKUP_WAITING,
	LOOKUP_OWNER, /* lookup.owner has it */
	LOOKUP_BUSY, /* on its way somewhere: ask again */
	LOOKUP_TOMBSTONE, /* nobody, and no tombstone elsewhere is later than ours */
	LOOKUP_NOBODY
};

struct lookup {
	uint32_t asked; /* bridges */
	uint64_t answered; /* bit of each peer below 64 that has answered */
	uint32_t answers; /* of different peers */
	struct dimp_time due;
	dimp_peer owner; /* DIMP_NO_PEER: none said so */
	uint64_t serial; /* the owner's rank, */
	uint32_t epoch; /* or the latest tombstone's */
	bool is_incoming;
};

/* Asks all bridges with |who_has|, whose look-up number comes back with their answers. */
void lookup_start(struct lookup *lookup, const struct dimp_message *who_has,
	const struct machine_input *input);

/* Takes an I-HAVE. */
void lookup_answer(struct lookup *lookup, const struct machine_input *input);

/* What is known at |now|; |own| is the rank of a tombstone here, NULL if there is none. */
struct lookup_rank {
	uint64_t serial;
	uint32_t epoch;
};
enum lookup_result lookup_judge(const struct lookup *lookup, const struct lookup_rank *own,
	struct dimp_time now);

#endif
