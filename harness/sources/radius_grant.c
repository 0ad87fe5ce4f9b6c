/* SPDX-License-Identifier: MIT */
/*
 * NAS-Filter-Rule goes before Cisco's access list, and that before a list that is only named: the
 * same server sends several to bridges of which each knows one.  Tunnel attributes belong together
 * by their tags (RFC 2868 3.1); the set with the lowest preference whose tunnel is a VLAN counts.
 */
#include "sources/radius_grant.h"

#include <string.h>

#include "net/rule_words.h"
#include "net/utf8.h"

enum {
	TUNNEL_TAG_MAX = 0x1f,
	TUNNEL_TAGS = TUNNEL_TAG_MAX + 1,
	TUNNEL_IS_VLAN = 13,
	MEDIUM_IS_802 = 6,
	VLAN_LAST = 4094
};

static struct dimp_view text_view(const char *text)
{
	return (struct dimp_view){(const uint8_t *)text, strlen(text)};
}

/* Takes |prefix| off |*text|; false when it does not begin so. */
static bool take_prefix(struct dimp_view *text, const char *prefix)
{
	const struct dimp_view wanted = text_view(prefix);

	if (text->size < wanted.size || memcmp(text->octets, wanted.octets, wanted.size) != 0)
		return false;
	*text = (struct dimp_view){text->octets + wanted.size, text->size - wanted.size};
	return true;
}

static void take_text(const struct radius_packet *packet, uint8_t type, struct dimp_text253 *text)
{
	struct dimp_view value;

	if (radius_find(packet, type, &value))
		utf8_take(value, text);
}

/* ---- numbers ---- */

/* An attribute that is there but is no number is not one to be ignored. */
static bool take_number(const struct radius_packet *packet, uint8_t type, bool *has,
	uint32_t *number)
{
	struct dimp_view value;

	*has = radius_find(packet, type, &value);
	return !*has || radius_find_u32(packet, type, number);
}

static bool take_times(const struct radius_packet *packet, struct radius_grant *grant)
{
	uint32_t action = DIMP_TERMINATION_DEFAULT;

	if (!take_number(packet, RADIUS_SESSION_TIMEOUT, &grant->has_session_timeout,
		    &grant->session_timeout_s) ||
		!take_number(packet, RADIUS_TERMINATION_ACTION, &grant->has_termination, &action))
		return false;
	grant->termination = action == DIMP_TERMINATION_RADIUS_REQUEST
		? DIMP_TERMINATION_RADIUS_REQUEST
		: DIMP_TERMINATION_DEFAULT;
	return action <= DIMP_TERMINATION_RADIUS_REQUEST;
}

/* ---- the VLAN ---- */

struct tunnel {
	bool is_vlan, is_802;
	uint32_t preference;
	struct dimp_view group; /* of size 0 when not given */
};

/* The tag of a tunnel attribute, which is taken off; a group's text may do without. */
static uint8_t take_tag(struct radius_attribute *attribute)
{
	struct octet_reader reader = octet_reader_of(attribute->value);
	const uint8_t tag = octet_read_u8(&reader);
	const bool is_text = attribute->type == RADIUS_TUNNEL_PRIVATE_GROUP_ID;

	if (reader.is_short || (is_text && (tag == 0 || tag > TUNNEL_TAG_MAX)))
		return 0;
	attribute->value = reader.rest;
	return tag > TUNNEL_TAG_MAX ? 0 : tag;
}

static uint32_t number_of(struct dimp_view value)
{
	uint32_t number = 0;

	for (size_t i = 0; i < value.size && i < 3; i++)
		number = number << 8 | value.octets[i];
	return number;
}

static void note_tunnel(struct radius_attribute attribute, struct tunnel tunnels[TUNNEL_TAGS])
{
	const bool is_tunnel = attribute.type == RADIUS_TUNNEL_TYPE ||
		attribute.type == RADIUS_TUNNEL_MEDIUM_TYPE ||
		attribute.type == RADIUS_TUNNEL_PRIVATE_GROUP_ID ||
		attribute.type == RADIUS_TUNNEL_PREFERENCE;

	if (!is_tunnel)
		return;
	struct tunnel *const tunnel = &tunnels[take_tag(&attribute)];
	if (attribute.type == RADIUS_TUNNEL_TYPE)
		tunnel->is_vlan = number_of(attribute.value) == TUNNEL_IS_VLAN;
	else if (attribute.type == RADIUS_TUNNEL_MEDIUM_TYPE)
		tunnel->is_802 = number_of(attribute.value) == MEDIUM_IS_802;
	else if (attribute.type == RADIUS_TUNNEL_PREFERENCE)
		tunnel->preference = number_of(attribute.value);
	else
		tunnel->group = attribute.value;
}

/* False when a VLAN is assigned that is no number: its name means nothing here. */
static bool take_vlan(const struct radius_packet *packet, struct radius_grant *grant)
{
	struct tunnel tunnels[TUNNEL_TAGS] = {{.is_vlan = false}};
	const struct tunnel *best = NULL;
	struct dimp_view rest = packet->attributes;
	struct radius_attribute attribute;
	uint32_t vlan = 0;

	while (radius_next(&rest, &attribute))
		note_tunnel(attribute, tunnels);
	for (size_t i = 0; i < TUNNEL_TAGS; i++) {
		const struct tunnel *const tunnel = &tunnels[i];
		if (!tunnel->is_vlan || !tunnel->is_802 || tunnel->group.size == 0)
			continue;
		if (best == NULL || tunnel->preference < best->preference)
			best = tunnel;
	}
	grant->has_vlan = best != NULL;
	if (best == NULL)
		return true;
	const bool is_number = rule_word_number(best->group, VLAN_LAST, &vlan);
	grant->vlan = (uint16_t)vlan;
	return is_number && vlan > 0;
}

/* ---- filters ---- */

static bool add_rule(struct radius_grant *grant, const struct filter_rule *rule)
{
	if (grant->rule_count == RADIUS_GRANT_RULES_MAX)
		return false;
	grant->rules[grant->rule_count++] = *rule;
	return true;
}

/* The text of all attributes, wherever it was split, is rules with a NUL between (RFC 4849 2). */
static bool take_filter_rules(const struct radius_packet *packet, struct radius_grant *grant)
{
	static const char between = '\0';
	uint8_t text[RADIUS_SIZE_MAX];
	struct filter_rule rule;
	struct dimp_view rest = {text,
		radius_join(packet, RADIUS_NAS_FILTER_RULE, text, sizeof text)};

	if (rest.size > 0)
		grant->list = RADIUS_GRANT_NAS_FILTER_RULE;
	while (rest.size > 0) {
		const struct dimp_view part = rule_word_cut(&rest, between);
		if (part.size == 0)
			continue;
		if (!filter_rule_read(part, &rule) || !add_rule(grant, &rule))
			return false;
	}
	return true;
}

/* "1=permit ...", the number being the entry's place: the server sends them in order. */
static bool take_entry(struct dimp_view text, enum filter_family family, struct radius_grant *grant)
{
	const struct dimp_view number = rule_word_cut(&text, '=');
	struct dimp_view remark = text;
	struct filter_rule rule;
	uint32_t place;

	if (!rule_word_number(number, UINT16_MAX, &place))
		return false;
	grant->list = RADIUS_GRANT_INACL;
	if (take_prefix(&remark, "remark "))
		return true;
	return filter_rule_read_cisco(text, family, &rule) && add_rule(grant, &rule);
}

/* All such names begin alike, and entries are known by it. */
static bool name_list(struct dimp_view name, struct radius_grant *grant)
{
	struct dimp_view rest = name;

	utf8_take(name, &grant->list_name);
	return grant->list_name.size > 0 && take_prefix(&rest, "#ACSACL#");
}

/* Lists towards the VM are no lists of this bridge, and leaving them out would let more pass. */
static bool take_pair(struct dimp_view text, struct radius_grant *grant)
{
	if (take_prefix(&text, "ip:inacl#"))
		return take_entry(text, FILTER_IPV4, grant);
	if (take_prefix(&text, "ipv6:inacl#"))
		return take_entry(text, FILTER_IPV6, grant);
	if (take_prefix(&text, "ACS:CiscoSecure-Defined-ACL="))
		return name_list(text, grant);
	return !take_prefix(&text, "ip:outacl#") && !take_prefix(&text, "ipv6:outacl#");
}

static bool take_pairs(const struct radius_packet *packet, struct radius_grant *grant)
{
	struct dimp_view rest = packet->attributes, text;
	struct radius_attribute attribute;

	while (radius_next(&rest, &attribute))
		if (radius_cisco_pair(&attribute, &text) && !take_pair(text, grant))
			return false;
	if (grant->list == RADIUS_GRANT_NO_LIST && grant->list_name.size > 0)
		grant->list = RADIUS_GRANT_DOWNLOADABLE;
	return true;
}

/* A command, and not part of what goes before or behind another. */
static bool is_asked_again(const struct radius_packet *packet)
{
	struct dimp_view rest = packet->attributes, text;
	struct radius_attribute attribute;

	while (radius_next(&rest, &attribute))
		if (radius_cisco_pair(&attribute, &text) &&
			take_prefix(&text, "subscriber:command=reauthenticate"))
			return true;
	return false;
}

static bool take_lists(const struct radius_packet *packet, struct radius_grant *grant)
{
	if (!take_filter_rules(packet, grant))
		return false;
	return grant->list != RADIUS_GRANT_NO_LIST || take_pairs(packet, grant);
}

static void take_octets(const struct radius_packet *packet, uint8_t type,
	struct dimp_octets253 *octets)
{
	struct dimp_view value;

	if (!radius_find(packet, type, &value))
		return;
	octets->size = (uint16_t)value.size;
	memcpy(octets->octets, value.octets, value.size);
}

bool radius_grant_read(const struct radius_packet *packet, struct radius_grant *grant)
{
	*grant = (struct radius_grant){.list = RADIUS_GRANT_NO_LIST};
	take_text(packet, RADIUS_USER_NAME, &grant->identity);
	take_text(packet, RADIUS_FILTER_ID, &grant->filter_id);
	grant->is_asked_again = is_asked_again(packet);
	take_octets(packet, RADIUS_CLASS, &grant->class);
	take_octets(packet, RADIUS_STATE, &grant->state);
	return take_times(packet, grant) && take_vlan(packet, grant) && take_lists(packet, grant);
}
