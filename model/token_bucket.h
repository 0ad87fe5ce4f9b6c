/* SPDX-License-Identifier: MIT */
/* A rate limit: a burst at once, and then one more each interval. */
#ifndef DIMP_TOKEN_BUCKET_H
#define DIMP_TOKEN_BUCKET_H

#include "dimp.h"

struct token_bucket {
	uint32_t interval_us, burst;
	/* The instant at which the bucket will be full again, if it is not. */
	struct dimp_time full_at;
};

void token_bucket_init(struct token_bucket *bucket, uint32_t interval_us, uint32_t burst);

/* Takes one token; false when there is none. */
bool token_bucket_take(struct token_bucket *bucket, struct dimp_time now);

#endif
