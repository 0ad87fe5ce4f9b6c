/* SPDX-License-Identifier: MIT */
/*
 * Owns one rate limit. The level is not counted but kept as the instant at which the bucket will be
 * full: each token taken moves it one interval on, and a bucket that would need more than |burst|
 * intervals to fill up is empty.
 */
#include "token_bucket.h"

void token_bucket_init(struct token_bucket *bucket, uint32_t interval_us, uint32_t burst)
{
	*bucket = (struct token_bucket){.interval_us = interval_us, .burst = burst};
}

bool token_bucket_take(struct token_bucket *bucket, struct dimp_time now)
{
	const uint64_t start = bucket->full_at.us > now.us ? bucket->full_at.us : now.us;
	const uint64_t full_at = start + bucket->interval_us;

	if (full_at - now.us > (uint64_t)bucket->interval_us * bucket->burst)
		return false;
	bucket->full_at.us = full_at;
	return true;
}
