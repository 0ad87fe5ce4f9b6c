/* SPDX-License-Identifier: MIT */
/*
 * What IGMP and MLD both say about multicast groups, and the parts of their messages that differ in
 * the size of an address alone.  igmp.h and mld.h read and write the messages.
 */
#ifndef NET_GROUP_MESSAGE_H
#define NET_GROUP_MESSAGE_H

#include "net/octets.h"
#include "net/packet_check.h"

/* A report of one group, of the older versions; records are those of IGMPv3 and MLDv2. */
enum group_kind { GROUP_QUERY, GROUP_REPORT, GROUP_LEAVE, GROUP_RECORDS };

enum group_change {
	GROUP_IS_INCLUDE = 1,
	GROUP_IS_EXCLUDE = 2,
	GROUP_TO_INCLUDE = 3,
	GROUP_TO_EXCLUDE = 4,
	GROUP_ALLOW = 5,
	GROUP_BLOCK = 6
};

/* Addresses of 4 or 16 octets one after another, borrowed. */
struct group_sources {
	struct dimp_view octets;
	size_t address_size;
};

struct group_message {
	enum group_kind kind;
	uint8_t version; /* IGMP: 1 to 3; MLD: 1 or 2 */
	bool is_general; /* query: about all groups */
	struct dimp_ip group; /* of another query, a report, a leave */
	uint64_t response_us; /* query: maximum response time */
	bool is_suppressed; /* query of the newest version: S flag */
	uint8_t robustness; /* query of the newest version: QRV, 0 if not told */
	uint64_t interval_us; /* query of the newest version: QQI */
	struct group_sources sources; /* query of the newest version */
	size_t record_count;
	struct dimp_view records; /* borrowed; take them with group_record_next() */
};

struct group_record {
	uint8_t change; /* enum group_change, or one that is not known */
	struct dimp_ip group;
	struct group_sources sources;
};

/* Takes the next record off |message|; false at the end, or when it does not fit. */
bool group_record_next(struct group_message *message, struct group_record *record);

size_t group_source_count(const struct group_sources *sources);
/* The source at |index|, below the count. */
struct dimp_ip group_source_at(const struct group_sources *sources, size_t index);

/* ---- Parts of messages, for igmp.c and mld.c ---- */

/* An address of |size| octets, as the registry's IP holds it. */
struct dimp_ip group_address_read(struct octet_reader *reader, size_t size);
void group_address_write(struct octet_writer *writer, const struct dimp_ip *address, size_t size);

/* What follows the group in a query of the newest version; false when it does not fit. */
bool group_query_read(struct octet_reader *reader, size_t address_size,
	struct group_message *message);
void group_query_write(struct octet_writer *writer, const struct group_message *message);

/* What follows the checksum in a report of the newest version; false when a record does not fit. */
bool group_records_read(struct octet_reader *reader, size_t address_size,
	struct group_message *message);
/* |sources| of the records have to be of the address size meant. */
void group_records_write(struct octet_writer *writer, const struct group_record *records,
	size_t count);

/* The floating point numbers of RFC 3376 4.1.1 and 4.1.7, and RFC 3810 5.1.9. */
uint64_t group_code_decode(uint8_t code);
/* The largest code that says no more than |value|. */
uint8_t group_code_encode(uint64_t value);

#endif
