/* SPDX-License-Identifier: MIT */
/* Arithmetic on instants. */
#ifndef DIMP_INSTANT_H
#define DIMP_INSTANT_H

#include "dimp.h"

static inline struct dimp_time instant_after(struct dimp_time now, uint64_t us)
{
	return (struct dimp_time){us < UINT64_MAX - now.us ? now.us + us : UINT64_MAX};
}

static inline struct dimp_time instant_earlier(struct dimp_time a, struct dimp_time b)
{
	return a.us < b.us ? a : b;
}

/* Whether |at| has come; DIMP_NEVER never does. */
static inline bool instant_has_come(struct dimp_time at, struct dimp_time now)
{
	return at.us <= now.us && at.us != UINT64_MAX;
}

#endif
