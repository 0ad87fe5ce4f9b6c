/* SPDX-License-Identifier: MIT */
/*
 * A world: the bridges, stations, VMs and links of a scenario on an engine, with their DIMP
 * speakers.
 */
#ifndef SCENARIO_WORLD_H
#define SCENARIO_WORLD_H

#include "observe/frame_filter.h"
#include "observe/invariants.h"
#include "scenario/outcome.h"

struct world;

/* What a run is to leave beside its outcome; NULL for none. */
struct world_outputs {
	const char *pcapng; /* path: every frame, one interface a port, comments on events */
	const char *keylog; /* path: keys of every association and SAK */
	const char *trace; /* path: machine transitions, a line each */
	struct frame_filter_rule pcapng_rule; /* which frames the capture holds */
	bool is_unchecked; /* the invariants are not judged: for measuring */
	bool is_observed; /* what VMs and hosts get is kept, for world_judge_transparency() */
};

/* Builds the world on a native engine; NULL with |error| (a sentence, |error_size| octets) filled
 * in. */
struct world *world_create(const struct scenario *scenario, const struct world_outputs *outputs,
	char *error, size_t error_size);

/* Runs it to the scenario's duration, telling |progress| (may be NULL) now and then. */
void world_run(struct world *world, void (*progress)(void *context, struct dimp_time now),
	void *context);

/* What came of it; borrowed, holds until world_destroy(). */
const struct outcome *world_outcome(const struct world *world);
/* The first breach of an invariant; NULL if there was none.  Borrowed. */
const struct invariant_violation *world_violation(const struct world *world);
/* Judges a file written of the run, and the digest of another run of the same scenario and seed. */
void world_judge_file(struct world *world, const char *path);
void world_judge_twin(struct world *world, const struct world *twin);
/* Runs the scenario once more, with the same stops and no moves, and judges what was observed; the
 * world was observed.  False, with |error| filled in, when that could not be done. */
bool world_judge_transparency(struct world *world, char *error, size_t error_size);
void world_destroy(struct world *world);

enum world_soundness {
	WORLD_SOUND,
	WORLD_UNSOUND, /* something is wrong that must never be */
	WORLD_UNFINISHED /* something that must end did not */
};

/* What is wrong with a world whose faults were healed in time, in |text| of |size| octets. */
enum world_soundness world_judge(const struct world *world, char *text, size_t size);

#endif
