/* SPDX-License-Identifier: MIT */
/*
 * What lets a bridge hand DI out for a move (DIMP 9.7): the VSI manager's ticket in the request, or
 * the old station's announcement.
 */
#ifndef ACTORS_MOVE_AUTHORITY_H
#define ACTORS_MOVE_AUTHORITY_H

#include "actors/consent.h"
#include "actors/vsi_manager.h"
#include "scenario/scenario.h"

struct move_place;

struct move_authority {
	const struct vsi_manager *manager; /* NULL: no bridge asks for a ticket */
	bool is_consent_wanted; /* by some bridge */
	const struct move_place *announcer; /* NULL: where the VM is */
	/* Where the VM may be behind a bridge; NULL for none. */
	const struct move_place *(*place_at)(const void *world, const struct dimp_public_key *key);
	const void *world; /* for place_at */
	enum scenario_ticket ticket;
	uint64_t unix_seconds; /* since 1970, when the world begins */
};

/* Between which servers the VM moves. */
struct move_way {
	const struct move_place *from, *to;
};

/* Gives |request|, which is complete but for this, its ticket; what cannot be signed is left out.
 */
void move_authority_sign(const struct move_authority *authority, const struct move_way *way,
	struct dimp_request_config *request);

/* What is announced of |request| where some bridge asks for consent, to be completed. */
struct consent_config move_authority_consent(const struct move_authority *authority,
	const struct move_way *way, const struct dimp_request_config *request);

#endif
