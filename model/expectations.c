/* SPDX-License-Identifier: MIT */
/* One place for a VSI; few enough for a linear search at a REQUEST. */
#include "expectations.h"

#include <string.h>

static struct expectation *find(const struct expectations *expectations, const struct dimp_vsi *vsi)
{
	for (uint32_t index = 0; index < expectations->count; index++) {
		struct expectation *place = &expectations->places[index];

		if (place->station != DIMP_NO_PEER &&
			memcmp(place->vsi.octets, vsi->octets, sizeof vsi->octets) == 0)
			return place;
	}
	return NULL;
}

static struct expectation *find_free(const struct expectations *expectations)
{
	for (uint32_t index = 0; index < expectations->count; index++) {
		if (expectations->places[index].station == DIMP_NO_PEER)
			return &expectations->places[index];
	}
	return NULL;
}

bool expectations_set(struct expectations *expectations, const struct dimp_vsi *vsi,
	dimp_peer station)
{
	struct expectation *place = find(expectations, vsi);

	if (place == NULL && station == DIMP_NO_PEER)
		return true;
	if (place == NULL)
		place = find_free(expectations);
	if (place == NULL)
		return false;
	*place = (struct expectation){.vsi = *vsi, .station = station};
	return true;
}

dimp_peer expectations_find(const struct expectations *expectations, const struct dimp_vsi *vsi)
{
	const struct expectation *place = find(expectations, vsi);

	return place == NULL ? DIMP_NO_PEER : place->station;
}
