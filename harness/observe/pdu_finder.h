/* SPDX-License-Identifier: MIT */
/* Finds DIMP in Ethernet frames (DIMP 3): by EtherType or UDP port, under VLAN tags and MACsec that
 * does not encrypt. */
#ifndef OBSERVE_PDU_FINDER_H
#define OBSERVE_PDU_FINDER_H

#include "dimp.h"

enum { PDU_ADDRESS_SIZE = 64 };

enum pdu_carrier { PDU_CARRIER_ETHERNET, PDU_CARRIER_UDP };

struct pdu_found {
	enum pdu_carrier carrier;
	char from[PDU_ADDRESS_SIZE]; /* MAC address, or IP address and port */
	char to[PDU_ADDRESS_SIZE];
	struct dimp_view octets; /* the PDU and perhaps padding; borrowed from the frame */
};

/* Whether |frame| carries DIMP; |found| is filled in then.  Checksums are not looked at: senders
 * that leave them to the interface are captured with wrong ones. */
bool pdu_find(struct dimp_view frame, struct pdu_found *found);

#endif
