/* SPDX-License-Identifier: MIT */
/*
 * Ids that rise over all starts of a speaker: the boot count in the high half, in the low half a
 * counter (DIMP 5.2-12).  The next boot count's ids begin where a counter would run over, so the
 * last of a start is followed by none (DIMP 9.1-16).
 */
#ifndef DIMP_RISING_ID_H
#define DIMP_RISING_ID_H

#include <stdbool.h>
#include <stdint.h>

/* What stands before the first id of a start. */
static inline uint64_t rising_id_before(uint32_t boot_count)
{
	return (uint64_t)boot_count << 32;
}

/* Whether |id| is the last that this start may give out. */
static inline bool rising_id_is_last(uint64_t id)
{
	return (uint32_t)id == UINT32_MAX;
}

/* The next one, and |last| is it; false when there is none. */
static inline bool rising_id_take(uint64_t *last, uint64_t *id)
{
	if (rising_id_is_last(*last))
		return false;
	*id = ++*last;
	return true;
}

#endif
