/* SPDX-License-Identifier: MIT */
/* What a check of a packet says, and the internet checksum (RFC 1071). */
#ifndef NET_PACKET_CHECK_H
#define NET_PACKET_CHECK_H

#include "dimp.h"

enum packet_verdict { PACKET_WHOLE, PACKET_FRAGMENT, PACKET_MALFORMED, PACKET_BAD_CHECKSUM };

/* The ones' complement of the ones' complement sum of the parts put together; 0 over intact data.
 */
uint16_t internet_checksum(const struct dimp_view *parts, size_t count);

#endif
