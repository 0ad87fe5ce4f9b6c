/* SPDX-License-Identifier: MIT */
/*
 * Owns one rate limit. The level is not counted but kept as the instant at which the bucket will be
 * full: each token taken moves it one interval on, and a bucket that would need more than |burst|
 * intervals to fill up is empty.
 */
#include "token_bucket.h"

#include "instant.h"

void token_bucket_init(struct token_bucket *bucket, uint32_t interval_us, uint32_t burst)
{
	*bucket = (struct token_bucket){.interval_us = interval_us, .burst = burst};
}

bool token_bucket_take(struct token_bucket *bucket, struct dimp_time now)
{
	const struct dimp_time start = bucket->full_at.us > now.us ? bucket->full_at : now;
	const struct dimp_time full_at = instant_after(start, bucket->interval_us);

	if (full_at.us == UINT64_MAX ||
		full_at.us - now.us > (uint64_t)bucket->interval_us * bucket->burst)
		return false;
	bucket->full_at = full_at;
	return true;
}
