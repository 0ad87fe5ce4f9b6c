/* SPDX-License-Identifier: MIT */
/*
 * FNV-1a spreads names well enough for addresses and identifiers; keys come from the seeded crypto
 * provider, not from here.
 */
#include "scenario/world_names.h"

#include <string.h>

#include "bridge/edge_frame.h"

static const uint64_t fnv_basis = 0xcbf29ce484222325u, fnv_prime = 0x100000001b3u;

uint64_t world_names_hash(uint64_t seed, const char *name)
{
	uint64_t hash = fnv_basis;

	for (unsigned shift = 0; shift < 64; shift += 8)
		hash = (hash ^ (seed >> shift & 0xff)) * fnv_prime;
	for (const char *at = name; *at != '\0'; at++)
		hash = (hash ^ (uint8_t)*at) * fnv_prime;
	/* The last characters have reached the low bits only: mix (the finaliser of MurmurHash3).
	 */
	hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
	return hash ^ hash >> 33;
}

static void put_u64(uint8_t *octets, uint64_t value)
{
	for (unsigned index = 0; index < 8; index++)
		octets[index] = (uint8_t)(value >> (56 - 8 * index));
}

struct dimp_mac world_names_mac(uint64_t seed, const char *name)
{
	struct dimp_mac mac;
	uint8_t octets[8];

	put_u64(octets, world_names_hash(seed, name));
	memcpy(mac.octets, octets, sizeof mac.octets);
	mac.octets[0] = 0x02;
	return mac;
}

struct dimp_vsi world_names_vsi(uint64_t seed, const char *name)
{
	enum { TYPE = 16, VERSION = 19, FORMAT = 20, IDENTIFIER = 21, FORMAT_UUID = 5 };
	struct dimp_vsi vsi = {"edge-manager"};
	uint8_t *identifier = vsi.octets + IDENTIFIER;

	vsi.octets[TYPE + 2] = 5;
	vsi.octets[VERSION] = 1;
	vsi.octets[FORMAT] = FORMAT_UUID;
	put_u64(identifier, world_names_hash(seed, name));
	put_u64(identifier + 8, world_names_hash(seed + 1, name));
	/* RFC 9562: version 8 (made by an application's own rule), variant 10. */
	identifier[6] = (uint8_t)((identifier[6] & 0x0f) | 0x80);
	identifier[8] = (uint8_t)((identifier[8] & 0x3f) | 0x80);
	return vsi;
}

struct dimp_ip world_names_address(uint16_t vlan, unsigned number)
{
	const unsigned host = number + 10;

	return edge_ip_from_ipv4(
		(const uint8_t[]){10, (uint8_t)vlan, (uint8_t)(host / 250), (uint8_t)(host % 250)});
}
