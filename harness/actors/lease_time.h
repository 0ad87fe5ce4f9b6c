/* SPDX-License-Identifier: MIT */
/* The seconds of DHCP's messages, of IPv4 and of IPv6. */
#ifndef ACTORS_LEASE_TIME_H
#define ACTORS_LEASE_TIME_H

#include "dimp.h"

/* |seconds| after |start|; never where they are 0xffffffff, which stands for infinity
 * (RFC 2131 3.3, RFC 8415 7.7). */
struct dimp_time lease_time_after(struct dimp_time start, uint32_t seconds);

#endif
