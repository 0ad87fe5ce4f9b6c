/* SPDX-License-Identifier: MIT */
/* One place for a VSI; few enough for a linear search at a REQUEST. */
#include "expected_stations.h"

#include <string.h>

static struct expected_station *find(const struct expected_stations *expectations,
	const struct dimp_vsi *vsi)
{
	for (uint32_t index = 0; index < expectations->count; index++) {
		struct expected_station *place = &expectations->places[index];

		if (place->station != DIMP_NO_PEER &&
			memcmp(place->vsi.octets, vsi->octets, sizeof vsi->octets) == 0)
			return place;
	}
	return NULL;
}

static struct expected_station *find_free(const struct expected_stations *expectations)
{
	for (uint32_t index = 0; index < expectations->count; index++) {
		if (expectations->places[index].station == DIMP_NO_PEER)
			return &expectations->places[index];
	}
	return NULL;
}

bool expected_stations_set(struct expected_stations *expectations, const struct dimp_vsi *vsi,
	dimp_peer station)
{
	struct expected_station *place = find(expectations, vsi);

	if (place == NULL && station == DIMP_NO_PEER)
		return true;
	if (place == NULL)
		place = find_free(expectations);
	if (place == NULL)
		return false;
	*place = (struct expected_station){.vsi = *vsi, .station = station};
	return true;
}

dimp_peer expected_stations_find(const struct expected_stations *expectations,
	const struct dimp_vsi *vsi)
{
	const struct expected_station *place = find(expectations, vsi);

	return place == NULL ? DIMP_NO_PEER : place->station;
}
