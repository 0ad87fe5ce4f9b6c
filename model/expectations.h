/* SPDX-License-Identifier: MIT */
/* Behind which station a VSI is to be, as the bridge's VSI database says (DIMP 9.7-11). */
#ifndef DIMP_EXPECTATIONS_H
#define DIMP_EXPECTATIONS_H

#include "dimp.h"

struct expectation {
	struct dimp_vsi vsi;
	dimp_peer station; /* DIMP_NO_PEER: the place is free */
};

struct expectations {
	struct expectation *places; /* borrowed for life */
	uint32_t count;
};

/* |station| may ask for |vsi|, and no other; DIMP_NO_PEER: nothing is known any more.  False when
 * there is no place for another. */
bool expectations_set(struct expectations *expectations, const struct dimp_vsi *vsi,
	dimp_peer station);
/* The station that may ask for |vsi|; DIMP_NO_PEER when nothing is known. */
dimp_peer expectations_find(const struct expectations *expectations, const struct dimp_vsi *vsi);

#endif
