/* SPDX-License-Identifier: MIT */
/*
 * What a host listens to and when it says so: the host's side of IGMPv1 to v3 (RFC 1112, RFC 2236,
 * RFC 3376 5) or of MLDv1 and v2 (RFC 2710, RFC 3810 6).  Hear, then transmit until there is
 * nothing, then come again at the deadline.  It has no clock, no dice and no wire of its own.
 */
#ifndef ACTORS_LISTENING_H
#define ACTORS_LISTENING_H

#include "net/group_message.h"

enum { LISTENING_SOURCES_MAX = 32, LISTENING_RECORDS_MAX = 175, LISTENING_OCTETS_MAX = 1400 };

struct listening;

struct listening_config {
	bool is_ipv4; /* IGMP, else MLD */
	uint8_t version; /* spoken unless a querier of an older one is about */
	uint64_t (*draw)(void *context); /* random numbers, for the waits */
	void *context;
};

/* INCLUDE of no source is not to listen. */
struct listening_filter {
	struct dimp_ip group;
	bool is_exclude;
	struct dimp_ip sources[LISTENING_SOURCES_MAX];
	size_t source_count;
};

/* What is to be sent: a message of an older version, or records of the newest. */
struct listening_report {
	bool has_records;
	struct group_message message;
	struct group_record records[LISTENING_RECORDS_MAX];
	size_t count;
	uint8_t octets[LISTENING_OCTETS_MAX]; /* of the records' sources */
};

/* NULL without memory. */
struct listening *listening_create(const struct listening_config *config);
void listening_destroy(struct listening *listening); /* NULL is fine */

/* Listens to a group by |filter| from now on, in place of what was; false without memory, or when
 * the group is of the other family. */
bool listening_set(struct listening *listening, const struct listening_filter *filter,
	struct dimp_time now);
/* The filter of |filter->group| as it stands. */
void listening_get(const struct listening *listening, struct listening_filter *filter);

/* A query, or another host's report. */
void listening_hear(struct listening *listening, const struct group_message *message,
	struct dimp_time now);
/* The next report that is due by |now|; false when there is none. */
bool listening_transmit(struct listening *listening, struct listening_report *report,
	struct dimp_time now);
struct dimp_time listening_deadline(const struct listening *listening);

/* The version it speaks at |now|. */
uint8_t listening_version(const struct listening *listening, struct dimp_time now);

#endif
