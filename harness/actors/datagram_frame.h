/* SPDX-License-Identifier: MIT */
/* A UDP datagram as an untagged Ethernet frame, over IPv4 or IPv6 as its addresses say. */
#ifndef ACTORS_DATAGRAM_FRAME_H
#define ACTORS_DATAGRAM_FRAME_H

#include "bridge/edge_frame.h"

enum { DATAGRAM_FRAME_MAX = 1518 };

struct datagram_frame {
	struct dimp_mac destination, source;
	struct dimp_ip to, from; /* both IPv4 (mapped), or neither */
	uint16_t to_port, from_port;
	struct dimp_view payload; /* borrowed */
};

/* Writes the frame, checksums filled in; its size, 0 when it is longer than DATAGRAM_FRAME_MAX. */
size_t datagram_frame_write(const struct datagram_frame *datagram,
	uint8_t octets[DATAGRAM_FRAME_MAX]);

/* Reads a whole datagram out of |frame|; what it borrows holds as long as the frame's octets. */
bool datagram_frame_read(const struct edge_frame *frame, struct datagram_frame *datagram);

#endif
