/* SPDX-License-Identifier: MIT */
/*
 * Trials that go on at the same time: a place for each, here and at the other ranks of a bus. Pull:
 * begin while there is room, wait, take what is over.
 */
#ifndef CAMPAIGN_CREW_H
#define CAMPAIGN_CREW_H

#include "campaign/bus.h"
#include "campaign/trial.h"

struct crew;

enum { CREW_PLACES_MAX = 1024 };

/*
 * |places| for processes here.  With a bus, of |ranks| processes of which this is rank 0: and as
 * many at each of the others, which crew_serve().  NULL without memory.
 */
struct crew *crew_create(unsigned places, const struct bus *bus, int ranks);
void crew_destroy(struct crew *crew); /* kills what goes on, and sends the other ranks home */

bool crew_has_room(const struct crew *crew);
bool crew_is_idle(const struct crew *crew);

/* What makes trial |number|; called where the trial runs.  What the config points to holds until
 * the next call. */
struct crew_plan {
	void *plan;
	bool (*make)(void *plan, uint64_t number, struct trial_config *config);
};

/* Begins trial |number|; there is room.  False when it cannot begin. */
bool crew_begin(struct crew *crew, const struct crew_plan *plan, uint64_t number);

/* Waits, as long as |wait_ms| at most, for a trial that is over.  False when none is yet.  The
 * caller destroys the trial. */
bool crew_take(struct crew *crew, int wait_ms, uint64_t *number, struct trial *trial);

/* Works for rank 0 until it sends this rank home.  False when something failed. */
bool crew_serve(unsigned places, const struct bus *bus, const struct crew_plan *plan);

#endif
