/* SPDX-License-Identifier: MIT */
/*
 * Only the VM's own hardware address counts: a message whose client is somebody else is spoofed
 * when it comes from the VM, and none of its business when it goes there.  An INFORM opens no
 * transaction, because its ACK gives no address.
 */
#include "sources/dhcp_source.h"

#include <string.h>

#include "net/dhcp4.h"
#include "net/udp.h"

static const uint64_t us_per_s = 1000000;
/* After it the client has asked again, which is four seconds at most (RFC 2131 4.1). */
static const uint64_t adoption_us = 5000000;

/* One message under way: what it is learned from, and what it may change. */
struct exchange {
	struct dhcp_source *source;
	const struct source_packet *packet;
	const struct source_place *place;
	struct dimp_time now;
};

void dhcp_source_init(struct dhcp_source *source)
{
	*source = (struct dhcp_source){.has_transaction = false};
}

void dhcp_source_adopt(struct dhcp_source *source, struct dimp_time now)
{
	source->believes_until.us = now.us + adoption_us;
}

static struct dimp_record binding_key(const struct exchange *exchange)
{
	return (struct dimp_record){.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcp_binding = {.vlan = exchange->packet->vlan,
			.client = exchange->place->vm}};
}

static bool find_binding(const struct exchange *exchange, struct dimp_record *found)
{
	const struct dimp_record key = binding_key(exchange);

	return source_find(exchange->place, &key, exchange->now, found);
}

static void note_transaction(struct dimp_dhcp_binding *binding, uint32_t transaction)
{
	binding->attributes |= 1U << DIMP_ATTRIBUTE_dhcp_binding_transaction;
	binding->transaction = transaction;
}

/* A request for an address that is bound: the binding carries the transaction from now on. */
static void open_transaction(const struct exchange *exchange, const struct dhcp4_message *message)
{
	struct dimp_record found;

	exchange->source->has_transaction = true;
	exchange->source->transaction = message->transaction;
	exchange->source->is_discovery = message->kind == DHCP4_DISCOVER;
	if (message->kind != DHCP4_REQUEST || !find_binding(exchange, &found))
		return;
	note_transaction(&found.body.dhcp_binding, message->transaction);
	(void)source_put(exchange->place, &found, exchange->now);
}

/* The VM gives its address back; one that is not bound to it is not its to give. */
static void end_binding(const struct exchange *exchange, const struct dimp_ipv4 *address)
{
	const struct source_place *const place = exchange->place;
	struct dimp_record found;

	if (!find_binding(exchange, &found))
		return;
	if (memcmp(&found.body.dhcp_binding.address, address, sizeof *address) != 0) {
		place->counters->spoofed++;
		return;
	}
	(void)di_store_delete(place->store, place->slot, &found, exchange->now);
}

static void take_from_vm(const struct exchange *exchange, const struct dhcp4_message *message)
{
	struct source_counters *const counters = exchange->place->counters;

	if (!ethernet_is_same(&message->client, &exchange->place->vm)) {
		counters->spoofed++;
		return;
	}
	switch (message->kind) {
	case DHCP4_DISCOVER:
	case DHCP4_REQUEST: open_transaction(exchange, message); return;
	case DHCP4_RELEASE: end_binding(exchange, &message->client_address); return;
	case DHCP4_DECLINE: end_binding(exchange, &message->requested); return;
	case DHCP4_OFFER:
	case DHCP4_ACK:
	case DHCP4_NAK: counters->untrusted++; return;
	case DHCP4_NONE:
	case DHCP4_INFORM: return;
	}
}

static bool is_expected(const struct exchange *exchange, const struct dhcp4_message *message)
{
	const struct dhcp_source *const source = exchange->source;
	struct dimp_record found;

	if (source->has_transaction && source->transaction == message->transaction)
		return !source->is_discovery || message->is_rapid;
	if (!source->has_transaction && exchange->now.us < source->believes_until.us)
		return true;
	return find_binding(exchange, &found) &&
		(found.body.dhcp_binding.attributes >> DIMP_ATTRIBUTE_dhcp_binding_transaction &
			1) != 0 &&
		found.body.dhcp_binding.transaction == message->transaction;
}

static void make_binding(const struct exchange *exchange, const struct dhcp4_message *message)
{
	struct dimp_record record = binding_key(exchange);
	struct dimp_dhcp_binding *const binding = &record.body.dhcp_binding;

	/* The answer to an INFORM gives no address, and without a lease there is no binding to end.
	 */
	if (ipv4_is_zero(&message->your_address) || !message->has_lease)
		return;
	binding->address = message->your_address;
	binding->remaining = message->lease_s == UINT32_MAX
		? DIMP_DURATION_INFINITE
		: dimp_duration_from_us(message->lease_s * us_per_s);
	note_transaction(binding, message->transaction);
	if (message->has_server) {
		binding->attributes |= 1U << DIMP_ATTRIBUTE_dhcp_binding_server;
		binding->server = message->server;
	}
	(void)source_put(exchange->place, &record, exchange->now);
}

static void take_towards_vm(const struct exchange *exchange, const struct dhcp4_message *message)
{
	const struct source_place *const place = exchange->place;

	if (message->kind != DHCP4_ACK && message->kind != DHCP4_NAK)
		return;
	if (!ethernet_is_same(&message->client, &place->vm))
		return;
	if (!exchange->packet->is_trusted) {
		place->counters->untrusted++;
		return;
	}
	if (!is_expected(exchange, message)) {
		place->counters->unsolicited++;
		return;
	}
	if (message->kind == DHCP4_ACK) {
		make_binding(exchange, message);
		return;
	}
	const struct dimp_record key = binding_key(exchange);
	(void)di_store_delete(place->store, place->slot, &key, exchange->now);
}

/* Reads the message in |packet|; false, and counted, when it is broken. */
static bool read_message(const struct source_packet *packet, struct source_counters *counters,
	struct dhcp4_message *message)
{
	struct udp_datagram datagram;

	if (!packet->has_ipv4 || packet->ipv4.protocol != IPV4_UDP)
		return false;
	const enum packet_verdict verdict = udp_read(&packet->ipv4, &datagram);
	if (verdict == PACKET_BAD_CHECKSUM)
		counters->bad_checksum++;
	if (verdict == PACKET_MALFORMED)
		counters->malformed++;
	if (verdict != PACKET_WHOLE)
		return false;
	const uint16_t expected =
		packet->direction == SOURCE_FROM_VM ? DHCP4_SERVER_PORT : DHCP4_CLIENT_PORT;
	if (datagram.destination_port != expected)
		return false;
	const bool is_message = dhcp4_read(datagram.payload, message);
	if (!is_message)
		counters->malformed++;
	return is_message;
}

void dhcp_source_packet(struct dhcp_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now)
{
	const struct exchange exchange = {source, packet, place, now};
	struct dhcp4_message message;

	if (!read_message(packet, place->counters, &message))
		return;
	if (packet->direction == SOURCE_FROM_VM)
		take_from_vm(&exchange, &message);
	else
		take_towards_vm(&exchange, &message);
}
