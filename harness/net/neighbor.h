/* SPDX-License-Identifier: MIT */
/* Neighbour discovery as whole frames: the advertisement nobody asked for (RFC 4861 7.2.6), and
 * the probe for duplicates (RFC 4862 5.4.2). */
#ifndef NET_NEIGHBOR_H
#define NET_NEIGHBOR_H

#include "dimp.h"

enum { NEIGHBOR_FRAME_MAX = 96 };

/* Tells all nodes that |address| is at |mac|, whatever they knew; untagged.  Its size. */
size_t neighbor_announce(const struct dimp_mac *mac, const struct dimp_ip *address,
	uint8_t octets[NEIGHBOR_FRAME_MAX]);

/* Asks from |mac| whether anybody has |address|; untagged.  Its size. */
size_t neighbor_probe(const struct dimp_mac *mac, const struct dimp_ip *address,
	uint8_t octets[NEIGHBOR_FRAME_MAX]);

#endif
