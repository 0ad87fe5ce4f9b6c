/* SPDX-License-Identifier: MIT */
/*
 * Messages that came before.  In real time a peer that is slow to acknowledge has them sent again
 * (DIMP 5.6-1), which says nothing new.
 */
#ifndef SCRIPT_DRILL_REPEATS_H
#define SCRIPT_DRILL_REPEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dimp.h"

enum { DRILL_REPEATS_MAX = 512 };

struct drill_repeats {
	uint64_t sums[DRILL_REPEATS_MAX]; /* a ring: the newest */
	size_t count;
};

/* Notes the message |octets| to |peer|; true when the same was noted before.  The age of DATA,
 * which grows, does not count. */
bool drill_repeats_note(struct drill_repeats *repeats, dimp_peer peer, struct dimp_view octets);

#endif
