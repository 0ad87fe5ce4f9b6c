/* SPDX-License-Identifier: MIT */
/*
 * One round of a migration as the source sends it (DIMP 9.3-5): the entries whose last change lies
 * after what earlier rounds carried and not after the number at which this one was opened, in DATA
 * messages, then ROUND-END.
 */
#ifndef DIMP_ROUND_H
#define DIMP_ROUND_H

#include "di_export.h"
#include "machine.h"

struct round {
	bool is_open; /* something of it is still to be handed to the association */
	bool is_final;
	uint16_t number;
	uint32_t started; /* rounds so far */
	uint32_t chunks; /* DATA messages so far, over all rounds */
	uint64_t upto; /* the newest change number that it or an earlier one carries */
	struct di_export reading;
};

/* What of the migration a round needs to know. */
struct round_target {
	dimp_peer destination;
	dimp_vsi_index vsi;
	uint64_t migration;
	uint64_t types;
	uint64_t freeze; /* 0 unless final */
	const struct dimp_id16 *digest_key;
};

/* Before the first round of a migration. */
void round_reset(struct round *round);

/* Whether the next one can only be the final one: numbers of rounds or chunks come to their end. */
bool round_is_last(const struct round *round);

/* Opens the next round over all that changed since the last one: the final one, if the target names
 * a freeze. */
void round_start(struct round *round, const struct round_target *target,
	const struct machine_input *input);

/* How many entries changed since the round was opened. */
uint32_t round_waiting(const struct round *round, const struct round_target *target,
	const struct machine_input *input);

/* Hands over as much as the association takes; true when that closed the round. */
bool round_pump(struct round *round, const struct round_target *target,
	const struct machine_input *input);

#endif
