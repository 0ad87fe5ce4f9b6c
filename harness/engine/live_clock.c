/* SPDX-License-Identifier: MIT */
/* CLOCK_MONOTONIC does not go back by itself; that time does not go back here rests on no kernel.
 */
#include "engine/live_clock.h"

enum { NANOSECONDS = 1000, MICROSECONDS = 1000000 };

void live_clock_start(struct live_clock *clock)
{
	*clock = (struct live_clock){.last = {0}};
	(void)clock_gettime(CLOCK_MONOTONIC, &clock->start);
}

struct dimp_time live_clock_at(struct live_clock *clock, const struct timespec *shown)
{
	const int64_t seconds = (int64_t)shown->tv_sec - clock->start.tv_sec;
	const int64_t nanoseconds = (int64_t)shown->tv_nsec - clock->start.tv_nsec;
	const int64_t past_us = (seconds * MICROSECONDS * NANOSECONDS + nanoseconds) / NANOSECONDS;

	if (past_us > 0 && (uint64_t)past_us > clock->last.us)
		clock->last.us = (uint64_t)past_us;
	return clock->last;
}

struct dimp_time live_clock_now(struct live_clock *clock)
{
	struct timespec shown;

	(void)clock_gettime(CLOCK_MONOTONIC, &shown);
	return live_clock_at(clock, &shown);
}

struct timespec live_clock_instant(const struct live_clock *clock, struct dimp_time at)
{
	/* A year is as good as never, and fits every time_t. */
	static const uint64_t furthest_us = (uint64_t)365 * 24 * 3600 * MICROSECONDS;
	const uint64_t past_us = at.us < furthest_us ? at.us : furthest_us;
	const uint64_t nanoseconds =
		(uint64_t)clock->start.tv_nsec + past_us % MICROSECONDS * NANOSECONDS;
	const uint64_t second = (uint64_t)MICROSECONDS * NANOSECONDS;

	return (struct timespec){
		.tv_sec = clock->start.tv_sec +
			(time_t)(past_us / MICROSECONDS + nanoseconds / second),
		.tv_nsec = (long)(nanoseconds % second),
	};
}
