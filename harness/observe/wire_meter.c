/* SPDX-License-Identifier: MIT */
/*
 * A frame is counted where it is sent, so that one that a link loses or doubles counts once. Worlds
 * have few wires: they are looked through, the one of the last frame first.
 */
#include "observe/wire_meter.h"

#include <stdlib.h>

struct wire_meter {
	struct wire_way *ways;
	size_t count, capacity;
	size_t last; /* the way of the last frame */
};

struct wire_meter *wire_meter_create(void)
{
	return calloc(1, sizeof(struct wire_meter));
}

void wire_meter_destroy(struct wire_meter *meter)
{
	if (!meter)
		return;
	free(meter->ways);
	free(meter);
}

bool wire_meter_add(struct wire_meter *meter, struct engine_endpoint a, struct engine_endpoint b)
{
	if (meter->count + 2 > meter->capacity) {
		const size_t capacity = meter->capacity ? meter->capacity * 2 : 16;
		struct wire_way *ways = realloc(meter->ways, capacity * sizeof *ways);
		if (!ways)
			return false;
		meter->ways = ways;
		meter->capacity = capacity;
	}
	meter->ways[meter->count++] = (struct wire_way){.from = a, .to = b};
	meter->ways[meter->count++] = (struct wire_way){.from = b, .to = a};
	return true;
}

static bool is_from(const struct wire_way *way, struct engine_endpoint at)
{
	return way->from.node == at.node && way->from.port == at.port;
}

static struct wire_way *find(struct wire_meter *meter, struct engine_endpoint at)
{
	if (meter->last < meter->count && is_from(&meter->ways[meter->last], at))
		return &meter->ways[meter->last];
	for (size_t index = 0; index < meter->count; index++) {
		if (!is_from(&meter->ways[index], at))
			continue;
		meter->last = index;
		return &meter->ways[index];
	}
	return NULL;
}

void wire_meter_see(struct wire_meter *meter, const struct engine_sighting *sighting)
{
	struct wire_way *way =
		sighting->direction == ENGINE_SENT ? find(meter, sighting->at) : NULL;

	if (way)
		frame_census_add(&way->census, sighting->frame);
}

const struct wire_way *wire_meter_ways(const struct wire_meter *meter, size_t *count)
{
	*count = meter->count;
	return meter->ways;
}
