/* SPDX-License-Identifier: MIT */
/*
 * Kinds of addresses, from their octets alone: nothing here knows of a DI type, a VLAN or a
 * bridge's configuration.
 */
#include "address_kind.h"

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
