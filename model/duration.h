/*
 * Remaining time as a u32 (DIMP 6.5): top bit clear, milliseconds; top bit set, seconds in the
 * other 31; all ones, infinite.  dimp_duration_from_us() and dimp_duration_to_us() of dimp.h are
 * here too.
 */
#ifndef DIMP_DURATION_H
#define DIMP_DURATION_H

#include "dimp.h"

/* |duration| less |us|: rounded down, never below zero and never longer than it was. */
uint32_t duration_decay(uint32_t duration, uint64_t us);

#endif
