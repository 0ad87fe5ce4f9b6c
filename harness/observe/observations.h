/* SPDX-License-Identifier: MIT */
/*
 * What VMs and their peers observe: the frames that reach them, in the clear; and two runs compared
 * by it (I13).
 */
#ifndef OBSERVE_OBSERVATIONS_H
#define OBSERVE_OBSERVATIONS_H

#include "dimp.h"

struct observations;

/* NULL without memory. */
struct observations *observations_create(void);
void observations_destroy(struct observations *observations);

/* |observer| (any number, the same in both runs) got |frame|.  False without memory. */
bool observations_add(struct observations *observations, unsigned observer, struct dimp_view frame,
	struct dimp_time now);

/* The same of a frame that has the life of an entry for its reason, which a move makes shorter. */
bool observations_add_aged(struct observations *observations, unsigned observer,
	struct dimp_view frame, struct dimp_time now);

/* A time in which what is observed is not compared, both ends included. */
struct observations_gap {
	struct dimp_time from, to;
};

struct observations_gaps {
	const struct observations_gap *gaps;
	size_t count;
};

struct observations_difference {
	bool is_missing; /* in the first run; else it is too much there */
	unsigned observer;
	struct dimp_time time;
	size_t size; /* of the frame */
	size_t count; /* such frames, of all observers, missing or too much */
};

/*
 * Whether |one| observed what |other| did: the same frames, each within |tolerance_us|, |gaps|
 * aside.  The earliest difference goes to |difference|.  Sorts both.
 */
bool observations_agree(struct observations *one, struct observations *other,
	const struct observations_gaps *gaps, struct observations_difference *difference);

/* How much earlier or later a frame may come on another path. */
extern const uint64_t observations_tolerance_us;

#endif
