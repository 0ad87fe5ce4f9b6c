/* SPDX-License-Identifier: MIT */
/*
 * IGMP and MLD snooping: what the VM reports becomes MULTICAST_MEMBERSHIP, as a router of RFC 3376
 * 6 and RFC 3810 7 keeps it for one host.  How the records say it:
 *
 *   group record (source zero)   the group is in EXCLUDE mode; remaining is the group timer
 *   no group record              the group, if there is one, is in INCLUDE mode
 *   source record, INCLUDE       forward from this source; remaining is the source timer
 *   source record, EXCLUDE       blocked: its timer has run out; lives as long as the group record
 *
 * So a datagram of (S, G) is forwarded if S has an INCLUDE record, or if G has a group record and S
 * no EXCLUDE record.  Of link-local groups, 224.0.0.0/24 and ff02::1 are always forwarded and never
 * kept (RFC 4541 2.1.2, RFC 3810 6); MLD does report the rest of ff02::/16, and they are kept.
 */
#ifndef SOURCES_GROUP_SOURCE_H
#define SOURCES_GROUP_SOURCE_H

#include "net/group_message.h"
#include "sources/source_packet.h"

/* The times of one of the two protocols. */
struct group_timers {
	uint64_t
		membership_us; /* group membership interval, multicast address listening interval */
	uint64_t last_member_us; /* last member query time, last listener query time */
	struct dimp_ip other; /* the lowest address of others than the VM that asks */
	struct dimp_time other_until; /* and until when it counts as present */
};

struct group_source {
	struct group_timers igmp, mld;
};

/* Default timers of RFC 3376 8 and RFC 3810 9, until a querier says otherwise. */
void group_source_init(struct group_source *source);

/* The IGMP or MLD message in |packet|; false if there is none, or it is damaged. */
bool group_source_read(const struct source_packet *packet, struct group_message *message);

/* Learns from |packet| if it is IGMP or MLD; what a VM asks makes it a router (router_source.h). */
void group_source_packet(struct group_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now);

/*
 * What timers that have run out mean: EXCLUDE mode ends, a source is blocked or forgotten, an older
 * version is no longer heard.  To be called before di_store_expire().
 */
void group_source_expire(const struct source_place *place, struct dimp_time now);

/* When a timer that the store does not know runs out; DIMP_NEVER if none. */
struct dimp_time group_source_deadline(const struct source_place *place);

#endif
