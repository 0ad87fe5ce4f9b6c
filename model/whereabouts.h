/* SPDX-License-Identifier: MIT */
/* Behind which station a VSI is, or is to be (DIMP 9.7-4, 9.7-11). */
#ifndef DIMP_WHEREABOUTS_H
#define DIMP_WHEREABOUTS_H

#include "speaker.h"

/* Whether |vsi| is known to be, or to come, behind another station than |station|. */
bool whereabouts_are_of_another(const struct dimp_speaker *speaker, const struct dimp_vsi *vsi,
	dimp_peer station);

/*
 * The VSI of |source| is here from now on, behind |station|; where nobody says (DIMP_NO_PEER)
 * behind the one that was expected with it, or where it was.  Nothing is expected of it any more.
 */
void whereabouts_settle(struct dimp_speaker *speaker, struct source *source, dimp_peer station);

/* The station at which the VSI of |destination| will be: the one that asked, or that the host's
 * ticket names; DIMP_NO_PEER: not known. */
dimp_peer whereabouts_asked(const struct dimp_speaker *speaker,
	const struct destination *destination);

#endif
