/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns which rules belong to which DI type, and those of the types whose rules are few. A DI type
 * without a row here has no rules across its fields.
 */
#include "record_rules.h"

gboolean rule_has(const struct rule_view *view, const char *name)
{
	return block_value(view->values, name)->is_present;
}

guint64 rule_number(const struct rule_view *view, const char *name)
{
	return block_value(view->values, name)->number;
}

gboolean rule_is_zero(const struct rule_view *view, const char *name)
{
	return block_value_is_zero(view->values, name);
}

void rule_break_with(const struct rule_view *view, const char *name, enum breach breach,
	enum dimp_error error)
{
	const struct field_value *value = block_value(view->values, name);

	breach_judge(view->dissection, value->is_present ? value->item : view->dissection->item,
		breach, error);
}

void rule_break(const struct rule_view *view, const char *name, enum breach breach)
{
	rule_break_with(view, name, breach, DIMP_ERROR_MALFORMED_RECORD);
}

gboolean rule_is_station(const struct rule_view *view, const char *name)
{
	const struct field_value *value = block_value(view->values, name);

	return !rule_is_zero(view, name) && (octet_at(view->values->tvb, value->offset) & 1) == 0;
}

static void rule_dot1x_session(const struct rule_view *view)
{
	if (!rule_is_station(view, "client"))
		rule_break(view, "client", BREACH_8_1_2);
}

static void rule_learned_mac(const struct rule_view *view)
{
	if (!rule_is_station(view, "client"))
		rule_break(view, "client", BREACH_8_8_2);
}

/* IN goes with an infinite time, LEAVING with one that ends (DIMP 8.13-3). */
static gboolean is_registrar_right(const struct rule_view *view)
{
	const gboolean is_infinite = rule_number(view, "remaining") == DIMP_DURATION_INFINITE;

	return (rule_number(view, "registrar") == DIMP_REGISTRAR_IN) == is_infinite;
}

static void rule_mvrp_registration(const struct rule_view *view)
{
	if (rule_number(view, "vlan") == 0)
		rule_break(view, "vlan", BREACH_8_13_2);
	if (view->dissection->is_deleting)
		return;
	if (!rule_is_station(view, "origin"))
		rule_break(view, "origin", BREACH_8_13_2);
	if (!is_registrar_right(view))
		rule_break(view, "remaining", BREACH_8_13_3);
}

/* Zero and 01-80-C2-00-00-00 to 0F are nobody's to register (DIMP 8.14-2). */
static gboolean is_registrable(const struct rule_view *view)
{
	static const guint8 reserved[5] = {0x01, 0x80, 0xc2, 0x00, 0x00};
	const struct field_value *address = block_value(view->values, "address");
	const guint8 last = octet_at(view->values->tvb, address->offset + 5);

	if (rule_is_zero(view, "address"))
		return FALSE;
	return last > 0x0f ||
		tvb_memeql(view->values->tvb, address->offset, reserved, sizeof reserved) != 0;
}

static void rule_mmrp_registration(const struct rule_view *view)
{
	const guint64 kind = rule_number(view, "kind");
	const guint64 service = rule_number(view, "service");

	if (kind == DIMP_MMRP_ATTRIBUTE_ADDRESS && !is_registrable(view))
		rule_break(view, "address", BREACH_8_14_2);
	if (kind == DIMP_MMRP_ATTRIBUTE_ADDRESS && service != 0)
		rule_break(view, "service", BREACH_8_14_2);
	if (kind == DIMP_MMRP_ATTRIBUTE_SERVICE && !rule_is_zero(view, "address"))
		rule_break(view, "address", BREACH_8_14_2);
	if (kind == DIMP_MMRP_ATTRIBUTE_SERVICE && service > 1)
		rule_break(view, "service", BREACH_8_14_2);
	if (view->dissection->is_deleting)
		return;
	if (!rule_is_station(view, "origin"))
		rule_break(view, "origin", BREACH_8_14_3);
	if (!is_registrar_right(view))
		rule_break(view, "remaining", BREACH_8_14_3);
}

static void judge_meter(const struct rule_view *view)
{
	const guint64 meter = rule_number(view, "meter");
	const guint64 excess = rule_number(view, "excess_rate");

	if (meter == DIMP_METER_SINGLE_RATE && excess != 0)
		rule_break(view, "excess_rate", BREACH_8_15_3);
	if (meter == DIMP_METER_TWO_RATES && excess < rule_number(view, "committed_rate"))
		rule_break(view, "excess_rate", BREACH_8_15_3);
	if (meter != DIMP_METER_BANDWIDTH_PROFILE && rule_number(view, "is_coupled") != 0)
		rule_break(view, "is_coupled", BREACH_8_15_3);
}

static gboolean is_station_or_zero(const struct rule_view *view)
{
	return rule_is_zero(view, "client") || rule_is_station(view, "client");
}

static void rule_policer(const struct rule_view *view)
{
	if (!is_station_or_zero(view))
		rule_break(view, "client", BREACH_8_15_2);
	if (view->dissection->is_deleting)
		return;
	judge_meter(view);
	if (rule_number(view, "committed_tokens") > rule_number(view, "committed_burst"))
		rule_break(view, "committed_tokens", BREACH_8_15_4);
	if (rule_number(view, "excess_tokens") > rule_number(view, "excess_burst"))
		rule_break(view, "excess_tokens", BREACH_8_15_4);
}

static void rule_traffic_counters(const struct rule_view *view)
{
	if (!is_station_or_zero(view))
		rule_break(view, "client", BREACH_8_16_2);
}

static void rule_portal_session(const struct rule_view *view)
{
	if (!rule_is_station(view, "client"))
		rule_break(view, "client", BREACH_8_17_2);
	if (rule_has(view, "octets_quota") && !rule_has(view, "octets_used"))
		rule_break_with(view, "octets_quota", BREACH_8_17_4, DIMP_ERROR_MISSING_TLV);
}

static void rule_organisation_specific(const struct rule_view *view)
{
	if (rule_is_zero(view, "oui"))
		rule_break(view, "oui", BREACH_8_63_2);
}

struct rule_row {
	enum dimp_di_type type;
	void (*judge)(const struct rule_view *view);
};

static const struct rule_row rows[] = {
	{DIMP_DI_DOT1X_SESSION, rule_dot1x_session},
	{DIMP_DI_DYNAMIC_ACL, rule_dynamic_acl},
	{DIMP_DI_MACSEC_SA, rule_macsec_sa},
	{DIMP_DI_DHCP_BINDING, rule_dhcp_binding},
	{DIMP_DI_MULTICAST_MEMBERSHIP, rule_multicast_membership},
	{DIMP_DI_MKA_PARTICIPANT, rule_mka_participant},
	{DIMP_DI_MKA_PEER, rule_mka_peer},
	{DIMP_DI_LEARNED_MAC, rule_learned_mac},
	{DIMP_DI_DHCPV6_BINDING, rule_dhcpv6_binding},
	{DIMP_DI_SAVI_BINDING, rule_savi_binding},
	{DIMP_DI_ARP_ENTRY, rule_arp_entry},
	{DIMP_DI_MULTICAST_ROUTER, rule_multicast_router},
	{DIMP_DI_MVRP_REGISTRATION, rule_mvrp_registration},
	{DIMP_DI_MMRP_REGISTRATION, rule_mmrp_registration},
	{DIMP_DI_POLICER, rule_policer},
	{DIMP_DI_TRAFFIC_COUNTERS, rule_traffic_counters},
	{DIMP_DI_PORTAL_SESSION, rule_portal_session},
	{DIMP_DI_ORGANISATION_SPECIFIC, rule_organisation_specific},
};

void record_rules_judge(struct dissection *dissection, const struct block_values *values)
{
	const struct rule_view view = {.dissection = dissection, .values = values};

	for (guint index = 0; index < G_N_ELEMENTS(rows); index++)
		if ((guint)rows[index].type == values->block->number)
			rows[index].judge(&view);
}
