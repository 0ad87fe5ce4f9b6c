/* SPDX-License-Identifier: MIT */
/* Counts what was sent on every wire of a world, in each direction, by kind. */
#ifndef OBSERVE_WIRE_METER_H
#define OBSERVE_WIRE_METER_H

#include "engine/engine.h"
#include "observe/frame_census.h"

struct wire_meter;

/* One direction of a wire. */
struct wire_way {
	struct engine_endpoint from, to;
	struct frame_census census;
};

/* NULL without memory. */
struct wire_meter *wire_meter_create(void);
void wire_meter_destroy(struct wire_meter *meter);

/* Counts on the wire between |a| and |b| from now on.  False without memory. */
bool wire_meter_add(struct wire_meter *meter, struct engine_endpoint a, struct engine_endpoint b);

/* A frame as a port saw it; one that a port received, or on no known wire, is not counted. */
void wire_meter_see(struct wire_meter *meter, const struct engine_sighting *sighting);

/* In the order in which wires were added, a to b before b to a.  Borrowed until the next is added.
 */
const struct wire_way *wire_meter_ways(const struct wire_meter *meter, size_t *count);

#endif
