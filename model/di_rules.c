/* SPDX-License-Identifier: MIT */
/*
 * Which hook judges a record, and the hooks of what is about a client or a whole VSI: sessions,
 * access lists, policers, counters, portals and what organisations define.
 */
#include "di_rules.h"

#include "address_kind.h"
#include "rule_hooks.h"

enum dimp_error rules_dot1x_session(const struct dimp_dot1x_session *session,
	enum dimp_operation operation)
{
	(void)operation;
	return rules_malformed_unless(address_is_station(&session->client));
}

/* A prefix of an IPv4 address counts the 96 bits before it; 0 is "any" and has a zero address. */
static bool is_prefix(const struct dimp_ip *address, uint8_t prefix)
{
	enum { IPV4_PREFIX_MIN = 96, PREFIX_MAX = 128 };

	if (prefix == 0)
		return address_is_zero(address->octets, sizeof address->octets);
	if (address_is_ipv4_mapped(address) && prefix < IPV4_PREFIX_MIN)
		return false;
	return prefix <= PREFIX_MAX;
}

enum dimp_error rules_dynamic_acl(const struct dimp_dynamic_acl *acl, enum dimp_operation operation)
{
	if (!address_is_station(&acl->client))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	if (!is_prefix(&acl->source, acl->source_prefix))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (!is_prefix(&acl->destination, acl->destination_prefix))
		return DIMP_ERROR_MALFORMED_RECORD;
	return rules_malformed_unless(acl->port_first <= acl->port_last);
}

/* A bucket holds at most a burst (DIMP 8.15-4). */
static bool is_within_bursts(const struct dimp_policer *policer)
{
	return policer->committed_tokens <= policer->committed_burst &&
		policer->excess_tokens <= policer->excess_burst;
}

/* The two RFCs' meters share the excess fields, each in its own way (DIMP 8.15-3). */
static bool is_meter_possible(const struct dimp_policer *policer)
{
	if (policer->meter == DIMP_METER_SINGLE_RATE)
		return policer->excess_rate == 0 && policer->is_coupled == 0;
	if (policer->meter == DIMP_METER_TWO_RATES)
		return policer->excess_rate >= policer->committed_rate && policer->is_coupled == 0;
	return true;
}

enum dimp_error rules_policer(const struct dimp_policer *policer, enum dimp_operation operation)
{
	if (!address_is_station_or_zero(&policer->client))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	if (!is_meter_possible(policer))
		return DIMP_ERROR_MALFORMED_RECORD;
	return rules_malformed_unless(is_within_bursts(policer));
}

enum dimp_error rules_traffic_counters(const struct dimp_traffic_counters *counters,
	enum dimp_operation operation)
{
	(void)operation;
	return rules_malformed_unless(address_is_station_or_zero(&counters->client));
}

enum dimp_error rules_portal_session(const struct dimp_portal_session *session,
	enum dimp_operation operation)
{
	if (!address_is_station(&session->client))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	if (!rules_have(session->attributes, DIMP_ATTRIBUTE_portal_session_octets_quota))
		return DIMP_ERROR_NONE;
	return rules_have(session->attributes, DIMP_ATTRIBUTE_portal_session_octets_used)
		? DIMP_ERROR_NONE
		: DIMP_ERROR_MISSING_TLV;
}

enum dimp_error rules_organisation_specific(const struct dimp_organisation_specific *specific,
	enum dimp_operation operation)
{
	(void)operation;
	return rules_malformed_unless(
		!address_is_zero(specific->oui.octets, sizeof specific->oui.octets));
}

enum dimp_error di_rules_check(const struct dimp_record *record)
{
	switch (record->type) {
#define BEGIN(UPPER, lower, number, version, label) \
	case DIMP_DI_##UPPER: \
		return rules_##lower(&record->body.lower, record->operation);
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
	}
	return DIMP_ERROR_UNSUPPORTED_TYPE;
}
