/*
 * Durations (DIMP 6.5).  Whatever does not come out even is rounded down, so that no lease, session
 * or membership grows by being moved (I7).
 */
#include "duration.h"

static const uint32_t seconds_flag = 0x80000000;
static const uint64_t us_per_ms = 1000;
static const uint64_t us_per_s = 1000000;

uint32_t dimp_duration_from_us(uint64_t us)
{
	/* All ones is taken by "infinite", so the longest finite one is a second less. */
	static const uint64_t seconds_max = 0x7ffffffe;

	if (us == UINT64_MAX)
		return DIMP_DURATION_INFINITE;
	if (us / us_per_ms < seconds_flag)
		return (uint32_t)(us / us_per_ms);
	const uint64_t seconds = us / us_per_s;
	return seconds_flag | (uint32_t)(seconds < seconds_max ? seconds : seconds_max);
}

uint64_t dimp_duration_to_us(uint32_t duration)
{
	if (duration == DIMP_DURATION_INFINITE)
		return UINT64_MAX;
	if ((duration & seconds_flag) != 0)
		return (duration & ~seconds_flag) * us_per_s;
	return duration * us_per_ms;
}

uint32_t duration_decay(uint32_t duration, uint64_t us)
{
	if (duration == DIMP_DURATION_INFINITE)
		return duration;
	const uint64_t left = dimp_duration_to_us(duration);
	return dimp_duration_from_us(left > us ? left - us : 0);
}
