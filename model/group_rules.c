/* SPDX-License-Identifier: MIT */
/*
 * Rules of what decides where group frames and VLANs go: memberships, multicast routers, MVRP and
 * MMRP registrations (DIMP 8.5, 8.12 to 8.14).
 */
#include <string.h>

#include "address_kind.h"
#include "rule_hooks.h"

/* A membership's source is zero or a host's address of the group's family. */
static bool is_source_of(const struct dimp_ip *source, const struct dimp_ip *group)
{
	if (address_is_zero(source->octets, sizeof source->octets))
		return true;
	if (address_is_ipv4_mapped(source) != address_is_ipv4_mapped(group))
		return false;
	if (address_is_ipv4_mapped(source))
		return address_is_ipv4_host(source->octets + 12);
	return !address_is_group(source);
}

enum dimp_error rules_multicast_membership(const struct dimp_multicast_membership *membership,
	enum dimp_operation operation)
{
	/* IGMPv1 to v3, MLDv1 and v2. */
	const uint8_t version_max = address_is_ipv4_mapped(&membership->group) ? 3 : 2;
	const uint8_t version = membership->host_version;

	if (!address_is_group(&membership->group))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (!is_source_of(&membership->source, &membership->group))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	if (version < 1 || version > version_max)
		return DIMP_ERROR_MALFORMED_RECORD;
	/* A blocked source ends with its group (DIMP 8.5-5). */
	return rules_malformed_unless(membership->filter_mode != DIMP_FILTER_MODE_EXCLUDE ||
		address_is_zero(membership->source.octets, sizeof membership->source.octets) ||
		membership->remaining == DIMP_DURATION_INFINITE);
}

/* Only a querier's queries have a version, and only its election a timer (DIMP 8.12-3). */
static enum dimp_error check_querier(const struct dimp_multicast_router *router)
{
	const uint8_t version_max = address_is_ipv4_mapped(&router->router) ? 3 : 2;
	const uint32_t remaining = 1u << DIMP_ATTRIBUTE_multicast_router_querier_remaining;

	if (router->is_querier == 0)
		return rules_malformed_unless(router->version == 0 && router->attributes == 0);
	if (router->version == 0 || router->version > version_max)
		return DIMP_ERROR_MALFORMED_RECORD;
	return (router->attributes & remaining) != 0 ? DIMP_ERROR_NONE : DIMP_ERROR_MISSING_TLV;
}

enum dimp_error rules_multicast_router(const struct dimp_multicast_router *router,
	enum dimp_operation operation)
{
	if (!address_is_host(&router->router))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	return check_querier(router);
}

/* What is registered stays until it is given up, which takes a time (DIMP 8.13-3). */
static bool is_registrar(uint8_t registrar, uint32_t remaining)
{
	return (registrar == DIMP_REGISTRAR_IN) == (remaining == DIMP_DURATION_INFINITE);
}

enum dimp_error rules_mvrp_registration(const struct dimp_mvrp_registration *registration,
	enum dimp_operation operation)
{
	if (registration->vlan == 0)
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	return rules_malformed_unless(address_is_station(&registration->origin) &&
		is_registrar(registration->registrar, registration->remaining));
}

/* 01-80-C2-00-00-00 to 0F: no bridge forwards them, so nobody can register them. */
static bool is_reserved(const struct dimp_mac *address)
{
	static const uint8_t reserved[5] = {0x01, 0x80, 0xc2};

	return memcmp(address->octets, reserved, sizeof reserved) == 0 &&
		(address->octets[5] & 0xf0) == 0;
}

/* A service requirement has no address, an address no service requirement (DIMP 8.14-2). */
static bool is_registrable(const struct dimp_mmrp_registration *registration)
{
	const bool has_address =
		!address_is_zero(registration->address.octets, sizeof registration->address.octets);

	if (registration->kind == DIMP_MMRP_ATTRIBUTE_SERVICE)
		return !has_address && registration->service <= 1;
	return has_address && registration->service == 0 && !is_reserved(&registration->address);
}

enum dimp_error rules_mmrp_registration(const struct dimp_mmrp_registration *registration,
	enum dimp_operation operation)
{
	if (!is_registrable(registration))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	return rules_malformed_unless(address_is_station(&registration->origin) &&
		is_registrar(registration->registrar, registration->remaining));
}
