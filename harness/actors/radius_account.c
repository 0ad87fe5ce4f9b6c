/* SPDX-License-Identifier: MIT */
/* The attributes of a grant, in the order in which servers list them; what is not given is not
 * said.
 */
#include "actors/radius_account.h"

#include <string.h>

enum { VLAN_TEXT_MAX = 8 };

static void add_text(struct octet_writer *writer, uint8_t type, const char *text)
{
	if (text[0] != '\0')
		radius_add(writer, type, (struct dimp_view){(const uint8_t *)text, strlen(text)});
}

static void add_vlan(struct octet_writer *writer, uint16_t vlan)
{
	enum { TUNNEL_IS_VLAN = 13, MEDIUM_IS_802 = 6, DECIMAL = 10 };
	char text[VLAN_TEXT_MAX] = "";
	size_t at = sizeof text - 1;

	if (vlan == 0)
		return;
	for (uint16_t rest = vlan; rest > 0; rest = (uint16_t)(rest / DECIMAL))
		text[--at] = (char)('0' + rest % DECIMAL);
	radius_add_u32(writer, RADIUS_TUNNEL_TYPE, TUNNEL_IS_VLAN);
	radius_add_u32(writer, RADIUS_TUNNEL_MEDIUM_TYPE, MEDIUM_IS_802);
	add_text(writer, RADIUS_TUNNEL_PRIVATE_GROUP_ID, text + at);
}

/* The rules are one text with a NUL between, wherever attributes end (RFC 4849 2). */
static void add_rules(struct octet_writer *writer, const struct radius_grant_given *grant)
{
	uint8_t text[RADIUS_RULES_MAX * RADIUS_TEXT_MAX];
	struct octet_writer joined = octet_writer_of(text, sizeof text);

	for (size_t each = 0; each < grant->rule_count; each++) {
		if (each != 0)
			octet_write_u8(&joined, 0);
		octet_write_copy(&joined, grant->rules[each], strlen(grant->rules[each]));
	}
	radius_add_long(writer, RADIUS_NAS_FILTER_RULE,
		(struct dimp_view){text, octet_writer_size(&joined)});
}

void radius_account_add_grant(struct octet_writer *writer, const struct radius_grant_given *grant)
{
	if (grant->session_s != 0) {
		radius_add_u32(writer, RADIUS_SESSION_TIMEOUT, grant->session_s);
		radius_add_u32(writer, RADIUS_TERMINATION_ACTION, grant->is_asked_again ? 1 : 0);
	}
	add_vlan(writer, grant->vlan);
	add_text(writer, RADIUS_FILTER_ID, grant->filter);
	add_text(writer, RADIUS_CLASS, grant->class);
	add_rules(writer, grant);
}

const struct radius_account *radius_account_find(const struct radius_accounts *accounts,
	struct dimp_view name)
{
	for (size_t each = 1; each < accounts->count; each++) {
		const struct radius_account *const account = &accounts->items[each];
		if (strlen(account->name) == name.size &&
			memcmp(account->name, name.octets, name.size) == 0)
			return account;
	}
	return &accounts->items[0];
}
