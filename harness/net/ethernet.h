/* SPDX-License-Identifier: MIT */
/* Ethernet II frames with their VLAN tags (IEEE 802.3, 802.1Q 9.6). */
#ifndef NET_ETHERNET_H
#define NET_ETHERNET_H

#include "dimp.h"

enum {
	ETHERNET_TAGS_MAX = 4,
	ETHERNET_HEADER_SIZE = 14,
	ETHERNET_FRAME_MAX = 9216,
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_CUSTOMER_TAG = 0x8100,
	ETHERTYPE_SERVICE_TAG = 0x88a8,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_EAPOL = 0x888e,
	ETHERTYPE_MACSEC = 0x88e5
};

struct ethernet_tag {
	uint16_t type; /* customer or service tag */
	uint16_t control; /* PCP, DEI, VID */
};

struct ethernet_frame {
	struct dimp_mac destination, source;
	struct ethernet_tag tags[ETHERNET_TAGS_MAX]; /* outermost first */
	size_t tag_count;
	uint16_t type;
	struct dimp_view payload; /* borrowed; padding included */
};

/*
 * Reads a frame (no FCS).  False when it is cut short, has more tags than ETHERNET_TAGS_MAX, a VID
 * of 4095, or a length (LLC) instead of a type.
 */
bool ethernet_read(struct dimp_view octets, struct ethernet_frame *frame);

/* Writes the frame, unpadded; its size, 0 when |capacity| is too small. */
size_t ethernet_write(const struct ethernet_frame *frame, uint8_t *octets, size_t capacity);

/* The VLAN the frame is in: the outermost tag's VID, 0 when untagged or priority-tagged. */
uint16_t ethernet_vlan(const struct ethernet_frame *frame);

bool ethernet_is_group(const struct dimp_mac *address);
bool ethernet_is_same(const struct dimp_mac *one, const struct dimp_mac *other);

#endif
