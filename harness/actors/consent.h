/* SPDX-License-Identifier: MIT */
/*
 * The old station's word for a move (DIMP 9.7-9): the new one asks when the old bridge has taken
 * it.
 */
#ifndef ACTORS_CONSENT_H
#define ACTORS_CONSENT_H

#include "actors/hypervisor.h"

struct consent_config {
	struct engine *engine;
	struct hypervisor *announcer; /* NULL: nobody is asked for consent */
	struct dimp_announcement announcement;
	void *context;
	/* Whatever the answer was, or none came: what it is worth, the old bridge says. */
	void (*given)(void *context, struct dimp_time now);
};

/* Zeroed before its first use. */
struct consent {
	struct consent_config config;
	bool is_awaited;
	uint64_t id;
	engine_timer patience;
};

/* Has it announced; given() is called at once when there is nothing to wait for. */
void consent_await(struct consent *consent, const struct consent_config *config,
	struct dimp_time now);
/* Waits no more; given() is not called. */
void consent_stop(struct consent *consent);

#endif
