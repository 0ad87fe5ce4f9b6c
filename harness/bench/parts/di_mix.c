/* SPDX-License-Identifier: MIT */
/*
 * Records for measurements.  Fields are drawn by their types: VLANs from all there are, addresses
 * of stations, durations and counters of any magnitude up to a day and 2^40, since bridges have
 * young and old ones; an optional attribute is there every second time, names have 8 to 23 octets.
 * What a DI type's rules ask beyond that is put right by its function.
 */
#include "bench/parts/di_mix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_BITS = 27, COUNTER_BITS = 40 };

void di_mix_start(struct di_mix *mix, uint64_t seed)
{
	*mix = (struct di_mix){.state = seed};
}

/* SplitMix64. */
static uint64_t draw_bits(struct di_mix *mix)
{
	uint64_t value = mix->state += 0x9e3779b97f4a7c15;

	value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
	value = (value ^ value >> 27) * 0x94d049bb133111eb;
	return value ^ value >> 31;
}

uint64_t di_mix_draw(struct di_mix *mix, uint64_t below)
{
	return draw_bits(mix) % below;
}

/* Any number of bits up to |bits_max| alike. */
static uint64_t draw_magnitude(struct di_mix *mix, unsigned bits_max)
{
	const unsigned bits = (unsigned)di_mix_draw(mix, bits_max) + 1;

	return draw_bits(mix) >> (64 - bits);
}

static void draw_octets(struct di_mix *mix, uint8_t *octets, size_t size)
{
	for (size_t index = 0; index < size; index++)
		octets[index] = (uint8_t)draw_bits(mix);
}

static struct dimp_mac draw_station(struct di_mix *mix)
{
	struct dimp_mac mac = {{0x52, 0x54, 0x00}};

	draw_octets(mix, mac.octets + 3, 3);
	return mac;
}

/* 2001:db8::/32 is for documentation (RFC 3849). */
static struct dimp_ip draw_ipv6(struct di_mix *mix)
{
	struct dimp_ip ip = {{0x20, 0x01, 0x0d, 0xb8}};

	draw_octets(mix, ip.octets + 8, 8);
	return ip;
}

static struct dimp_ipv4 draw_ipv4(struct di_mix *mix)
{
	struct dimp_ipv4 ipv4 = {{10}};

	draw_octets(mix, ipv4.octets + 1, 3);
	return ipv4;
}

static struct dimp_ip mapped(const uint8_t ipv4[4])
{
	return (struct dimp_ip){{[10] = 0xff, [11] = 0xff, ipv4[0], ipv4[1], ipv4[2], ipv4[3]}};
}

static struct dimp_ip draw_ip(struct di_mix *mix)
{
	const struct dimp_ipv4 ipv4 = draw_ipv4(mix);

	return di_mix_draw(mix, 2) == 0 ? draw_ipv6(mix) : mapped(ipv4.octets);
}

/* A value that has a name. */
static uint8_t draw_named(struct di_mix *mix, enum dimp_type type)
{
	for (;;) {
		const uint8_t value = (uint8_t)di_mix_draw(mix, 16);

		if (dimp_name(type, value)[0] != '?')
			return value;
	}
}

static uint16_t draw_name(struct di_mix *mix, uint8_t *octets)
{
	const uint16_t size = (uint16_t)(8 + di_mix_draw(mix, 16));

	for (uint16_t index = 0; index < size; index++)
		octets[index] = (uint8_t)('a' + di_mix_draw(mix, 26));
	return size;
}

#define DRAW_U8 value = (uint8_t)draw_magnitude(mix, 8)
#define DRAW_U16 value = (uint16_t)draw_magnitude(mix, 16)
#define DRAW_U32 value = (uint32_t)draw_magnitude(mix, 32)
#define DRAW_U64 value = draw_magnitude(mix, COUNTER_BITS)
#define DRAW_FLAG value = (uint8_t)di_mix_draw(mix, 2)
#define DRAW_VLAN value = (uint16_t)(1 + di_mix_draw(mix, 4094))
#define DRAW_MS value = (uint32_t)draw_magnitude(mix, DAY_BITS)
#define DRAW_ACL_ACTION value = draw_named(mix, DIMP_TYPE_ACL_ACTION)
#define DRAW_DIRECTION value = draw_named(mix, DIMP_TYPE_DIRECTION)
#define DRAW_VALIDATE value = draw_named(mix, DIMP_TYPE_VALIDATE)
#define DRAW_FILTER_MODE value = draw_named(mix, DIMP_TYPE_FILTER_MODE)
#define DRAW_TERMINATION value = draw_named(mix, DIMP_TYPE_TERMINATION)
#define DRAW_MACSEC_CAPABILITY value = draw_named(mix, DIMP_TYPE_MACSEC_CAPABILITY)
#define DRAW_SAVI_ORIGIN value = draw_named(mix, DIMP_TYPE_SAVI_ORIGIN)
#define DRAW_SAVI_STATE value = draw_named(mix, DIMP_TYPE_SAVI_STATE)
#define DRAW_REGISTRAR value = draw_named(mix, DIMP_TYPE_REGISTRAR)
#define DRAW_MMRP_ATTRIBUTE value = draw_named(mix, DIMP_TYPE_MMRP_ATTRIBUTE)
#define DRAW_METER value = draw_named(mix, DIMP_TYPE_METER)
#define DRAW_MAC value = draw_station(mix)
#define DRAW_IPV4 value = draw_ipv4(mix)
#define DRAW_IP value = draw_ip(mix)
#define DRAW_OUI \
	value = (struct dimp_oui) \
	{ \
		{ \
			0x00, 0x00, 0x5e \
		} \
	}
#define DRAW_SCI draw_octets(mix, value.octets, sizeof value.octets)
#define DRAW_ID16 draw_octets(mix, value.octets, sizeof value.octets)
#define DRAW_MEMBER draw_octets(mix, value.octets, sizeof value.octets)
#define DRAW_CKN \
	value.octets[0] = 16; \
	draw_octets(mix, value.octets + 1, 16)
#define DRAW_OCTETS32 \
	value.size = 16; \
	draw_octets(mix, value.octets, 16)
#define DRAW_OCTETS253 value.size = draw_name(mix, value.octets)
#define DRAW_OCTETS1024 value.size = draw_name(mix, value.octets)
#define DRAW_TEXT253 value.size = draw_name(mix, value.octets)

/* draw_LOWER(): a record of this DI type, each field in range for itself. */
#define BEGIN(UPPER, lower, number, version, label) \
	static void draw_##lower(struct di_mix *mix, struct dimp_##lower *body) \
	{
#define DRAW_MEMBER_OF(member, type) \
	{ \
		dimp_field_##type value = {0}; \
		DRAW_##type; \
		body->member = value; \
	}
#define FIELD(lower, member, type, role, label) DRAW_MEMBER_OF(member, type)
#define ATTR(lower, member, number, type, role, label) \
	if (di_mix_draw(mix, 2) == 0) { \
		DRAW_MEMBER_OF(member, type) \
		body->attributes |= 1u << (number); \
	}
#define END(lower) }
/* The types hold integers, for which {0} is a scalar in braces, and structs. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-braces"
#include "di.def"
#pragma GCC diagnostic pop
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

static void suit_dynamic_acl(struct di_mix *mix, struct dimp_dynamic_acl *acl)
{
	const struct dimp_ipv4 source = draw_ipv4(mix), destination = draw_ipv4(mix);

	/* Permit one host, or all, to one server and a few ports: what RADIUS hands out. */
	acl->source = di_mix_draw(mix, 2) == 0 ? mapped(source.octets) : (struct dimp_ip){{0}};
	acl->source_prefix = acl->source.octets[10] == 0 ? 0 : 128;
	acl->destination = mapped(destination.octets);
	acl->destination_prefix = 120;
	acl->vlan = 0;
	acl->ethertype = 0x0800;
	acl->ip_protocol = di_mix_draw(mix, 2) == 0 ? 6 : 17;
	acl->port_last = (uint16_t)(acl->port_first | 15);
}

static void suit_macsec_sa(struct di_mix *mix, struct dimp_macsec_sa *sa)
{
	(void)mix;
	sa->attributes = (sa->attributes & 1u << DIMP_ATTRIBUTE_macsec_sa_key_identifier) |
		1u << DIMP_ATTRIBUTE_macsec_sa_sak;
	sa->sak.size = 16;
	sa->ssci = 0;
	sa->salt = (struct dimp_octets32){0};
	sa->cipher_suite = 0x0080c20001000001;
	sa->association_number &= 3;
	sa->confidentiality_offset = 0;
	sa->sectag = 0x20;
	sa->next_pn = (sa->next_pn & 0x7fffffff) + 1;
	sa->lowest_pn = (sa->lowest_pn & 0x7fffffff) + 1;
}

static void suit_multicast_membership(struct di_mix *mix, struct dimp_multicast_membership *one)
{
	const bool is_ipv4 = one->group.octets[0] == 0;
	const struct dimp_ipv4 source = draw_ipv4(mix);

	if (is_ipv4)
		one->group.octets[12] = 232;
	else
		one->group.octets[0] = 0xff;
	one->source = (struct dimp_ip){{0}};
	one->host_version = is_ipv4 ? 3 : 2;
	if (one->filter_mode == DIMP_FILTER_MODE_INCLUDE)
		one->source = is_ipv4 ? mapped(source.octets) : draw_ipv6(mix);
}

static void suit_mka_participant(struct di_mix *mix, struct dimp_mka_participant *one)
{
	one->attributes |= 1u << DIMP_ATTRIBUTE_mka_participant_icv_key |
		1u << DIMP_ATTRIBUTE_mka_participant_wrapping_key;
	one->icv_key.size = 16;
	one->wrapping_key.size = 16;
	draw_octets(mix, one->icv_key.octets, 16);
	draw_octets(mix, one->wrapping_key.octets, 16);
	one->next_message |= 1;
	one->next_key |= 1;
	one->mka_version = 3;
	one->next_association_number &= 3;
	one->latest_association_number = 1;
	one->old_association_number = 0;
	/* A participant has an old key only for a moment. */
	one->old_key = (struct dimp_id16){{0}};
	one->old_is_receiving = 0;
	one->old_is_transmitting = 0;
	one->old_lowest_pn = 0;
}

static void suit_savi_binding(struct di_mix *mix, struct dimp_savi_binding *one)
{
	(void)mix;
	one->attributes = 0;
	one->test_remaining = 0;
	one->state = DIMP_SAVI_STATE_VALID;
}

static void suit_multicast_router(struct di_mix *mix, struct dimp_multicast_router *one)
{
	(void)mix;
	one->version = one->router.octets[0] == 0 ? 3 : 2;
	one->attributes |= 1u << DIMP_ATTRIBUTE_multicast_router_querier_remaining;
	if (one->is_querier == 0) {
		one->version = 0;
		one->attributes = 0;
	}
}

static void suit_mmrp_registration(struct di_mix *mix, struct dimp_mmrp_registration *one)
{
	one->kind = DIMP_MMRP_ATTRIBUTE_ADDRESS;
	one->service = 0;
	one->address = (struct dimp_mac){{0x01, 0x00, 0x5e}};
	draw_octets(mix, one->address.octets + 3, 3);
	if (one->registrar == DIMP_REGISTRAR_IN)
		one->remaining = DIMP_DURATION_INFINITE;
}

static void suit_policer(struct di_mix *mix, struct dimp_policer *one)
{
	(void)mix;
	one->meter = DIMP_METER_SINGLE_RATE;
	one->excess_rate = 0;
	one->is_coupled = 0;
	one->committed_tokens = one->committed_burst / 2;
	one->excess_tokens = one->excess_burst / 2;
}

static void suit_portal_session(struct di_mix *mix, struct dimp_portal_session *one)
{
	(void)mix;
	one->attributes &= ~(1u << DIMP_ATTRIBUTE_portal_session_octets_quota);
	one->octets_quota = 0;
}

/* What the types' rules ask across fields. */
static void suit(struct di_mix *mix, struct dimp_record *record)
{
	if (record->type == DIMP_DI_DYNAMIC_ACL)
		suit_dynamic_acl(mix, &record->body.dynamic_acl);
	else if (record->type == DIMP_DI_MACSEC_SA)
		suit_macsec_sa(mix, &record->body.macsec_sa);
	else if (record->type == DIMP_DI_MULTICAST_MEMBERSHIP)
		suit_multicast_membership(mix, &record->body.multicast_membership);
	else if (record->type == DIMP_DI_MKA_PARTICIPANT)
		suit_mka_participant(mix, &record->body.mka_participant);
	else if (record->type == DIMP_DI_MKA_PEER)
		record->body.mka_peer.last_message |= 1;
	else if (record->type == DIMP_DI_DHCPV6_BINDING) {
		record->body.dhcpv6_binding.address = draw_ipv6(mix);
		record->body.dhcpv6_binding.prefix = 128;
		record->body.dhcpv6_binding.transaction &= 0xffffff;
	} else if (record->type == DIMP_DI_SAVI_BINDING)
		suit_savi_binding(mix, &record->body.savi_binding);
	else if (record->type == DIMP_DI_MULTICAST_ROUTER)
		suit_multicast_router(mix, &record->body.multicast_router);
	else if (record->type == DIMP_DI_MVRP_REGISTRATION &&
		record->body.mvrp_registration.registrar == DIMP_REGISTRAR_IN)
		record->body.mvrp_registration.remaining = DIMP_DURATION_INFINITE;
	else if (record->type == DIMP_DI_MMRP_REGISTRATION)
		suit_mmrp_registration(mix, &record->body.mmrp_registration);
	else if (record->type == DIMP_DI_POLICER)
		suit_policer(mix, &record->body.policer);
	else if (record->type == DIMP_DI_PORTAL_SESSION)
		suit_portal_session(mix, &record->body.portal_session);
}

static void draw_body(struct di_mix *mix, struct dimp_record *record)
{
	switch (record->type) {
#define BEGIN(UPPER, lower, number, version, label) \
	case DIMP_DI_##UPPER: \
		draw_##lower(mix, &record->body.lower); \
		break;
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
	}
}

void di_mix_next(struct di_mix *mix, struct dimp_record *record)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;

	do
		record->type = (enum dimp_di_type)di_mix_draw(mix, DIMP_DI_TYPES);
	while (dimp_di_layout(record->type) == NULL);
	memset(&record->body, 0, sizeof record->body);
	record->operation = DIMP_OPERATION_PUT;
	draw_body(mix, record);
	suit(mix, record);
	const enum dimp_error error = dimp_record_write(record, octets, sizeof octets, &size);
	if (error == DIMP_ERROR_NONE)
		return;
	(void)fprintf(stderr, "di_mix: %s of a %s\n", dimp_error_name(error),
		dimp_di_type_name(record->type));
	exit(1);
}
