/* SPDX-License-Identifier: MIT */
/* IGMP versions 1 (RFC 1112), 2 (RFC 2236) and 3 (RFC 3376). */
#ifndef NET_IGMP_H
#define NET_IGMP_H

#include "net/ipv4.h"

enum igmp_kind { IGMP_QUERY, IGMP_REPORT_1, IGMP_REPORT_2, IGMP_LEAVE, IGMP_REPORT_3 };

enum igmp_change {
	IGMP_IS_INCLUDE = 1,
	IGMP_IS_EXCLUDE = 2,
	IGMP_TO_INCLUDE = 3,
	IGMP_TO_EXCLUDE = 4,
	IGMP_ALLOW = 5,
	IGMP_BLOCK = 6
};

struct igmp_message {
	enum igmp_kind kind;
	uint8_t version; /* 1, 2 or 3 */
	struct dimp_ipv4 group; /* of a query (zero: general), older report or leave */
	uint64_t response_us; /* query: maximum response time */
	bool is_suppressed; /* query of version 3: S flag */
	uint8_t robustness; /* query of version 3: QRV, 0 if not told */
	uint64_t interval_us; /* query of version 3: QQI */
	size_t source_count; /* query of version 3 */
	struct dimp_view sources; /* 4 octets each, borrowed */
	size_t record_count; /* report of version 3 */
	struct dimp_view records; /* borrowed; take them with igmp_record_next() */
};

struct igmp_record {
	uint8_t change; /* enum igmp_change, or one that is not known */
	struct dimp_ipv4 group;
	size_t source_count;
	struct dimp_view sources;
};

/* Reads a message: PACKET_MALFORMED when cut short, impossible or of an unknown type. */
enum packet_verdict igmp_read(struct dimp_view octets, struct igmp_message *message);

/* Takes the next record off |message|; false at the end, or when it does not fit. */
bool igmp_record_next(struct igmp_message *message, struct igmp_record *record);

/* The source at |index|, below source_count. */
struct dimp_ipv4 igmp_source_at(struct dimp_view sources, size_t index);

/* Write a message with its checksum; the size, 0 when |capacity| is too small. */
size_t igmp_write(const struct igmp_message *message, uint8_t *octets, size_t capacity);
size_t igmp_report_write(const struct igmp_record *records, size_t count, uint8_t *octets,
	size_t capacity);

#endif
