/* SPDX-License-Identifier: MIT */
/* MLD versions 1 (RFC 2710) and 2 (RFC 3810): ICMPv6 behind a hop-by-hop header. */
#ifndef NET_MLD_H
#define NET_MLD_H

#include "net/group_message.h"
#include "net/ipv6.h"

enum { MLD_ADDRESS_SIZE = 16 };

/* Whether |packet| is ICMPv6 of one of MLD's types, good or bad. */
bool mld_is_message(const struct ipv6_packet *packet);

/*
 * Reads the message in |packet|.  PACKET_MALFORMED when cut short, impossible, of another type, or
 * in a packet that no MLD message comes in (RFC 3810 5): a hop limit other than 1, no router alert,
 * a source that is not link-local.  A report may come from ::, too (RFC 3590).
 */
enum packet_verdict mld_read(const struct ipv6_packet *packet, struct group_message *message);

/* Write a message with its checksum under |packet|'s addresses, to be |packet|'s payload; the size,
 * 0 when |capacity| is too small. */
size_t mld_write(const struct ipv6_packet *packet, const struct group_message *message,
	uint8_t *octets, size_t capacity);

/* A packet from |source| to |destination| as MLD wants it, still without payload. */
struct ipv6_packet mld_packet(const struct dimp_ip *source, const struct dimp_ip *destination);

struct mld_records {
	const struct group_record *records;
	size_t count;
};
size_t mld_records_write(const struct ipv6_packet *packet, const struct mld_records *records,
	uint8_t *octets, size_t capacity);

#endif
