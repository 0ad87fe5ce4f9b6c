/* SPDX-License-Identifier: MIT */
/*
 * When a RADIUS request that nobody answers is sent again, the same octets (RFC 5080 2.2.1): after
 * 2 s, each time twice as long, each wait a tenth more or less, for 30 s in all.
 */
#ifndef NET_RADIUS_RETRY_H
#define NET_RADIUS_RETRY_H

#include "dimp.h"

struct radius_retry {
	struct dimp_time begun,
		wake; /* wake: when to ask what now; DIMP_NEVER when nothing waits */
	uint64_t wait_us;
};

/* A request goes out now.  |drawn| is a random octet. */
void radius_retry_begin(struct radius_retry *retry, uint8_t drawn, struct dimp_time now);
/* At |wake|: whether it is sent once more, rather than given up. */
bool radius_retry_repeat(struct radius_retry *retry, uint8_t drawn, struct dimp_time now);
/* It was answered. */
void radius_retry_end(struct radius_retry *retry);

#endif
