/* SPDX-License-Identifier: MIT */
/*
 * Kinds of addresses, from their octets alone: nothing here knows of a DI type, a VLAN or a
 * bridge's configuration.
 */
#include "address_kind.h"

#include <string.h>

bool address_is_zero(const uint8_t *octets, size_t size)
{
	uint8_t bits = 0;

	for (size_t index = 0; index < size; index++)
		bits |= octets[index];
	return bits == 0;
}

bool address_is_station(const struct dimp_mac *mac)
{
	return (mac->octets[0] & 1) == 0 && !address_is_zero(mac->octets, sizeof mac->octets);
}

bool address_is_station_or_zero(const struct dimp_mac *mac)
{
	return address_is_station(mac) || address_is_zero(mac->octets, sizeof mac->octets);
}

bool address_is_ipv4_mapped(const struct dimp_ip *ip)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(ip->octets, prefix, sizeof prefix) == 0;
}

bool address_is_ipv4_host(const uint8_t octets[4])
{
	return octets[0] != 0 && octets[0] < 224;
}

bool address_is_host(const struct dimp_ip *ip)
{
	if (address_is_ipv4_mapped(ip))
		return address_is_ipv4_host(ip->octets + 12);
	return !address_is_group(ip) && !address_is_zero(ip->octets, sizeof ip->octets);
}

bool address_is_group(const struct dimp_ip *ip)
{
	if (address_is_ipv4_mapped(ip))
		return (ip->octets[12] & 0xf0) == 0xe0;
	return ip->octets[0] == 0xff;
}

bool address_is_prefix(const struct dimp_ip *ip, uint8_t prefix)
{
	const size_t whole = prefix / 8;

	if (prefix == 0 || whole > sizeof ip->octets)
		return false;
	if (whole == sizeof ip->octets)
		return prefix % 8 == 0;
	if ((ip->octets[whole] & 0xff >> prefix % 8) != 0)
		return false;
	return address_is_zero(ip->octets + whole + 1, sizeof ip->octets - whole - 1);
}
