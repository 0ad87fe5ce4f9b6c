/* SPDX-License-Identifier: MIT */
/* A file of its own: a world's DI store and the speaker's table both have entries of that name. */
#include "room_taker.h"

#include "speaker.h"

bool room_taker_reserve(struct dimp_speaker *speaker, dimp_vsi_index vsi)
{
	const struct di_room room = {.entries = 7, .octets = 700};

	return di_table_reserve(speaker->services.table, vsi, room) == DIMP_ERROR_NONE;
}
