/* SPDX-License-Identifier: MIT */
/* Room in a speaker's DI table that is set aside behind its back. */
#ifndef UNIT_ROOM_TAKER_H
#define UNIT_ROOM_TAKER_H

#include "dimp.h"

/* Sets room aside for a VSI that nobody stages; false without room. */
bool room_taker_reserve(struct dimp_speaker *speaker, dimp_vsi_index vsi);

#endif
