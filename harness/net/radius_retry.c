/* SPDX-License-Identifier: MIT */
/* Random octets are handed in: whoever sends the request has some, and here none are kept. */
#include "net/radius_retry.h"

/* IRT, MRT and MRD.  MRC, five times, is never come to: the sixth wait would begin after MRD. */
static const uint64_t first_us = 2000000, longest_us = 16000000, duration_us = 30000000;

/* A tenth more or less. */
static uint64_t blurred(uint64_t wait_us, uint8_t drawn)
{
	enum { MIDDLE = 128, TENTHS = 10 };
	const uint64_t step_us = wait_us / (MIDDLE * TENTHS);

	return drawn >= MIDDLE ? wait_us + step_us * (drawn - (unsigned)MIDDLE)
			       : wait_us - step_us * (MIDDLE - (unsigned)drawn);
}

static void wait(struct radius_retry *retry, struct dimp_time now)
{
	const uint64_t end_us = retry->begun.us + duration_us;
	const uint64_t until_us = now.us + retry->wait_us;

	retry->wake = (struct dimp_time){until_us < end_us ? until_us : end_us};
}

void radius_retry_begin(struct radius_retry *retry, uint8_t drawn, struct dimp_time now)
{
	*retry = (struct radius_retry){.begun = now, .wait_us = blurred(first_us, drawn)};
	wait(retry, now);
}

bool radius_retry_repeat(struct radius_retry *retry, uint8_t drawn, struct dimp_time now)
{
	const uint64_t twice_us = 2 * retry->wait_us;

	if (now.us >= retry->begun.us + duration_us) {
		radius_retry_end(retry);
		return false;
	}
	retry->wait_us = blurred(twice_us < longest_us ? twice_us : longest_us, drawn);
	wait(retry, now);
	return true;
}

void radius_retry_end(struct radius_retry *retry)
{
	const struct dimp_time never = DIMP_NEVER;

	retry->wake = never;
}
