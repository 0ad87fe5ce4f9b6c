/* SPDX-License-Identifier: MIT */
/* What an address is the address of: the questions that rules of DI types share (DIMP 8.0-6). */
#ifndef DIMP_ADDRESS_KIND_H
#define DIMP_ADDRESS_KIND_H

#include "dimp.h"

bool address_is_zero(const uint8_t *octets, size_t size);

/* One station's: not a group's and not zero. */
bool address_is_station(const struct dimp_mac *mac);

/* One station's, or zero. */
bool address_is_station_or_zero(const struct dimp_mac *mac);

bool address_is_ipv4_mapped(const struct dimp_ip *ip);

/* A host's: neither in 0.0.0.0/8 nor a group's, reserved or the broadcast address. */
bool address_is_ipv4_host(const uint8_t octets[4]);

/* A host's, of either family; the unspecified address of IPv6 is none. */
bool address_is_host(const struct dimp_ip *ip);

bool address_is_group(const struct dimp_ip *ip);

/* Whether |prefix| is the length of a prefix and all bits of |ip| after it are zero. */
bool address_is_prefix(const struct dimp_ip *ip, uint8_t prefix);

#endif
