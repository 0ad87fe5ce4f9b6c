/* SPDX-License-Identifier: MIT */
/*
 * There is no hardware address in DHCPv6: what the VM's port sends is the VM's, what reaches it
 * under the transaction and identifier that the VM used is for it.  What relays hand on is another
 * client's, and nothing is learned from it here.
 */
#include "sources/dhcp6_source.h"

#include <string.h>

#include "net/ipv6.h"
#include "net/udp.h"

static const uint64_t us_per_s = 1000000;
/* After it the client has asked again, which is a second at first (RFC 8415 7.6). */
static const uint64_t adoption_us = 5000000;

/* One message under way: what it is learned from, and what it may change. */
struct exchange {
	struct dhcp6_source *source;
	const struct source_packet *packet;
	const struct source_place *place;
	const struct dhcp6_message *message;
	struct dimp_time now;
};

void dhcp6_source_init(struct dhcp6_source *source)
{
	*source = (struct dhcp6_source){.asked = DHCP6_NONE};
}

void dhcp6_source_adopt(struct dhcp6_source *source, struct dimp_time now)
{
	source->believes_until.us = now.us + adoption_us;
}

/* Bits behind the length of a prefix say nothing (RFC 8415 21.22), and are no part of the key. */
static struct dimp_ip prefix_of(const struct dhcp6_lease *lease)
{
	struct dimp_ip prefix = lease->address;

	for (unsigned bit = lease->prefix; bit < DHCP6_ADDRESS_PREFIX; bit++)
		prefix.octets[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
	return prefix;
}

static struct dimp_record binding_key(const struct exchange *exchange,
	const struct dhcp6_lease *lease)
{
	return (struct dimp_record){.type = DIMP_DI_DHCPV6_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcpv6_binding = {.vlan = exchange->packet->vlan,
			.client = exchange->place->vm,
			.address = prefix_of(lease),
			.prefix = lease->prefix}};
}

static void copy_duid(struct dimp_view duid, struct dimp_octets253 *copy)
{
	*copy = (struct dimp_octets253){.size = (uint16_t)duid.size};
	memcpy(copy->octets, duid.octets, duid.size);
}

static bool is_duid(const struct dimp_octets253 *known, struct dimp_view duid)
{
	return known->size == duid.size && memcmp(known->octets, duid.octets, duid.size) == 0;
}

static void note_transaction(struct dimp_dhcpv6_binding *binding, uint32_t transaction)
{
	binding->attributes |= 1U << DIMP_ATTRIBUTE_dhcpv6_binding_transaction;
	binding->transaction = transaction;
}

static bool is_in_transaction(const struct dimp_dhcpv6_binding *binding, uint32_t transaction)
{
	return (binding->attributes >> DIMP_ATTRIBUTE_dhcpv6_binding_transaction & 1) != 0 &&
		binding->transaction == transaction;
}

/* Calls |act| with each lease that the message names. */
static void for_each_lease(const struct exchange *exchange,
	void (*act)(const struct exchange *exchange, uint32_t identifier,
		const struct dhcp6_lease *lease))
{
	struct dhcp6_message rest = *exchange->message;
	struct dhcp6_association association;
	struct dhcp6_lease lease;

	while (dhcp6_association_next(&rest, &association)) {
		const uint32_t identifier = association.identifier;
		if (association.status != DHCP6_SUCCESS)
			continue;
		while (dhcp6_lease_next(&association, &lease)) {
			if (lease.status == DHCP6_SUCCESS)
				act(exchange, identifier, &lease);
		}
	}
}

/* ---- From the VM ---- */

/* What is bound and asked for again carries the transaction from now on. */
static void mark_lease(const struct exchange *exchange, uint32_t identifier,
	const struct dhcp6_lease *lease)
{
	const struct dimp_record key = binding_key(exchange, lease);
	struct dimp_record found;

	if (!source_find(exchange->place, &key, exchange->now, &found) ||
		found.body.dhcpv6_binding.association != identifier)
		return;
	note_transaction(&found.body.dhcpv6_binding, exchange->message->transaction);
	(void)source_put(exchange->place, &found, exchange->now);
}

/* The VM gives an address back; one that is not bound to it is not its to give. */
static void end_lease(const struct exchange *exchange, uint32_t identifier,
	const struct dhcp6_lease *lease)
{
	const struct dimp_record key = binding_key(exchange, lease);

	(void)identifier;
	if (!di_store_delete(exchange->place->store, exchange->place->slot, &key, exchange->now))
		exchange->place->counters->spoofed++;
}

static void take_from_vm(const struct exchange *exchange)
{
	const struct dhcp6_message *const message = exchange->message;
	struct dhcp6_source *const source = exchange->source;

	switch (message->kind) {
	case DHCP6_NONE: return;
	case DHCP6_ADVERTISE:
	case DHCP6_REPLY:
	case DHCP6_RECONFIGURE: exchange->place->counters->untrusted++; return;
	case DHCP6_RENEW:
	case DHCP6_REBIND:
	case DHCP6_REQUEST: for_each_lease(exchange, mark_lease); break;
	case DHCP6_RELEASE:
	case DHCP6_DECLINE: for_each_lease(exchange, end_lease); break;
	case DHCP6_SOLICIT:
	case DHCP6_CONFIRM:
	case DHCP6_INFORMATION_REQUEST: break;
	}
	source->asked = message->kind;
	source->transaction = message->transaction;
	copy_duid(message->client_duid, &source->client_duid);
}

/* ---- Towards the VM ---- */

/* What the REPLY answers; DHCP6_NONE when the VM asked nothing like it. */
static enum dhcp6_kind asked_by(const struct exchange *exchange)
{
	const struct dhcp6_source *const source = exchange->source;
	const struct dhcp6_message *const message = exchange->message;
	const struct source_place *const place = exchange->place;
	const struct di_entry *entry;
	size_t cursor = 0;

	if (source->asked != DHCP6_NONE && source->transaction == message->transaction)
		return is_duid(&source->client_duid, message->client_duid) ? source->asked
									   : DHCP6_NONE;
	/* It may have been asked at the bridge that the VM comes from. */
	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_DHCPV6_BINDING,
			&cursor)) != NULL) {
		const struct dimp_dhcpv6_binding *const held = &entry->record.body.dhcpv6_binding;
		if (is_in_transaction(held, message->transaction) &&
			is_duid(&held->client_duid, message->client_duid))
			return DHCP6_RENEW;
	}
	if (source->asked == DHCP6_NONE && exchange->now.us < source->believes_until.us)
		return DHCP6_REQUEST;
	return DHCP6_NONE;
}

static uint32_t duration_of(uint32_t seconds)
{
	return seconds == UINT32_MAX ? DIMP_DURATION_INFINITE
				     : dimp_duration_from_us(seconds * us_per_s);
}

/* A lease that lasts no time is one that ends (RFC 8415 18.2.10.1). */
static void learn_lease(const struct exchange *exchange, uint32_t identifier,
	const struct dhcp6_lease *lease)
{
	const struct source_place *const place = exchange->place;
	struct dimp_record record = binding_key(exchange, lease);
	struct dimp_dhcpv6_binding *const binding = &record.body.dhcpv6_binding;

	if (lease->valid_s == 0) {
		(void)di_store_delete(place->store, place->slot, &record, exchange->now);
		return;
	}
	/* RFC 8415 21.6: the client discards it, and goes on with what it has. */
	if (lease->preferred_s > lease->valid_s) {
		place->counters->malformed++;
		return;
	}
	binding->association = identifier;
	binding->valid_remaining = duration_of(lease->valid_s);
	binding->preferred_remaining = duration_of(lease->preferred_s);
	note_transaction(binding, exchange->message->transaction);
	binding->attributes |= 1U << DIMP_ATTRIBUTE_dhcpv6_binding_client_duid |
		1U << DIMP_ATTRIBUTE_dhcpv6_binding_server_duid;
	copy_duid(exchange->message->client_duid, &binding->client_duid);
	copy_duid(exchange->message->server_duid, &binding->server_duid);
	(void)source_put(place, &record, exchange->now);
}

/* The VM's addresses are of another link, says the server; a prefix is not of this link anyway. */
static void end_addresses(const struct exchange *exchange)
{
	const struct source_place *const place = exchange->place;
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_DHCPV6_BINDING,
			&cursor)) != NULL) {
		const struct dimp_record record = entry->record;
		if (record.body.dhcpv6_binding.vlan == exchange->packet->vlan &&
			record.body.dhcpv6_binding.prefix == DHCP6_ADDRESS_PREFIX)
			(void)di_store_delete(place->store, place->slot, &record, exchange->now);
	}
}

static void take_reply(const struct exchange *exchange)
{
	const struct dhcp6_message *const message = exchange->message;

	switch (asked_by(exchange)) {
	case DHCP6_NONE: exchange->place->counters->unsolicited++; return;
	case DHCP6_SOLICIT:
		if (!message->is_rapid) {
			exchange->place->counters->unsolicited++;
			return;
		}
		break;
	case DHCP6_CONFIRM:
		if (message->status == DHCP6_NOT_ON_LINK)
			end_addresses(exchange);
		return;
	case DHCP6_REQUEST:
	case DHCP6_RENEW:
	case DHCP6_REBIND: break;
	case DHCP6_RELEASE:
	case DHCP6_DECLINE:
	case DHCP6_INFORMATION_REQUEST:
	case DHCP6_ADVERTISE:
	case DHCP6_REPLY:
	case DHCP6_RECONFIGURE: return;
	}
	if (message->status == DHCP6_SUCCESS)
		for_each_lease(exchange, learn_lease);
}

/* A RECONFIGURE changes nothing by itself: what the VM then asks does. */
static void take_towards_vm(const struct exchange *exchange)
{
	struct source_counters *const counters = exchange->place->counters;

	switch (exchange->message->kind) {
	case DHCP6_REPLY:
	case DHCP6_RECONFIGURE:
	case DHCP6_ADVERTISE: break;
	case DHCP6_NONE:
	case DHCP6_SOLICIT:
	case DHCP6_REQUEST:
	case DHCP6_CONFIRM:
	case DHCP6_RENEW:
	case DHCP6_REBIND:
	case DHCP6_RELEASE:
	case DHCP6_DECLINE:
	case DHCP6_INFORMATION_REQUEST: return;
	}
	if (!exchange->packet->is_trusted)
		counters->untrusted++;
	else if (exchange->message->kind == DHCP6_RECONFIGURE)
		counters->reconfigures++;
	else if (exchange->message->kind == DHCP6_REPLY)
		take_reply(exchange);
}

static void count_broken(enum packet_verdict verdict, struct source_counters *counters)
{
	if (verdict == PACKET_BAD_CHECKSUM)
		counters->bad_checksum++;
	else
		counters->malformed++;
}

/* Reads the message in |packet|; false when there is none of this side, or it is broken. */
static bool read_message(const struct source_packet *packet, struct source_counters *counters,
	struct dhcp6_message *message)
{
	const bool is_from_vm = packet->direction == SOURCE_FROM_VM;
	struct udp_datagram datagram;

	if (!packet->has_ipv6 || packet->ipv6.protocol != IPV6_UDP)
		return false;
	const enum packet_verdict verdict = udp6_read(&packet->ipv6, &datagram);
	if (verdict != PACKET_WHOLE) {
		count_broken(verdict, counters);
		return false;
	}
	if (datagram.destination_port != (is_from_vm ? DHCP6_SERVER_PORT : DHCP6_CLIENT_PORT))
		return false;
	struct dhcp6_relayed relayed;
	const bool is_whole = dhcp6_unwrap(datagram.payload, &relayed);
	if (is_whole && relayed.relays > 0) {
		counters->spoofed += is_from_vm ? 1 : 0;
		return false;
	}
	if (is_whole && dhcp6_read(datagram.payload, message) && dhcp6_is_valid(message))
		return true;
	counters->malformed++;
	return false;
}

void dhcp6_source_packet(struct dhcp6_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now)
{
	struct dhcp6_message message;
	const struct exchange exchange = {source, packet, place, &message, now};

	if (!read_message(packet, place->counters, &message))
		return;
	if (packet->direction == SOURCE_FROM_VM)
		take_from_vm(&exchange);
	else
		take_towards_vm(&exchange);
}

bool dhcp6_source_covers(const struct source_place *place, uint16_t vlan,
	const struct dimp_ip *address)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_DHCPV6_BINDING,
			&cursor)) != NULL) {
		const struct dimp_dhcpv6_binding *const held = &entry->record.body.dhcpv6_binding;
		if (held->vlan == vlan && ipv6_is_in_prefix(address, &held->address, held->prefix))
			return true;
	}
	return false;
}
