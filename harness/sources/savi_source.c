/* SPDX-License-Identifier: MIT */
/*
 * The states of RFC 6620 3.2.3, seen from the VM's own port, which is the one that a binding is of:
 *
 *	none       the VM probes for duplicates            -> TENTATIVE
 *	none       it sends from there without that        -> TENTATIVE, and the bridge probes
 *	TENTATIVE  somebody else has it, or probes, too    -> none
 *	TENTATIVE  nobody said so in time                  -> VALID
 *	VALID      somebody else probes; or long silence   -> TESTING
 *	TESTING    the VM shows that it is there           -> VALID
 *	TESTING    it does not in time                     -> none
 *
 * TESTING_VP and TESTING_TP-LT differ in who asked, which makes no difference to the binding.
 */
#include "sources/savi_source.h"

#include <string.h>

#include "net/nd.h"
#include "sources/dhcp6_source.h"

/* TENT_LT and DEFAULT_LT of RFC 6620 3.2.4. */
static const uint64_t tentative_us = 500000;
static const uint64_t life_us = 300000000;

struct dimp_record savi_source_key(uint16_t vlan, const struct dimp_ip *address)
{
	return (struct dimp_record){.type = DIMP_DI_SAVI_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.savi_binding = {.vlan = vlan, .address = *address}};
}

static const struct dimp_savi_binding *binding_of(const struct di_entry *entry)
{
	return &entry->record.body.savi_binding;
}

static bool put_testing(const struct source_place *place, struct dimp_record record,
	enum dimp_savi_state state, struct dimp_time now)
{
	struct dimp_savi_binding *const binding = &record.body.savi_binding;

	binding->state = (uint8_t)state;
	binding->attributes = 1U << DIMP_ATTRIBUTE_savi_binding_test_remaining;
	binding->test_remaining = dimp_duration_from_us(tentative_us);
	/* The test decides, not the life time. */
	binding->remaining = dimp_duration_from_us(life_us);
	return source_put(place, &record, now);
}

static bool put_valid(const struct source_place *place, struct dimp_record record,
	struct dimp_time now)
{
	struct dimp_savi_binding *const binding = &record.body.savi_binding;

	binding->state = DIMP_SAVI_STATE_VALID;
	binding->attributes = 0;
	binding->test_remaining = 0;
	binding->remaining = dimp_duration_from_us(life_us);
	return source_put(place, &record, now);
}

/* ---- What the VM sends ---- */

/* It shows that it has the address.  A life that has most of its time left is left alone: else
 * every frame were a change of DI. */
static void prove(const struct source_place *place, uint16_t vlan, const struct dimp_ip *address,
	struct dimp_time now)
{
	const struct dimp_record key = savi_source_key(vlan, address);
	struct dimp_record found;

	if (!source_find(place, &key, now, &found) ||
		found.body.savi_binding.origin != DIMP_SAVI_ORIGIN_DISCOVERY)
		return;
	const struct dimp_savi_binding *const binding = &found.body.savi_binding;
	const bool is_long_lived = dimp_duration_to_us(binding->remaining) > life_us / 2;
	if (binding->state == DIMP_SAVI_STATE_TESTING ||
		(binding->state == DIMP_SAVI_STATE_VALID && !is_long_lived))
		(void)put_valid(place, found, now);
}

/* Whether a test of an address without binding began. */
static bool begin_test(const struct source_place *place, uint16_t vlan,
	const struct dimp_ip *address, struct dimp_time now)
{
	struct dimp_record record = savi_source_key(vlan, address);

	if (dhcp6_source_covers(place, vlan, address) ||
		di_store_find(place->store, place->slot, &record) != NULL)
		return false;
	if (di_store_count(place->store, place->slot, DIMP_DI_SAVI_BINDING) >= SAVI_BINDINGS_MAX) {
		place->counters->over_limit++;
		return false;
	}
	record.body.savi_binding.client = place->vm;
	record.body.savi_binding.origin = DIMP_SAVI_ORIGIN_DISCOVERY;
	return put_testing(place, record, DIMP_SAVI_STATE_TENTATIVE, now);
}

/* It asks whether anybody has the address. */
static void claim(const struct source_place *place, uint16_t vlan, const struct dimp_ip *address,
	struct dimp_time now)
{
	if (!begin_test(place, vlan, address, now))
		prove(place, vlan, address, now);
}

/* A neighbour's word of a link-layer address that is not the VM's speaks for another. */
static bool is_honest(const struct source_place *place, const struct nd_message *message)
{
	return !message->has_link_layer || ethernet_is_same(&message->link_layer, &place->vm);
}

static void take_from_vm(const struct source_packet *packet, const struct source_place *place,
	const struct nd_message *message, struct dimp_time now)
{
	if (!is_honest(place, message)) {
		place->counters->spoofed++;
		return;
	}
	switch (message->kind) {
	case ND_ROUTER_ADVERTISEMENT:
	case ND_REDIRECT: place->counters->untrusted++; return;
	case ND_NEIGHBOUR_SOLICITATION:
		if (nd_is_duplicate_probe(&packet->ipv6, message))
			claim(place, packet->vlan, &message->target, now);
		break;
	case ND_NEIGHBOUR_ADVERTISEMENT: prove(place, packet->vlan, &message->target, now); break;
	case ND_ROUTER_SOLICITATION: break;
	}
	if (!ipv6_is_zero(&packet->ipv6.source))
		prove(place, packet->vlan, &packet->ipv6.source, now);
}

/* ---- What others send ---- */

/* Somebody else probes for the address, or says that it has it. */
static void contest(const struct source_packet *packet, const struct source_place *place,
	const struct nd_message *message, struct dimp_time now)
{
	const struct dimp_record key = savi_source_key(packet->vlan, &message->target);
	const bool is_probe = nd_is_duplicate_probe(&packet->ipv6, message);
	struct dimp_record found;

	if (!is_probe && message->kind != ND_NEIGHBOUR_ADVERTISEMENT)
		return;
	if (!source_find(place, &key, now, &found) ||
		found.body.savi_binding.origin != DIMP_SAVI_ORIGIN_DISCOVERY)
		return;
	if (found.body.savi_binding.state == DIMP_SAVI_STATE_TENTATIVE)
		(void)di_store_delete(place->store, place->slot, &key, now);
	else if (is_probe && found.body.savi_binding.state == DIMP_SAVI_STATE_VALID)
		(void)put_testing(place, found, DIMP_SAVI_STATE_TESTING, now);
}

static bool read_message(const struct source_packet *packet, struct source_counters *counters,
	struct nd_message *message)
{
	switch (nd_read(&packet->ipv6, message)) {
	case PACKET_WHOLE: return true;
	case PACKET_BAD_CHECKSUM: counters->bad_checksum++; return false;
	case PACKET_FRAGMENT:
	case PACKET_MALFORMED: break;
	}
	counters->malformed++;
	return false;
}

void savi_source_packet(const struct source_packet *packet, const struct source_place *place,
	struct dimp_time now)
{
	const bool is_from_vm = packet->direction == SOURCE_FROM_VM;
	struct nd_message message;

	if (!packet->has_ipv6)
		return;
	if (!nd_is_message(&packet->ipv6)) {
		if (is_from_vm)
			prove(place, packet->vlan, &packet->ipv6.source, now);
		return;
	}
	if (!read_message(packet, place->counters, &message))
		return;
	if (is_from_vm)
		take_from_vm(packet, place, &message, now);
	else
		contest(packet, place, &message, now);
}

/* Whether what it says, if it is of neighbour discovery, is a host's word of itself. */
static bool is_own_word(const struct source_packet *packet, const struct source_place *place)
{
	struct nd_message message;

	if (!nd_is_message(&packet->ipv6))
		return true;
	return read_message(packet, place->counters, &message) && is_honest(place, &message) &&
		message.kind != ND_ROUTER_ADVERTISEMENT && message.kind != ND_REDIRECT;
}

bool savi_source_refused(const struct source_packet *packet, const struct source_place *place,
	struct dimp_time now)
{
	if (packet->direction != SOURCE_FROM_VM || !packet->has_ipv6 ||
		ipv6_is_zero(&packet->ipv6.source) || !is_own_word(packet, place))
		return false;
	return begin_test(place, packet->vlan, &packet->ipv6.source, now);
}

/* ---- What time does ---- */

/* When the entry's test ends, or else its life, at which a valid one is tested. */
static struct dimp_time due_of(const struct di_entry *entry)
{
	const struct dimp_savi_binding *const binding = binding_of(entry);
	const uint32_t duration = binding->state == DIMP_SAVI_STATE_VALID ? binding->remaining
									  : binding->test_remaining;

	if (binding->origin != DIMP_SAVI_ORIGIN_DISCOVERY || duration == DIMP_DURATION_INFINITE)
		return DIMP_NEVER;
	return (struct dimp_time){entry->since.us + dimp_duration_to_us(duration)};
}

/* Whether the binding goes on. */
static bool survive(const struct source_place *place, const struct dimp_record *record,
	struct dimp_time now)
{
	switch ((enum dimp_savi_state)record->body.savi_binding.state) {
	case DIMP_SAVI_STATE_TENTATIVE: return put_valid(place, *record, now);
	case DIMP_SAVI_STATE_VALID:
		return put_testing(place, *record, DIMP_SAVI_STATE_TESTING, now);
	case DIMP_SAVI_STATE_TESTING: break;
	}
	return false;
}

void savi_source_expire(const struct source_place *place, struct dimp_time now)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_SAVI_BINDING, &cursor)) !=
		NULL) {
		const struct dimp_record record = entry->record;
		if (due_of(entry).us > now.us)
			continue;
		if (!survive(place, &record, now))
			(void)di_store_delete(place->store, place->slot, &record, now);
		/* The entry is gone, or due later: from the start again. */
		cursor = 0;
	}
}

struct dimp_time savi_source_deadline(const struct source_place *place)
{
	struct dimp_time deadline = DIMP_NEVER;
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_SAVI_BINDING, &cursor)) !=
		NULL) {
		const struct dimp_time due = due_of(entry);
		if (due.us < deadline.us)
			deadline = due;
	}
	return deadline;
}
