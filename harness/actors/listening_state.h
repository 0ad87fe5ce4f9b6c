/* SPDX-License-Identifier: MIT */
/* The inside of a host's listening, for listening (what is heard) and listening_reports (what is
 * said). */
#ifndef ACTORS_LISTENING_STATE_H
#define ACTORS_LISTENING_STATE_H

#include "actors/listening.h"

struct listening_source {
	struct dimp_ip address;
	bool is_listed; /* of the filter; else only its change is still told */
	bool is_asked; /* a query that is not answered yet names it */
	uint8_t left; /* how often its change is still to be told */
};

struct listening_group {
	struct dimp_ip group;
	bool is_exclude;
	bool is_last_reporter; /* of the older versions: who leaves in silence, if not */
	bool is_asked_of_sources; /* what answer_at answers */
	uint8_t mode_left; /* how often a change of mode is still to be told */
	struct dimp_time change_at; /* when changes are told next */
	struct dimp_time answer_at; /* when the query about this group is answered */
	struct listening_source sources[2 * LISTENING_SOURCES_MAX];
	size_t source_count;
};

struct listening {
	struct listening_config config;
	struct listening_group *groups;
	size_t count, capacity;
	uint8_t robustness;
	uint64_t interval_us; /* of queries */
	struct dimp_time older_until[3]; /* queriers of version 1 and 2 are about until then */
	struct dimp_time general_at; /* when a general query is answered */
	bool is_answering; /* a general answer is on its way, from group |answer_from| on */
	size_t answer_from;
};

/* Whether the host listens to the group at all. */
bool listening_is_member(const struct listening_group *group);
/* Something between 0 and |most_us|. */
uint64_t listening_wait(const struct listening *listening, uint64_t most_us);

#endif
