/* SPDX-License-Identifier: MIT */
/* What carries PDUs between simulated nodes: Ethernet frames, or UDP over IPv4 or IPv6 in them
 * (DIMP 3). */
#ifndef BRIDGE_PDU_CARRIER_H
#define BRIDGE_PDU_CARRIER_H

#include "bridge/edge_frame.h"

enum pdu_carrier { PDU_CARRIED_BY_ETHERNET, PDU_CARRIED_BY_UDP, PDU_CARRIED_BY_UDP6 };

enum { PDU_CARRIER_OVERHEAD = 14 + 40 + 8, PDU_CARRIER_FRAME_MIN = 60 };

struct pdu_way {
	enum pdu_carrier carrier;
	struct dimp_mac from, to; /* a node's IP addresses follow from its MAC address */
};

/* Writes the frame that carries |pdu| to |frame|, which holds PDU_CARRIER_OVERHEAD octets more and
 * at least PDU_CARRIER_FRAME_MIN; returns its size. */
size_t pdu_carrier_write(const struct pdu_way *way, struct dimp_view pdu, uint8_t *frame);

/* Whether |frame| carries DIMP, untagged; |pdu| is what is behind its headers, padding included
 * where the carrier cannot tell. */
bool pdu_carrier_read(const struct edge_frame *frame, struct dimp_view *pdu);

#endif
