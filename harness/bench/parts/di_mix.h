/* SPDX-License-Identifier: MIT */
/* Records for measurements: all DI types alike, values as bridges have them, the same at each run.
 */
#ifndef DIMP_DI_MIX_H
#define DIMP_DI_MIX_H

#include "dimp.h"

struct di_mix {
	uint64_t state;
};

void di_mix_start(struct di_mix *mix, uint64_t seed);

/* The next record: a PUT that breaks no rule, each DI type being as likely. */
void di_mix_next(struct di_mix *mix, struct dimp_record *record);

/* A number in [0, below). */
uint64_t di_mix_draw(struct di_mix *mix, uint64_t below);

#endif
