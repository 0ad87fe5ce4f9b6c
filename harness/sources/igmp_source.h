/* SPDX-License-Identifier: MIT */
/*
 * IGMP snooping: what the VM reports becomes MULTICAST_MEMBERSHIP, as a router of RFC 3376 6 keeps
 * it for one host.  How the records say it:
 *
 *   group record (source zero), EXCLUDE   the group is in EXCLUDE mode; remaining is the group
 * timer no group record                       the group, if there is one, is in INCLUDE mode source
 * record, INCLUDE                forward from this source; remaining is the source timer source
 * record, EXCLUDE                blocked: its timer has run out; lives as long as the group record
 *
 * So a datagram of (S, G) is forwarded if S has an INCLUDE record, or if G has a group record and S
 * no EXCLUDE record.  Link-local groups (224.0.0.0/24) are always forwarded and never kept (RFC
 * 4541 2.1.2).
 */
#ifndef SOURCES_IGMP_SOURCE_H
#define SOURCES_IGMP_SOURCE_H

#include "sources/source_packet.h"

struct igmp_source {
	uint64_t membership_us; /* group membership interval */
	uint64_t last_member_us; /* last member query time */
};

/* Default timers of RFC 3376 8, until a querier says otherwise. */
void igmp_source_init(struct igmp_source *source);

/* Learns from |packet| if it is IGMP. */
void igmp_source_packet(struct igmp_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now);

/*
 * What timers that have run out mean: EXCLUDE mode ends, a source is blocked or forgotten, an older
 * version is no longer heard.  To be called before di_store_expire().
 */
void igmp_source_expire(const struct source_place *place, struct dimp_time now);

/* When a timer that the store does not know runs out; DIMP_NEVER if none. */
struct dimp_time igmp_source_deadline(const struct source_place *place);

#endif
