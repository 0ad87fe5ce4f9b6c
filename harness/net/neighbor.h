/* SPDX-License-Identifier: MIT */
/* The neighbor advertisement that nobody asked for (RFC 4861 7.2.6), as a whole frame. */
#ifndef NET_NEIGHBOR_H
#define NET_NEIGHBOR_H

#include "dimp.h"

enum { NEIGHBOR_FRAME_MAX = 96 };

/* Tells all nodes that |address| is at |mac|, whatever they knew; untagged.  Its size. */
size_t neighbor_announce(const struct dimp_mac *mac, const struct dimp_ip *address,
	uint8_t octets[NEIGHBOR_FRAME_MAX]);

#endif
