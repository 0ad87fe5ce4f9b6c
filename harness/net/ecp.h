/* SPDX-License-Identifier: MIT */
/* Edge Control Protocol PDUs (IEEE 802.1Q 43): what carries VDP over a station's cable. */
#ifndef NET_ECP_H
#define NET_ECP_H

#include "dimp.h"

enum ecp_operation { ECP_REQUEST = 0, ECP_ACK = 1 };

enum {
	ECP_ETHERTYPE = 0x8940,
	ECP_VERSION = 1,
	ECP_SUBTYPE_VDP = 1,
	ECP_HEADER_SIZE = 4,
	ECP_PAYLOAD_MAX = 1494 /* of one frame of 1500; ECP does not fragment */
};

struct ecp_pdu {
	enum ecp_operation operation;
	uint16_t subtype; /* 10 bits */
	uint16_t sequence;
	struct dimp_view payload; /* borrowed, padding included; empty in an ACK */
};

/* The nearest customer bridge, 01-80-C2-00-00-00: where requests and ACKs go. */
extern const struct dimp_mac ecp_address;

/* Reads the payload of an ECP frame; false when it is cut short, too long, of another version or of
 * an operation that is not known. */
bool ecp_read(struct dimp_view octets, struct ecp_pdu *pdu);
/* Writes the PDU; its size, 0 when |capacity| is too small or the payload too long. */
size_t ecp_write(const struct ecp_pdu *pdu, uint8_t *octets, size_t capacity);

#endif
