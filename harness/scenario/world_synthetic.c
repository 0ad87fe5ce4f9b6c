/* SPDX-License-Identifier: MIT */
/*
 * Entries a scenario asks for by number: valid records of each DI type, different from one another,
 * the first of them such that the VM's own traffic passes (its session, its address, the group of
 * the first feed).
 */
#include "scenario/world_state.h"

#include <string.h>

#include "scenario/world_names.h"

/* Longer than any run. */
static const uint32_t lasting_ms = 24u * 3600u * 1000u;

/* The entry with this number of one VM. */
struct synthetic {
	const struct world *world;
	const struct world_vm *vm;
	uint32_t number;
};

static struct dimp_mac client_of(const struct synthetic *entry)
{
	struct dimp_mac mac = entry->vm->mac;

	/* Further clients behind the VM (nested ones) have the number in their address. */
	if (entry->number != 0) {
		mac.octets[0] = 0x06;
		mac.octets[3] = (uint8_t)(entry->number >> 16);
		mac.octets[4] = (uint8_t)(mac.octets[4] ^ (uint8_t)(entry->number >> 8));
		mac.octets[5] = (uint8_t)(mac.octets[5] ^ (uint8_t)entry->number);
	}
	return mac;
}

static void make_session(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.dot1x_session = (struct dimp_dot1x_session){
		.client = client_of(entry),
		.method = 4,
		.session_remaining = lasting_ms,
		.reauthentication_remaining = lasting_ms,
	};
}

static void make_acl(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.dynamic_acl = (struct dimp_dynamic_acl){
		.client = entry->vm->mac,
		.sequence = (uint16_t)(10 + entry->number),
		.action = DIMP_ACL_ACTION_PERMIT,
		.ip_protocol = 255,
		.port_last = 65535,
	};
	/* The first permits all; what comes after is there to be moved. */
	if (entry->number == 0)
		return;
	record->body.dynamic_acl.source =
		world_names_address(entry->vm->scenario->vlan, entry->number);
	record->body.dynamic_acl.source_prefix = 128;
}

static void fill_secret(const struct synthetic *entry, struct dimp_octets32 *secret, uint16_t size)
{
	char name[SCENARIO_NAME_MAX + 32];

	secret->size = size;
	for (uint16_t index = 0; index < size; index += 8) {
		snprintf(name, sizeof name, "sak/%s/%u/%u", entry->vm->scenario->name,
			(unsigned)entry->number / 2, (unsigned)index);
		const uint64_t hash = world_names_hash(entry->world->scenario->seed, name);
		for (unsigned octet = 0; octet < 8; octet++)
			secret->octets[index + octet] = (uint8_t)(hash >> (8 * octet));
	}
}

/* Pairs: the VM's SA to the bridge (even), the bridge's to the VM (odd), one SAK each pair. */
static void make_association(const struct synthetic *entry, struct dimp_record *record)
{
	const bool is_transmit = entry->number % 2 == 1;
	const uint32_t pair = entry->number / 2;
	struct dimp_macsec_sa *association = &record->body.macsec_sa;
	const struct dimp_mac *owner =
		is_transmit ? edge_bridge_address(entry->vm->home->bridge) : &entry->vm->mac;

	*association = (struct dimp_macsec_sa){
		.attributes = 1u << DIMP_ATTRIBUTE_macsec_sa_sak,
		.association_number = (uint8_t)(pair % 4),
		.direction = is_transmit ? DIMP_DIRECTION_TRANSMIT : DIMP_DIRECTION_RECEIVE,
		.cipher_suite = 0x0080c20001000001u,
		.is_encrypting = 1,
		.is_in_use = 1,
		.sectag = 0x20,
		.validate = DIMP_VALIDATE_STRICT,
		.next_pn = 1,
		.lowest_pn = 1,
	};
	memcpy(association->sci.octets, owner->octets, sizeof owner->octets);
	association->sci.octets[6] = (uint8_t)(pair / 4 >> 8);
	association->sci.octets[7] = (uint8_t)(pair / 4 + 1);
	fill_secret(entry, &association->sak, 16);
}

static void make_binding(const struct synthetic *entry, struct dimp_record *record)
{
	const struct dimp_ip *own = virtual_machine_address(entry->vm->machine);
	struct dimp_dhcp_binding *binding = &record->body.dhcp_binding;

	*binding = (struct dimp_dhcp_binding){
		.vlan = entry->vm->scenario->vlan,
		.client = client_of(entry),
		.remaining = lasting_ms,
	};
	memcpy(binding->address.octets, own->octets + 12, 4);
	/* Further addresses lie in a block of the VM's own. */
	if (entry->number == 0)
		return;
	binding->address = (struct dimp_ipv4){{(uint8_t)(100 + (entry->vm->slot >> 8)),
		(uint8_t)entry->vm->slot, (uint8_t)(entry->number >> 8), (uint8_t)entry->number}};
}

static struct dimp_ip first_group(const struct world *world, unsigned slot)
{
	for (size_t index = 0; index < world->scenario->service_count; index++) {
		const struct scenario_service *service = &world->scenario->services[index];
		const bool is_for_vm = service->vm == slot || service->vm == SCENARIO_NONE;
		if (service->kind == SCENARIO_SERVICE_MULTICAST && is_for_vm)
			return service->group;
	}
	return edge_ip_from_ipv4((const uint8_t[]){239, 1, 1, 1});
}

static void make_membership(const struct synthetic *entry, struct dimp_record *record)
{
	struct dimp_multicast_membership *membership = &record->body.multicast_membership;
	const uint8_t further[] = {232, (uint8_t)(entry->number >> 16),
		(uint8_t)(entry->number >> 8), (uint8_t)entry->number};

	*membership = (struct dimp_multicast_membership){
		.vlan = entry->vm->scenario->vlan,
		.group = entry->number == 0 ? first_group(entry->world, entry->vm->slot)
					    : edge_ip_from_ipv4(further),
		.filter_mode = DIMP_FILTER_MODE_EXCLUDE,
		.host_version = 3,
		.remaining = lasting_ms,
	};
}

/* Octets that differ from entry to entry, for names and keys. */
static void fill_octets(const struct synthetic *entry, uint8_t *octets, size_t size)
{
	char name[SCENARIO_NAME_MAX + 32];

	for (size_t index = 0; index < size; index++) {
		snprintf(name, sizeof name, "synthetic/%s/%u/%u", entry->vm->scenario->name,
			(unsigned)entry->number, (unsigned)index);
		octets[index] = (uint8_t)world_names_hash(entry->world->scenario->seed, name);
	}
}

static struct dimp_ckn key_name_of(const struct synthetic *entry)
{
	struct dimp_ckn key_name = {.octets = {16}};

	fill_octets(entry, key_name.octets + 1, 16);
	return key_name;
}

static struct dimp_sci channel_of(const struct dimp_mac *owner)
{
	struct dimp_sci sci = {.octets = {[7] = 1}};

	memcpy(sci.octets, owner->octets, sizeof owner->octets);
	return sci;
}

static void make_participant(const struct synthetic *entry, struct dimp_record *record)
{
	struct dimp_mka_participant *participant = &record->body.mka_participant;

	*participant = (struct dimp_mka_participant){
		.attributes = 1u << DIMP_ATTRIBUTE_mka_participant_icv_key |
			1u << DIMP_ATTRIBUTE_mka_participant_wrapping_key,
		.key_name = key_name_of(entry),
		.sci = channel_of(edge_bridge_address(entry->vm->home->bridge)),
		.next_message = 1,
		.algorithm = 0x0080c201u,
		.mka_version = 3,
		.priority = 16,
		.is_key_server = 1,
		.is_macsec_desired = 1,
		.capability = DIMP_MACSEC_CAPABILITY_OFFSETS,
		.next_key = 1,
		.remaining = DIMP_DURATION_INFINITE,
	};
	fill_octets(entry, participant->member.octets, sizeof participant->member.octets);
	participant->icv_key.size = 16;
	fill_octets(entry, participant->icv_key.octets, 16);
	participant->wrapping_key.size = 16;
	fill_octets(entry, participant->wrapping_key.octets, 16);
}

static void make_peer(const struct synthetic *entry, struct dimp_record *record)
{
	struct dimp_mka_peer *peer = &record->body.mka_peer;

	*peer = (struct dimp_mka_peer){
		.key_name = key_name_of(entry),
		.sci = channel_of(&entry->vm->mac),
		.last_message = 1,
		.priority = 255,
		.is_macsec_desired = 1,
		.capability = DIMP_MACSEC_CAPABILITY_OFFSETS,
		.is_live = 1,
		.remaining = lasting_ms,
	};
	fill_octets(entry, peer->member.octets, sizeof peer->member.octets);
}

/* 2001:db8::/32 is for documentation (RFC 3849); each VM has a /96 of its own. */
static struct dimp_ip ipv6_of(const struct synthetic *entry)
{
	const uint32_t slot = entry->vm->slot, number = entry->number + 1;

	return (struct dimp_ip){
		{0x20, 0x01, 0x0d, 0xb8, [10] = (uint8_t)(slot >> 8), [11] = (uint8_t)slot,
			[12] = (uint8_t)(number >> 24), [13] = (uint8_t)(number >> 16),
			[14] = (uint8_t)(number >> 8), [15] = (uint8_t)number}};
}

static void make_dhcpv6(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.dhcpv6_binding = (struct dimp_dhcpv6_binding){
		.vlan = entry->vm->scenario->vlan,
		.client = entry->vm->mac,
		.address = ipv6_of(entry),
		.prefix = 128,
		.association = 1,
		.preferred_remaining = lasting_ms,
		.valid_remaining = lasting_ms,
	};
}

static void make_savi(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.savi_binding = (struct dimp_savi_binding){
		.vlan = entry->vm->scenario->vlan,
		.address = ipv6_of(entry),
		.client = entry->vm->mac,
		.origin = DIMP_SAVI_ORIGIN_DISCOVERY,
		.state = DIMP_SAVI_STATE_VALID,
		.remaining = lasting_ms,
	};
}

static void make_arp(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.arp_entry = (struct dimp_arp_entry){
		.vlan = entry->vm->scenario->vlan,
		.address = {{(uint8_t)(100 + (entry->vm->slot >> 8)), (uint8_t)entry->vm->slot,
			(uint8_t)(entry->number >> 8), (uint8_t)entry->number}},
		.client = client_of(entry),
		.remaining = lasting_ms,
	};
}

static void make_router(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.multicast_router = (struct dimp_multicast_router){
		.vlan = entry->vm->scenario->vlan,
		.router = ipv6_of(entry),
		.remaining = lasting_ms,
	};
}

/* From the VM's own VLAN on, round the 4,094 there are. */
static void make_vlan_registration(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.mvrp_registration = (struct dimp_mvrp_registration){
		.vlan = (uint16_t)((entry->vm->scenario->vlan + 4093 + entry->number) % 4094 + 1),
		.registrar = DIMP_REGISTRAR_IN,
		.origin = entry->vm->mac,
		.remaining = DIMP_DURATION_INFINITE,
	};
}

static void make_address_registration(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.mmrp_registration = (struct dimp_mmrp_registration){
		.vlan = entry->vm->scenario->vlan,
		.kind = DIMP_MMRP_ATTRIBUTE_ADDRESS,
		.address = {{0x01, 0x00, 0x5e, (uint8_t)(entry->number >> 16 & 0x7f),
			(uint8_t)(entry->number >> 8), (uint8_t)entry->number}},
		.registrar = DIMP_REGISTRAR_IN,
		.origin = entry->vm->mac,
		.remaining = DIMP_DURATION_INFINITE,
	};
}

/* The VM's own ages, as do those with an even number; the others are sticky and stay. */
static void make_learned(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.learned_mac = (struct dimp_learned_mac){
		.vlan = entry->vm->scenario->vlan,
		.client = client_of(entry),
		.is_sticky = entry->number % 2,
		.remaining = entry->number % 2 ? DIMP_DURATION_INFINITE : 86400000,
	};
}

static void make_policer(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.policer = (struct dimp_policer){
		.client = entry->vm->mac,
		.direction = DIMP_DIRECTION_RECEIVE,
		.identifier = (uint16_t)entry->number,
		.meter = DIMP_METER_SINGLE_RATE,
		.committed_rate = 1000000000,
		.committed_burst = 1 << 20,
		.committed_tokens = 1 << 19,
	};
}

/* Both directions of one client after another. */
static void make_counters(const struct synthetic *entry, struct dimp_record *record)
{
	const struct synthetic client = {entry->world, entry->vm, entry->number / 2};

	record->body.traffic_counters = (struct dimp_traffic_counters){
		.vlan = entry->vm->scenario->vlan,
		.client = client_of(&client),
		.direction =
			entry->number % 2 == 0 ? DIMP_DIRECTION_RECEIVE : DIMP_DIRECTION_TRANSMIT,
		.octets = 64000,
		.unicast_frames = 1000,
	};
}

static void make_portal(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.portal_session = (struct dimp_portal_session){
		.vlan = entry->vm->scenario->vlan,
		.client = client_of(entry),
		.is_open = 1,
		.session_remaining = lasting_ms,
	};
}

static void make_specific(const struct synthetic *entry, struct dimp_record *record)
{
	record->body.organisation_specific = (struct dimp_organisation_specific){
		.attributes = 1u << DIMP_ATTRIBUTE_organisation_specific_value,
		/* IEEE's own example block for documentation (RFC 9542, 2.1.4). */
		.oui = {{0x00, 0x00, 0x5e}},
		.subtype = 1,
		.identifier = entry->number,
		.remaining = lasting_ms,
		.value = {.size = 4, .octets = {'d', 'i', 'm', 'p'}},
	};
}

/* One member of the fixed part: the VM's where it is about the VM, else what tells entries apart.
 */
static void fill_member(const struct synthetic *entry, const struct dimp_field_layout *field,
	uint8_t *member)
{
	const struct dimp_mac client = client_of(entry);
	const struct dimp_ip address = ipv6_of(entry);
	const uint16_t number = (uint16_t)entry->number;

	if (field->type == DIMP_TYPE_VLAN)
		memcpy(member, &entry->vm->scenario->vlan, sizeof entry->vm->scenario->vlan);
	else if (field->type == DIMP_TYPE_MAC)
		memcpy(member, &client, sizeof client);
	else if (field->type == DIMP_TYPE_IP)
		memcpy(member, &address, sizeof address);
	else if (field->type == DIMP_TYPE_MS)
		memcpy(member, &lasting_ms, sizeof lasting_ms);
	else if (field->type == DIMP_TYPE_U16 && field->role == DIMP_ROLE_KEY)
		memcpy(member, &number, sizeof number);
	else if (field->type == DIMP_TYPE_U32 && field->role == DIMP_ROLE_KEY)
		memcpy(member, &entry->number, sizeof entry->number);
}

/* For a DI type that needs no more than its block says: no attributes, all else zero. */
static void make_by_layout(const struct synthetic *entry, struct dimp_record *record)
{
	const struct dimp_layout *layout = dimp_di_layout(record->type);

	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];

		if (field->attribute == 0)
			fill_member(entry, field, (uint8_t *)&record->body + field->offset);
	}
}

/* What makes more than make_by_layout() does. */
static void (*const makers[DIMP_DI_TYPES])(const struct synthetic *, struct dimp_record *) = {
	[DIMP_DI_DOT1X_SESSION] = make_session,
	[DIMP_DI_DYNAMIC_ACL] = make_acl,
	[DIMP_DI_MACSEC_SA] = make_association,
	[DIMP_DI_DHCP_BINDING] = make_binding,
	[DIMP_DI_MULTICAST_MEMBERSHIP] = make_membership,
	[DIMP_DI_MKA_PARTICIPANT] = make_participant,
	[DIMP_DI_MKA_PEER] = make_peer,
	[DIMP_DI_LEARNED_MAC] = make_learned,
	[DIMP_DI_DHCPV6_BINDING] = make_dhcpv6,
	[DIMP_DI_SAVI_BINDING] = make_savi,
	[DIMP_DI_ARP_ENTRY] = make_arp,
	[DIMP_DI_MULTICAST_ROUTER] = make_router,
	[DIMP_DI_MVRP_REGISTRATION] = make_vlan_registration,
	[DIMP_DI_MMRP_REGISTRATION] = make_address_registration,
	[DIMP_DI_POLICER] = make_policer,
	[DIMP_DI_TRAFFIC_COUNTERS] = make_counters,
	[DIMP_DI_PORTAL_SESSION] = make_portal,
	[DIMP_DI_ORGANISATION_SPECIFIC] = make_specific,
};

static void make_entry(const struct synthetic *entry, struct dimp_record *record)
{
	if (makers[record->type] != NULL)
		makers[record->type](entry, record);
	else
		make_by_layout(entry, record);
}

static bool put_entry(const struct synthetic *entry, enum dimp_di_type type, struct dimp_time now)
{
	struct dimp_record record = {.type = type, .operation = DIMP_OPERATION_PUT};

	make_entry(entry, &record);
	/* Both ends of a secure channel have its keys. */
	if (type == DIMP_DI_MACSEC_SA &&
		!di_store_put(virtual_machine_keys(entry->vm->machine), 0, &record, now))
		return false;
	return edge_bridge_install(entry->vm->home->bridge,
		world_machine_slot(entry->vm, entry->vm->home->bridge), &record, now);
}

/* A policer in each direction, with full buckets. */
static bool put_policers(const struct world_vm *vm, struct dimp_time now)
{
	static const enum dimp_direction directions[] = {DIMP_DIRECTION_RECEIVE,
		DIMP_DIRECTION_TRANSMIT};
	/* 50 ms of the rate, but no less than two whole frames. */
	const uint64_t octets = vm->scenario->policed_to_bps / 8 / 20;
	const uint32_t burst = octets < 3036 ? 3036 : (uint32_t)(octets & UINT32_MAX);
	const unsigned slot = world_machine_slot(vm, vm->home->bridge);
	bool is_put = true;

	for (size_t i = 0; i < sizeof directions / sizeof directions[0]; i++) {
		const struct dimp_record record = {.type = DIMP_DI_POLICER,
			.operation = DIMP_OPERATION_PUT,
			.body.policer = {.client = vm->mac,
				.direction = (uint8_t)directions[i],
				.identifier = UINT16_MAX,
				.meter = DIMP_METER_SINGLE_RATE,
				.committed_rate = vm->scenario->policed_to_bps,
				.committed_burst = burst,
				.committed_tokens = burst}};
		is_put = edge_bridge_install(vm->home->bridge, slot, &record, now) && is_put;
	}
	return is_put;
}

bool world_synthetic_put(struct world *world, const struct world_vm *vm)
{
	const struct dimp_time now = engine_now(world->engine);

	if (vm->scenario->policed_to_bps != 0 && !put_policers(vm, now))
		return false;
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		for (uint32_t number = 0; number < vm->scenario->synthetic[type]; number++) {
			const struct synthetic entry = {world, vm, number};
			if (!put_entry(&entry, (enum dimp_di_type)type, now))
				return false;
		}
	}
	return true;
}
