/* SPDX-License-Identifier: MIT */
/*
 * How a stopped VM comes back to its old station: it runs there only when the bridge says that its
 * DI is in force, or when nobody has the DI any more.
 */
#ifndef ACTORS_HOMECOMING_H
#define ACTORS_HOMECOMING_H

#include "actors/move.h"

struct homecoming_config {
	struct engine *engine;
	const struct move_place *home;
	const struct move_place *away; /* where the VM was to go */
	const struct dimp_public_key *bridges; /* all that may have the DI, home's too; borrowed */
	size_t bridge_count;
	struct dimp_request_config request; /* VSI, filters and DI types */
	uint64_t *serial; /* the cluster's */
	struct move_authority authority;
	const struct move_config *move; /* that failed; borrowed */
	void *context;
	engine_action *done; /* the VM may run at home, with its DI or, knowingly, without */
	engine_action *is_late; /* its DI is in force at home, and nobody asks any more */
};

struct homecoming {
	struct homecoming_config config;
	bool is_asking;
	unsigned tries;
	struct dimp_time present; /* when the DI may last have been at a bridge */
	unsigned absent; /* bridges of this round that have nothing */
	enum dimp_error obstacle; /* the last that only an operator takes away; NONE: none yet */
	struct dimp_time hindered; /* when it was told */
	bool has_found_none; /* nobody tells of the DI: the VM goes on without */
	uint64_t request, newest_serial; /* of the last REQUEST */
	struct consent consent; /* what |asking| waits for */
	struct dimp_request_config asking;
	engine_timer guard;
};

/* Asks the old bridge, again and again if need be. */
void homecoming_start(struct homecoming *homecoming, const struct homecoming_config *config,
	struct dimp_time now);
/* What was in the way when all bridges were asked last, and needs an operator: no room at home, a
 * type or version that the home does not know, a server without the right to it, DI that its bridge
 * always tells wrongly.  NONE: nothing. */
enum dimp_error homecoming_obstacle(const struct homecoming *homecoming, struct dimp_time now);
/* Asks no more; nothing happens when it was not asking. */
void homecoming_stop(struct homecoming *homecoming);

#endif
