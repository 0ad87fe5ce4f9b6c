/* SPDX-License-Identifier: MIT */
/* ARP for IPv4 over Ethernet (RFC 826). */
#ifndef NET_ARP_H
#define NET_ARP_H

#include "dimp.h"

enum arp_operation { ARP_REQUEST = 1, ARP_REPLY = 2 };

struct arp_packet {
	uint16_t operation;
	struct dimp_mac sender, target;
	struct dimp_ipv4 sender_address, target_address;
};

/* False when cut short or not IPv4 over Ethernet. */
bool arp_read(struct dimp_view octets, struct arp_packet *packet);
/* Writes the packet; its size, 0 when |capacity| is too small. */
size_t arp_write(const struct arp_packet *packet, uint8_t *octets, size_t capacity);

#endif
