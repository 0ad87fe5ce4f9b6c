/* SPDX-License-Identifier: MIT */
/* IGMP and MLD messages as whole Ethernet frames: untagged, with the headers both protocols ask
 * for. */
#ifndef NET_GROUP_FRAME_H
#define NET_GROUP_FRAME_H

#include "net/group_message.h"

enum { GROUP_FRAME_MAX = 1514, GROUP_FRAME_RECORDS_MAX = 1400 };

/* Who sends it and where to; both addresses are of the family that says which protocol it is. */
struct group_envelope {
	struct dimp_mac from;
	struct dimp_ip source; /* 0.0.0.0 and :: are addresses here */
	struct dimp_ip destination;
};

/* Write a frame; its size, 0 when it does not fit or the addresses are of two families. */
size_t group_frame_write(const struct group_envelope *envelope, const struct group_message *message,
	uint8_t octets[GROUP_FRAME_MAX]);
/* Up to GROUP_FRAME_RECORDS_MAX octets of records fit. */
size_t group_frame_write_records(const struct group_envelope *envelope,
	const struct group_record *records, size_t count, uint8_t octets[GROUP_FRAME_MAX]);

/* Where a frame for |group| goes on Ethernet (RFC 1112 6.4, RFC 2464 7). */
struct dimp_mac group_frame_mac(const struct dimp_ip *group);

bool group_address_is_same(const struct dimp_ip *one, const struct dimp_ip *other);
/* 0.0.0.0 or ::, an address that nobody has. */
bool group_address_is_nobody(const struct dimp_ip *address);

/* The addresses that the protocols use themselves, of the family asked for. */
struct dimp_ip group_all_hosts(bool is_ipv4); /* 224.0.0.1, ff02::1: general queries */
struct dimp_ip group_all_routers(
	bool is_ipv4); /* 224.0.0.2, ff02::2: leaves of the older versions */
struct dimp_ip group_report_routers(bool is_ipv4); /* 224.0.0.22, ff02::16: reports of the newest */

#endif
