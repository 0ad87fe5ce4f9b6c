/* SPDX-License-Identifier: MIT */
/* Behind which station a VSI is to be, as the bridge's VSI database says (DIMP 9.7-11). */
#ifndef DIMP_EXPECTED_STATIONS_H
#define DIMP_EXPECTED_STATIONS_H

#include "dimp.h"

struct expected_station {
	struct dimp_vsi vsi;
	dimp_peer station; /* DIMP_NO_PEER: the place is free */
};

struct expected_stations {
	struct expected_station *places; /* borrowed for life */
	uint32_t count;
};

/* |station| may ask for |vsi|, and no other; DIMP_NO_PEER: nothing is known any more.  False when
 * there is no place for another. */
bool expected_stations_set(struct expected_stations *expectations, const struct dimp_vsi *vsi,
	dimp_peer station);
/* The station that may ask for |vsi|; DIMP_NO_PEER when nothing is known. */
dimp_peer expected_stations_find(const struct expected_stations *expectations,
	const struct dimp_vsi *vsi);

#endif
