/* SPDX-License-Identifier: MIT */
/*
 * Who asks about all groups of a VLAN, and when: general queries once an interval and more often at
 * the start, as long as no querier with a lower address is heard (RFC 3376 6.6.2 and 8, RFC 3810
 * 7.6.2 and 9).  Who has no address (0.0.0.0) asks where nobody else does, and never wins.
 */
#ifndef SOURCES_QUERIER_CLOCK_H
#define SOURCES_QUERIER_CLOCK_H

#include "net/group_message.h"

struct querier_clock_config {
	struct dimp_ip address;
	uint8_t version; /* of its queries */
	uint64_t interval_us, response_us;
	uint8_t robustness;
};

struct querier_clock {
	struct querier_clock_config config;
	unsigned startup_left; /* queries of the start */
	struct dimp_time ask_at;
	struct dimp_time other_until; /* another querier is present until then; zero: none is */
};

/* The first query is due at |start|. */
void querier_clock_start(struct querier_clock *clock, const struct querier_clock_config *config,
	struct dimp_time start);
/* A general query of |from|; one of an older version is obeyed like any. */
void querier_clock_hear(struct querier_clock *clock, const struct dimp_ip *from,
	const struct group_message *query, struct dimp_time now);
/* Whether a general query is to be sent now: then it is in |query|. */
bool querier_clock_next(struct querier_clock *clock, struct group_message *query,
	struct dimp_time now);
struct dimp_time querier_clock_deadline(const struct querier_clock *clock);
bool querier_clock_is_querier(const struct querier_clock *clock, struct dimp_time now);

#endif
