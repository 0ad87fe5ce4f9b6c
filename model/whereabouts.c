/* SPDX-License-Identifier: MIT */
/*
 * What is expected of a VSI comes first: it is newer than where it was last.  Who brings it here
 * without a station, the host itself or the server's word, knows no better than what was expected.
 */
#include "whereabouts.h"

#include "ticket.h"

/* DIMP_NO_PEER: not known. */
static dimp_peer station_of(const struct dimp_speaker *speaker, const struct dimp_vsi *vsi)
{
	const dimp_peer expected = expected_stations_find(&speaker->expectations, vsi);
	const dimp_vsi_index held = speaker_find_vsi(speaker, vsi);
	const struct source *source = held == DIMP_NO_VSI ? NULL : &speaker->vsis[held];

	if (expected != DIMP_NO_PEER || source == NULL)
		return expected;
	return source_is_owner(source) && source->is_present && source->has_station
		? source->station
		: DIMP_NO_PEER;
}

bool whereabouts_are_of_another(const struct dimp_speaker *speaker, const struct dimp_vsi *vsi,
	dimp_peer station)
{
	const dimp_peer known = station_of(speaker, vsi);

	return known != DIMP_NO_PEER && known != station;
}

void whereabouts_settle(struct dimp_speaker *speaker, struct source *source, dimp_peer station)
{
	const dimp_peer known = station != DIMP_NO_PEER
		? station
		: expected_stations_find(&speaker->expectations, &source->vsi);

	if (known != DIMP_NO_PEER) {
		source->has_station = true;
		source->station = known;
	}
	(void)expected_stations_set(&speaker->expectations, &source->vsi, DIMP_NO_PEER);
}

dimp_peer whereabouts_asked(const struct dimp_speaker *speaker,
	const struct destination *destination)
{
	if (destination->station != DIMP_NO_PEER || !destination_has_ticket(destination))
		return destination->station;
	for (dimp_peer peer = 0; peer < speaker->peer_count; peer++) {
		if (ticket_names_station(&destination->asked.ticket,
			    &speaker->peers[peer].static_public))
			return peer;
	}
	return DIMP_NO_PEER;
}
