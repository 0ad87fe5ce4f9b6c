/* SPDX-License-Identifier: MIT */
/*
 * Somebody on a link who has no keys: keeps PDUs that pass, says them again, sends made-up ones,
 * and changes octets of those on their way.
 */
#ifndef ACTORS_ATTACKER_H
#define ACTORS_ATTACKER_H

#include "engine/engine.h"
#include "engine/random_stream.h"

/* How much of what, a second; of what passes, the share that is changed. */
struct attacker_rates {
	uint32_t replays; /* PDUs that passed, again as they were */
	uint32_t reflections; /* back to where they came from */
	uint32_t forgeries; /* with other octets, other sizes, or nothing right but the header */
	uint32_t initiations; /* made up, the keyed check right or wrong */
	uint32_t mangled_ppm;
};

/* A speaker whose public key the attacker knows, as anybody may. */
struct attacker_target {
	struct dimp_mac address;
	struct dimp_public_key key;
};

struct attacker_config {
	struct engine *engine;
	unsigned link;
	uint64_t seed;
	const char *name; /* of its random numbers; used at once */
	const struct dimp_crypto *crypto; /* borrowed */
	const struct attacker_target *targets; /* borrowed */
	size_t target_count;
	struct attacker_rates rates;
};

/* What came of it. */
struct attacker_tally {
	uint64_t replays, reflections, forgeries, initiations, mangled;
};

struct attacker;

/* One that listens from now on.  NULL without memory. */
struct attacker *attacker_create(const struct attacker_config *config);
void attacker_destroy(struct attacker *attacker);

/* It begins, and leaves off. */
void attacker_begin(struct attacker *attacker, struct dimp_time now);
void attacker_end(struct attacker *attacker);

/* A frame passes on some link. */
void attacker_see(struct attacker *attacker, struct engine_passing *passing);

const struct attacker_tally *attacker_tally(const struct attacker *attacker);

#endif
