/* SPDX-License-Identifier: MIT */
/* An ICMP echo message as an untagged Ethernet frame, over IPv4 (RFC 792) or IPv6 (RFC 4443 4) as
 * its addresses say. */
#ifndef ACTORS_ECHO_FRAME_H
#define ACTORS_ECHO_FRAME_H

#include "bridge/edge_frame.h"

enum { ECHO_FRAME_MAX = 1518 };

struct echo_frame {
	struct dimp_mac destination, source;
	struct dimp_ip to, from; /* both IPv4 (mapped), or neither */
	bool is_reply;
	uint16_t identifier, sequence;
	struct dimp_view data; /* borrowed */
};

/* Writes the frame, checksums filled in; its size, 0 when it is longer than ECHO_FRAME_MAX. */
size_t echo_frame_write(const struct echo_frame *echo, uint8_t octets[ECHO_FRAME_MAX]);

/* Reads a whole echo message with a right checksum out of |frame|; what it borrows holds as long
 * as the frame's octets. */
bool echo_frame_read(const struct edge_frame *frame, struct echo_frame *echo);

#endif
