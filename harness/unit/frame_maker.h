/* SPDX-License-Identifier: MIT */
/*
 * Frames for tests of the bridge, laid out octet by octet from IEEE 802.3, RFC 791 and RFC 768, not
 * by the code under test.
 */
#ifndef UNIT_FRAME_MAKER_H
#define UNIT_FRAME_MAKER_H

#include "dimp.h"

struct made_frame {
	uint8_t octets[256];
	size_t size;
};

/* What a UDP datagram in an IPv4 frame says; protocol 17 unless given. */
struct made_udp {
	struct dimp_mac destination, source;
	uint16_t vlan; /* 0: untagged */
	uint8_t from[4], to[4];
	uint16_t from_port, to_port;
	uint8_t protocol;
};

struct dimp_view made_view(const struct made_frame *frame);
/* A frame with |size| payload octets that count up from 0. */
struct made_frame make_frame(const struct dimp_mac *destination, const struct dimp_mac *source,
	uint16_t ethertype, size_t size);
struct made_frame make_udp(const struct made_udp *udp);

#endif
