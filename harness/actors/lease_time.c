/* SPDX-License-Identifier: MIT */
/* Messages count in seconds, the engine in microseconds; infinity has a number in each. */
#include "actors/lease_time.h"

struct dimp_time lease_time_after(struct dimp_time start, uint32_t seconds)
{
	static const uint64_t us_per_s = 1000000;

	if (seconds == UINT32_MAX)
		return DIMP_NEVER;
	return (struct dimp_time){start.us + seconds * us_per_s};
}
