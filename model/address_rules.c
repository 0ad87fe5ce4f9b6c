/* SPDX-License-Identifier: MIT */
/*
 * Rules of what binds addresses to a client: DHCP and DHCPv6 bindings, learned MAC addresses,
 * SAVI bindings and ARP entries (DIMP 8.4, 8.8 to 8.11).
 */
#include "address_kind.h"
#include "rule_hooks.h"

enum dimp_error rules_dhcp_binding(const struct dimp_dhcp_binding *binding,
	enum dimp_operation operation)
{
	if (!address_is_station(&binding->client))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	return rules_malformed_unless(address_is_ipv4_host(binding->address.octets));
}

enum dimp_error rules_learned_mac(const struct dimp_learned_mac *learned,
	enum dimp_operation operation)
{
	(void)operation;
	return rules_malformed_unless(address_is_station(&learned->client));
}

/* IPv6 that DHCPv6 can give: no group's, none of IPv4, one form for each prefix (DIMP 8.9-2). */
static bool is_given_by_dhcpv6(const struct dimp_dhcpv6_binding *binding)
{
	return address_is_host(&binding->address) && !address_is_ipv4_mapped(&binding->address) &&
		address_is_prefix(&binding->address, binding->prefix);
}

enum dimp_error rules_dhcpv6_binding(const struct dimp_dhcpv6_binding *binding,
	enum dimp_operation operation)
{
	enum { TRANSACTION_MAX = 0xffffff, DUID_SIZE_MIN = 3, DUID_SIZE_MAX = 130 };

	if (!address_is_station(&binding->client) || !is_given_by_dhcpv6(binding))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	const struct dimp_octets253 *const duids[] = {&binding->client_duid, &binding->server_duid};
	for (unsigned end = 0; end < 2; end++) {
		const unsigned number = DIMP_ATTRIBUTE_dhcpv6_binding_client_duid + end;
		if (rules_have(binding->attributes, (enum dimp_attribute)number) &&
			(duids[end]->size < DUID_SIZE_MIN || duids[end]->size > DUID_SIZE_MAX))
			return DIMP_ERROR_MALFORMED_RECORD;
	}
	return rules_malformed_unless(
		!rules_have(binding->attributes, DIMP_ATTRIBUTE_dhcpv6_binding_transaction) ||
		binding->transaction <= TRANSACTION_MAX);
}

/* A test has an end, and what is not tested none (DIMP 8.10-4). */
static enum dimp_error check_test(const struct dimp_savi_binding *binding)
{
	const bool has_end =
		rules_have(binding->attributes, DIMP_ATTRIBUTE_savi_binding_test_remaining);

	if (binding->state == DIMP_SAVI_STATE_VALID)
		return rules_malformed_unless(!has_end);
	if (!has_end)
		return DIMP_ERROR_MISSING_TLV;
	return rules_malformed_unless(binding->test_remaining != DIMP_DURATION_INFINITE);
}

enum dimp_error rules_savi_binding(const struct dimp_savi_binding *binding,
	enum dimp_operation operation)
{
	if (!address_is_host(&binding->address))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	if (!address_is_station(&binding->client))
		return DIMP_ERROR_MALFORMED_RECORD;
	return check_test(binding);
}

enum dimp_error rules_arp_entry(const struct dimp_arp_entry *entry, enum dimp_operation operation)
{
	if (!address_is_ipv4_host(entry->address.octets))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	return rules_malformed_unless(address_is_station(&entry->client));
}
