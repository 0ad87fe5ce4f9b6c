/* SPDX-License-Identifier: MIT */
/*
 * What a staged entry of one VM contradicts that another VM has in force at this bridge: an address
 * is leased to one client of a VLAN or bound to it by discovery, a prefix is delegated to one, and
 * a port's SecY has four association numbers a channel.
 */
#include <string.h>

#include "bridge/edge_bridge_state.h"
#include "bridge/learned_addresses.h"
#include "net/ipv6.h"

/* Whether the address of |binding| is bound here to another VM of the VLAN. */
static bool is_bound_elsewhere(const struct edge_bridge *bridge, unsigned slot,
	const struct dimp_dhcp_binding *binding)
{
	for (unsigned other = 0; other < bridge->attachment_count; other++) {
		const struct di_entry *entry;
		size_t cursor = 0;
		if (other == slot)
			continue;
		while ((entry = di_store_next(bridge->store, other, DIMP_DI_DHCP_BINDING,
				&cursor)) != NULL) {
			const struct dimp_dhcp_binding *held = &entry->record.body.dhcp_binding;
			if (held->vlan == binding->vlan &&
				memcmp(&held->address, &binding->address, sizeof held->address) ==
					0)
				return true;
		}
	}
	return false;
}

/* Whether one of the two prefixes (an address has 128 bits) holds the other. */
static bool is_overlapping(const struct dimp_dhcpv6_binding *one,
	const struct dimp_dhcpv6_binding *other)
{
	const unsigned bits = one->prefix < other->prefix ? one->prefix : other->prefix;

	return one->vlan == other->vlan && ipv6_is_in_prefix(&one->address, &other->address, bits);
}

/* Whether what |binding| has is given here to another VM of the VLAN, in whole or in part (DIMP
 * 8.9-5). */
static bool is_given_elsewhere(const struct edge_bridge *bridge, unsigned slot,
	const struct dimp_dhcpv6_binding *binding)
{
	for (unsigned other = 0; other < bridge->attachment_count; other++) {
		const struct di_entry *entry;
		size_t cursor = 0;
		if (other == slot)
			continue;
		while ((entry = di_store_next(bridge->store, other, DIMP_DI_DHCPV6_BINDING,
				&cursor)) != NULL) {
			if (is_overlapping(&entry->record.body.dhcpv6_binding, binding))
				return true;
		}
	}
	return false;
}

/* Whether another VM has the address of |record| by discovery.  One that is still tested here is
 * younger than what has come (DIMP 8.10-5). */
static bool is_discovered_elsewhere(const struct edge_bridge *bridge, unsigned slot,
	const struct dimp_record *record)
{
	for (unsigned other = 0; other < bridge->attachment_count; other++) {
		const struct di_entry *const entry =
			other == slot ? NULL : di_store_find(bridge->store, other, record);
		if (entry && entry->record.body.savi_binding.state != DIMP_SAVI_STATE_TENTATIVE)
			return true;
	}
	return false;
}

static bool is_same_number(const struct dimp_macsec_sa *one, const struct dimp_macsec_sa *other)
{
	return memcmp(&one->sci, &other->sci, sizeof one->sci) == 0 &&
		one->association_number == other->association_number &&
		one->direction == other->direction;
}

/* Whether another VM of the same port uses the association number of |association|.  What the
 * bridge transmits to each VM has a channel of its own, whatever the SCI says. */
static bool is_number_busy(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct dimp_macsec_sa *association)
{
	if (association->direction != DIMP_DIRECTION_RECEIVE)
		return false;
	for (unsigned other = 0; other < bridge->attachment_count; other++) {
		const struct di_entry *entry;
		size_t cursor = 0;

		if (other == attachment->slot ||
			bridge->attachments[other].port != attachment->port)
			continue;
		while ((entry = di_store_next(bridge->store, other, DIMP_DI_MACSEC_SA, &cursor)) !=
			NULL) {
			if (is_same_number(&entry->record.body.macsec_sa, association))
				return true;
		}
	}
	return false;
}

/* Whether another VM's port keeps the address. */
static bool is_sticky_elsewhere(const struct edge_bridge *bridge, unsigned slot,
	const struct dimp_learned_mac *learned)
{
	const struct learned_address address = {learned->vlan, learned->client};

	for (unsigned other = 0; other < bridge->attachment_count; other++) {
		if (other != slot && learned_addresses_is_sticky(bridge->store, other, &address))
			return true;
	}
	return false;
}

enum dimp_error edge_conflict(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct dimp_record *record)
{
	if (record->type == DIMP_DI_DHCP_BINDING &&
		is_bound_elsewhere(bridge, attachment->slot, &record->body.dhcp_binding))
		return DIMP_ERROR_ENTRY_CONFLICT;
	if (record->type == DIMP_DI_DHCPV6_BINDING &&
		is_given_elsewhere(bridge, attachment->slot, &record->body.dhcpv6_binding))
		return DIMP_ERROR_ENTRY_CONFLICT;
	if (record->type == DIMP_DI_SAVI_BINDING &&
		is_discovered_elsewhere(bridge, attachment->slot, record))
		return DIMP_ERROR_ENTRY_CONFLICT;
	if (record->type == DIMP_DI_MACSEC_SA &&
		is_number_busy(bridge, attachment, &record->body.macsec_sa))
		return DIMP_ERROR_ASSOCIATION_NUMBER_BUSY;
	if (record->type == DIMP_DI_LEARNED_MAC &&
		is_sticky_elsewhere(bridge, attachment->slot, &record->body.learned_mac))
		return DIMP_ERROR_ENTRY_CONFLICT;
	return DIMP_ERROR_NONE;
}
