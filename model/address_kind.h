/* SPDX-License-Identifier: MIT */
/* What an address is the address of: the questions that rules of DI types share (DIMP 8.0-6). */
#ifndef DIMP_ADDRESS_KIND_H
#define DIMP_ADDRESS_KIND_H

#include <string.h>

#include "dimp.h"

static inline bool address_is_zero(const uint8_t *octets, size_t size)
{
	uint8_t bits = 0;

	for (size_t index = 0; index < size; index++)
		bits |= octets[index];
	return bits == 0;
}

/* One station's: not a group's and not zero. */
static inline bool address_is_station(const struct dimp_mac *mac)
{
	return (mac->octets[0] & 1) == 0 && !address_is_zero(mac->octets, sizeof mac->octets);
}

/* One station's, or zero. */
static inline bool address_is_station_or_zero(const struct dimp_mac *mac)
{
	return address_is_station(mac) || address_is_zero(mac->octets, sizeof mac->octets);
}

static inline bool address_is_ipv4_mapped(const struct dimp_ip *ip)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(ip->octets, prefix, sizeof prefix) == 0;
}

/* A host's: neither in 0.0.0.0/8 nor a group's, reserved or the broadcast address. */
static inline bool address_is_ipv4_host(const uint8_t octets[4])
{
	return octets[0] != 0 && octets[0] < 224;
}

/* A host's, of either family; the unspecified address of IPv6 is none. */
bool address_is_host(const struct dimp_ip *ip);

bool address_is_group(const struct dimp_ip *ip);

/* Whether |prefix| is the length of a prefix and all bits of |ip| after it are zero. */
bool address_is_prefix(const struct dimp_ip *ip, uint8_t prefix);

#endif
