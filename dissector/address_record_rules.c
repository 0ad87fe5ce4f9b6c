/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the rules of records about addresses and groups (DIMP 8.2, 8.4, 8.5, 8.9 to 8.12).
 */
#include "record_rules.h"

enum {
	ADDRESS_BITS = 128,
	MAPPED_BITS = 96,
	TRANSACTION_MAX = 0xffffff,
	DUID_MIN = 3,
	DUID_MAX = 130
};

/* The 16 octets of a field of type IP. */
static void read_address(const struct rule_view *view, const char *name, guint8 address[16])
{
	const struct field_value *value = block_value(view->values, name);

	memset(address, 0, 16);
	if (value->is_present)
		tvb_memcpy(view->values->tvb, address, value->offset, MIN(value->length, 16));
}

/* IPv4 addresses stand in the last 4 of 16 octets (DIMP 6.1-9). */
static gboolean is_mapped(const guint8 address[16])
{
	static const guint8 prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

	return memcmp(address, prefix, sizeof prefix) == 0;
}

static gboolean is_mapped_field(const struct rule_view *view, const char *name)
{
	guint8 address[16];

	read_address(view, name, address);
	return is_mapped(address);
}

static gboolean is_host_ipv4(guint8 first)
{
	return first >= 1 && first <= 223;
}

/* A host address (DIMP 8.0-6). */
static gboolean is_host(const struct rule_view *view, const char *name)
{
	guint8 address[16];

	read_address(view, name, address);
	return is_mapped(address) ? is_host_ipv4(address[12]) : address[0] != 0xff;
}

/* A group's address (DIMP 8.0-10). */
static gboolean is_group(const struct rule_view *view, const char *name)
{
	guint8 address[16];

	read_address(view, name, address);
	return is_mapped(address) ? (address[12] & 0xf0) == 0xe0 : address[0] == 0xff;
}

static gboolean is_host_of_4(const struct rule_view *view, const char *name)
{
	const struct field_value *value = block_value(view->values, name);

	return is_host_ipv4(octet_at(view->values->tvb, value->offset));
}

static gboolean is_prefix_right(const struct rule_view *view, const char *prefix,
	const char *address)
{
	const guint64 bits = rule_number(view, prefix);

	if (bits == 0)
		return rule_is_zero(view, address);
	return bits <= ADDRESS_BITS && (!is_mapped_field(view, address) || bits >= MAPPED_BITS);
}

void rule_dynamic_acl(const struct rule_view *view)
{
	if (!rule_is_station(view, "client"))
		rule_break(view, "client", BREACH_8_2_2);
	if (view->dissection->is_deleting)
		return;
	if (!is_prefix_right(view, "source_prefix", "source"))
		rule_break(view, "source_prefix", BREACH_8_2_3);
	if (!is_prefix_right(view, "destination_prefix", "destination"))
		rule_break(view, "destination_prefix", BREACH_8_2_3);
	if (rule_number(view, "port_first") > rule_number(view, "port_last"))
		rule_break(view, "port_first", BREACH_8_2_4);
}

void rule_dhcp_binding(const struct rule_view *view)
{
	if (!rule_is_station(view, "client"))
		rule_break(view, "client", BREACH_8_4_2);
	if (!view->dissection->is_deleting && !is_host_of_4(view, "address"))
		rule_break(view, "address", BREACH_8_4_2);
}

/* A version of the protocol that goes with the address: IGMP 1 to 3, MLD 1 and 2. */
static gboolean is_version_right(const struct rule_view *view, const char *name,
	const char *address)
{
	const guint64 version = rule_number(view, name);

	return version >= 1 && version <= (is_mapped_field(view, address) ? 3 : 2);
}

void rule_multicast_membership(const struct rule_view *view)
{
	const gboolean has_source = !rule_is_zero(view, "source");

	if (!is_group(view, "group"))
		rule_break(view, "group", BREACH_8_5_2);
	if (has_source &&
		(!is_host(view, "source") ||
			is_mapped_field(view, "source") != is_mapped_field(view, "group")))
		rule_break(view, "source", BREACH_8_5_2);
	if (view->dissection->is_deleting)
		return;
	if (!is_version_right(view, "host_version", "group"))
		rule_break(view, "host_version", BREACH_8_5_4);
	if (has_source && rule_number(view, "filter_mode") == DIMP_FILTER_MODE_EXCLUDE &&
		rule_number(view, "remaining") != DIMP_DURATION_INFINITE)
		rule_break(view, "remaining", BREACH_8_5_5);
}

/* Whether the bits behind the prefix are zero (DIMP 8.9-2). */
static gboolean has_zeros_behind(const struct rule_view *view)
{
	const guint64 prefix = rule_number(view, "prefix");
	guint8 address[16];

	read_address(view, "address", address);
	for (guint bit = (guint)prefix; bit < ADDRESS_BITS; bit++)
		if (address[bit / 8] >> (7 - bit % 8) & 1)
			return FALSE;
	return TRUE;
}

static void judge_duid(const struct rule_view *view, const char *name)
{
	const struct field_value *duid = block_value(view->values, name);

	if (duid->is_present && (duid->length < DUID_MIN || duid->length > DUID_MAX))
		rule_break(view, name, BREACH_8_9_4);
}

void rule_dhcpv6_binding(const struct rule_view *view)
{
	const guint64 prefix = rule_number(view, "prefix");

	if (!rule_is_station(view, "client"))
		rule_break(view, "client", BREACH_8_9_2);
	if (!is_host(view, "address") || is_mapped_field(view, "address") ||
		rule_is_zero(view, "address"))
		rule_break(view, "address", BREACH_8_9_2);
	if (prefix < 1 || prefix > ADDRESS_BITS || !has_zeros_behind(view))
		rule_break(view, "prefix", BREACH_8_9_2);
	if (view->dissection->is_deleting)
		return;
	if (rule_number(view, "transaction") > TRANSACTION_MAX)
		rule_break(view, "transaction", BREACH_8_9_4);
	judge_duid(view, "client_duid");
	judge_duid(view, "server_duid");
}

void rule_savi_binding(const struct rule_view *view)
{
	const gboolean has_test = rule_has(view, "test_remaining");

	if (!is_host(view, "address") || rule_is_zero(view, "address"))
		rule_break(view, "address", BREACH_8_10_2);
	if (view->dissection->is_deleting)
		return;
	if (!rule_is_station(view, "client"))
		rule_break(view, "client", BREACH_8_10_2);
	if (rule_number(view, "state") == DIMP_SAVI_STATE_VALID) {
		if (has_test)
			rule_break(view, "test_remaining", BREACH_8_10_4);
	} else if (!has_test) {
		rule_break_with(view, "test_remaining", BREACH_8_10_4, DIMP_ERROR_MISSING_TLV);
	} else if (rule_number(view, "test_remaining") == DIMP_DURATION_INFINITE) {
		rule_break(view, "test_remaining", BREACH_8_10_4);
	}
}

void rule_arp_entry(const struct rule_view *view)
{
	if (!is_host_of_4(view, "address"))
		rule_break(view, "address", BREACH_8_11_2);
	if (!view->dissection->is_deleting && !rule_is_station(view, "client"))
		rule_break(view, "client", BREACH_8_11_2);
}

static gboolean has_attributes(const struct block_values *values)
{
	for (guint index = 0; index < values->block->field_count; index++)
		if (values->block->fields[index].attribute && values->values[index].is_present)
			return TRUE;
	return FALSE;
}

void rule_multicast_router(const struct rule_view *view)
{
	if (!is_host(view, "router") || rule_is_zero(view, "router"))
		rule_break(view, "router", BREACH_8_12_2);
	if (view->dissection->is_deleting)
		return;
	if (rule_number(view, "is_querier")) {
		if (!is_version_right(view, "version", "router"))
			rule_break(view, "version", BREACH_8_12_3);
		if (!rule_has(view, "querier_remaining"))
			rule_break_with(view, "querier_remaining", BREACH_8_12_3,
				DIMP_ERROR_MISSING_TLV);
		return;
	}
	if (rule_number(view, "version") != 0 || has_attributes(view->values))
		rule_break(view, "version", BREACH_8_12_3);
}
