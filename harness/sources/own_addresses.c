/* SPDX-License-Identifier: MIT */
/*
 * A binding was checked by somebody; a word of the VM's was not, so that it counts only where
 * nobody binds addresses.
 */
#include "sources/own_addresses.h"

#include <string.h>

#include "net/arp.h"
#include "net/ipv4.h"
#include "net/rule_words.h"

enum { HOST_PREFIX = 128 };

static bool is_same(const struct dimp_ip *one, const struct dimp_ip *other)
{
	return memcmp(one->octets, other->octets, sizeof one->octets) == 0;
}

static bool has_address(const struct address_list *list, const struct dimp_ip *address)
{
	for (size_t i = 0; i < list->count; i++)
		if (is_same(&list->addresses[i], address))
			return true;
	return false;
}

static void add(struct address_list *list, const struct dimp_ip *address)
{
	if (list->count < OWN_ADDRESSES_MAX && !has_address(list, address))
		list->addresses[list->count++] = *address;
}

static void forget_oldest(struct address_list *list)
{
	list->count--;
	memmove(&list->addresses[0], &list->addresses[1], list->count * sizeof list->addresses[0]);
}

void own_addresses_recall(struct own_addresses *own, const struct dimp_ip *address)
{
	if (has_address(&own->said, address))
		return;
	if (own->said.count == OWN_ADDRESSES_MAX)
		forget_oldest(&own->said);
	add(&own->said, address);
}

void own_addresses_packet(struct own_addresses *own, const struct source_packet *packet,
	const struct source_place *place)
{
	struct arp_packet arp;

	if (packet->direction != SOURCE_FROM_VM || packet->ethernet.type != ETHERTYPE_ARP)
		return;
	if (!arp_read(packet->ethernet.payload, &arp)) {
		place->counters->malformed++;
		return;
	}
	if (!ethernet_is_same(&arp.sender, &place->vm)) {
		place->counters->spoofed++;
		return;
	}
	/* A probe (RFC 5227) has no sender address: the VM does not own it yet. */
	if (own->was_bound || ipv4_is_zero(&arp.sender_address))
		return;
	const struct dimp_ip address = ipv4_mapped(&arp.sender_address);
	own_addresses_recall(own, &address);
}

/* The address that a binding binds; false for a delegated prefix and for an address that is still
 * looked for elsewhere (RFC 6620: a tentative one is nobody's). */
static bool bound_address(const struct dimp_record *record, struct dimp_ip *address)
{
	switch ((int)record->type) {
	case DIMP_DI_DHCP_BINDING:
		*address = ipv4_mapped(&record->body.dhcp_binding.address);
		return true;
	case DIMP_DI_DHCPV6_BINDING:
		*address = record->body.dhcpv6_binding.address;
		return record->body.dhcpv6_binding.prefix == HOST_PREFIX;
	case DIMP_DI_SAVI_BINDING:
		*address = record->body.savi_binding.address;
		return record->body.savi_binding.state != DIMP_SAVI_STATE_TENTATIVE;
	default: return false;
	}
}

static void add_bound(const struct source_place *place, enum dimp_di_type type,
	struct address_list *list)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, type, &cursor)) != NULL) {
		struct dimp_ip address;
		if (bound_address(&entry->record, &address))
			add(list, &address);
	}
}

static bool has_family(const struct address_list *list, bool is_ipv4)
{
	for (size_t i = 0; i < list->count; i++)
		if (ipv4_is_mapped(&list->addresses[i]) == is_ipv4)
			return true;
	return false;
}

static void forget_ipv4(struct address_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++)
		if (!ipv4_is_mapped(&list->addresses[i]))
			list->addresses[kept++] = list->addresses[i];
	list->count = kept;
}

static void add_said(const struct own_addresses *own, bool is_ipv4, struct address_list *list)
{
	if (has_family(list, is_ipv4))
		return;
	for (size_t i = 0; i < own->said.count; i++)
		if (ipv4_is_mapped(&own->said.addresses[i]) == is_ipv4)
			add(list, &own->said.addresses[i]);
}

void own_addresses_list(struct own_addresses *own, const struct source_place *place,
	struct address_list *list)
{
	const bool is_bound = di_store_count(place->store, place->slot, DIMP_DI_DHCP_BINDING) > 0;

	if (own->was_bound || is_bound)
		forget_ipv4(&own->said);
	own->was_bound = is_bound;
	*list = (struct address_list){.count = 0};
	add_bound(place, DIMP_DI_DHCP_BINDING, list);
	add_said(own, true, list);
	add_bound(place, DIMP_DI_DHCPV6_BINDING, list);
	add_bound(place, DIMP_DI_SAVI_BINDING, list);
	add_said(own, false, list);
}
