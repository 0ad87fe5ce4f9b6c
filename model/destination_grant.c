/* SPDX-License-Identifier: MIT */
/*
 * How much a destination grants in SOLICIT (DIMP 9.2-2, 9.2-5): generously while there is room, but
 * never what the requests that may still come need to begin.  Each idle place for a migration keeps
 * an even share of half the table; hundreds of requests at once all get one.
 */
#include "destination.h"
#include "di_table.h"
#include "limits.h"

/* Of |room| in a table that holds |whole|. */
static uint32_t share_of(uint32_t room, uint32_t whole, const struct machine_input *input)
{
	const uint32_t places = input->services->config->migrations_max;
	const uint32_t idle = services_idle_places(input->services);
	const uint32_t half = room - room / 2;
	const uint32_t least = whole / 2 / places;
	const uint64_t kept = (uint64_t)least * idle;
	const uint64_t left = room > kept ? room - kept : 0;

	if (left >= half)
		return half;
	if (left >= least)
		return (uint32_t)left;
	return least < half ? least : half;
}

enum dimp_error destination_set_grant_aside(struct destination *destination,
	const struct machine_input *input)
{
	const struct dimp_speaker_config *config = input->services->config;
	struct di_room room = di_table_room(input->services->table);

	if (room.entries == 0 || room.octets == 0)
		return DIMP_ERROR_NO_ROOM;
	room.entries = share_of(room.entries, config->entries_max, input);
	room.octets = share_of(room.octets, config->arena_octets, input);
	if (room.entries > DIMP_GRANT_ENTRIES)
		room.entries = DIMP_GRANT_ENTRIES;
	if (room.octets > DIMP_GRANT_OCTETS)
		room.octets = DIMP_GRANT_OCTETS;
	destination->granted = room;
	return di_table_reserve(input->services->table, destination->machine.vsi, room);
}
