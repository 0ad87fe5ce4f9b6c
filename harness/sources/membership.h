/* SPDX-License-Identifier: MIT */
/*
 * One multicast group of one VM as a router keeps it (RFC 3376 6,
 * RFC 3810 7), in MULTICAST_MEMBERSHIP records
 * of the store.  group_source.h says what the records mean.
 */
#ifndef SOURCES_MEMBERSHIP_H
#define SOURCES_MEMBERSHIP_H

#include "net/group_message.h"
#include "sources/source_packet.h"

/* Of one VM, over all groups; and of one group. */
enum { MEMBERSHIP_RECORDS_MAX = 4096, MEMBERSHIP_SOURCES_MAX = 256 };

/* A group at an instant, with the intervals in force. */
struct membership {
	const struct source_place *place;
	uint16_t vlan;
	struct dimp_ip group;
	struct dimp_time now;
	uint64_t membership_us;
	uint64_t last_member_us;
};

/* What a host says of the group (RFC 3376 6.4, RFC 3810 7.4). */
void membership_report(const struct membership *membership, enum group_change change,
	const struct group_sources *sources);

/* 3 for a group of IGMP, 2 for one of MLD. */
uint8_t membership_newest_version(const struct dimp_ip *group);
/* The version of the host's IGMP or MLD for this group: the newest unless an older one was heard
 * lately. */
uint8_t membership_host_version(const struct membership *membership);
/* False while an IGMPv1 host is about: that version knows no leave. */
bool membership_can_leave(const struct membership *membership);
/* A host of an older version was heard: remembered for the membership interval. */
void membership_older_host(const struct membership *membership, uint8_t version);

/* The querier asks for the group, or a source of it: what is left is lowered to last_member_us. */
void membership_lower_group(const struct membership *membership);
void membership_lower_source(const struct membership *membership, const struct dimp_ip *source);

/* The group timer ran out: EXCLUDE mode ends, blocked sources go, the others stay. */
void membership_end_exclude(const struct membership *membership);

#endif
