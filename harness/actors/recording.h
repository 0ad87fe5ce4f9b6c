/* SPDX-License-Identifier: MIT */
/*
 * Recordings of MACsec: opened before they are played, so that the ends that play them protect
 * anew, with packet numbers of their own.
 */
#ifndef ACTORS_RECORDING_H
#define ACTORS_RECORDING_H

#include "actors/playback.h"
#include "sources/mka_source.h"

/*
 * Puts what is inside in the place of every protected frame of |playback| that the keys of the
 * recorded MKA open; the others stay as they are.  False without memory.
 */
bool recording_open(struct playback *playback, const struct dimp_mac *vm,
	const struct mka_config *mka);

#endif
