/* SPDX-License-Identifier: MIT */
/*
 * What a kernel leaves undone in frames that it hands over on a packet socket, for hardware that
 * never comes: a VLAN tag that lies beside the frame, a checksum that is not there yet.
 */
#ifndef LIVE_WIRE_FRAME_H
#define LIVE_WIRE_FRAME_H

#include "dimp.h"

enum { WIRE_TAG_SIZE = 4, WIRE_HEADER_SIZE = 14, WIRE_FRAME_MIN = 60 };

/* A tag as it lies beside a frame. */
struct wire_tag {
	uint16_t protocol; /* EtherType of the tag; 0: 802.1Q's */
	uint16_t control; /* priority, DEI and VLAN */
};

/* Writes |frame| with |tag| behind its addresses to |octets|, which has room for WIRE_TAG_SIZE more
 * than it.  Returns the size; 0 when there are no whole addresses. */
size_t wire_frame_tag(struct dimp_view frame, const struct wire_tag *tag, uint8_t *octets);

/* Fills in the checksum of the TCP or UDP packet in the frame, behind VLAN tags or none.  False
 * when there is none whose checksum can be told; the frame is as it was then. */
bool wire_frame_complete(uint8_t *octets, size_t size);

/* The octets of |frame| that an MTU counts: all behind the header and the VLAN tags. */
size_t wire_frame_load(struct dimp_view frame);

#endif
