/* SPDX-License-Identifier: MIT */
/* Real time in microseconds since a start, which never goes back. */
#ifndef ENGINE_LIVE_CLOCK_H
#define ENGINE_LIVE_CLOCK_H

#include <time.h>

#include "dimp.h"

struct live_clock {
	struct timespec start;
	struct dimp_time last; /* the latest that was told */
};

/* Starts at 0, now. */
void live_clock_start(struct live_clock *clock);

/* Time since the start, and not before what was told last. */
struct dimp_time live_clock_now(struct live_clock *clock);

/* The same for a system clock that shows |shown|: for tests. */
struct dimp_time live_clock_at(struct live_clock *clock, const struct timespec *shown);

/* What the system's monotonic clock shows at |at|; far away for DIMP_NEVER. */
struct timespec live_clock_instant(const struct live_clock *clock, struct dimp_time at);

#endif
