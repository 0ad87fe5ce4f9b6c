/* SPDX-License-Identifier: MIT */
/* IGMP versions 1 (RFC 1112), 2 (RFC 2236) and 3 (RFC 3376). */
#ifndef NET_IGMP_H
#define NET_IGMP_H

#include "net/group_message.h"

enum { IGMP_ADDRESS_SIZE = 4 };

/* Reads a message: PACKET_MALFORMED when cut short, impossible or of an unknown type. */
enum packet_verdict igmp_read(struct dimp_view octets, struct group_message *message);

/* Write a message with its checksum; the size, 0 when |capacity| is too small. */
size_t igmp_write(const struct group_message *message, uint8_t *octets, size_t capacity);
size_t igmp_records_write(const struct group_record *records, size_t count, uint8_t *octets,
	size_t capacity);

#endif
