/* SPDX-License-Identifier: MIT */
/*
 * Entries are written in ascending order and counted, so that those which a filling does not need
 * any more can be told: an entry that was not written this time is removed.  Frame counts of an
 * entry that stays go on.
 */
#include "sources/granted_list.h"

#include <stdlib.h>
#include <string.h>

#include "net/ipv4.h"
#include "net/rule_words.h"

enum {
	FIRST_SEQUENCE = 1,
	RULE_STEP = 100,
	LAST_SEQUENCE = 65000,
	HOST_PREFIX = 128,
	RULES_MAX = 256
};

static const char filter_rule_name[] = "NAS-Filter-Rule";
static const char inacl_name[] = "ip:inacl";
static const char downloadable_prefix[] = "#ACSACL#";

void granted_list_init(struct granted_list *list)
{
	*list = (struct granted_list){.rules = NULL};
}

void granted_list_free(struct granted_list *list)
{
	free(list->rules);
	granted_list_init(list);
}

static void set_name(struct dimp_text253 *name, const char *text)
{
	name->size = (uint16_t)strlen(text);
	memcpy(name->octets, text, name->size);
}

static void name_list(struct granted_list *list, const struct radius_grant *grant)
{
	switch (grant->list) {
	case RADIUS_GRANT_NO_LIST: list->name.size = 0; return;
	case RADIUS_GRANT_NAS_FILTER_RULE: set_name(&list->name, filter_rule_name); return;
	case RADIUS_GRANT_INACL: set_name(&list->name, inacl_name); return;
	case RADIUS_GRANT_DOWNLOADABLE: list->name = grant->list_name; return;
	}
}

bool granted_list_take(struct granted_list *list, const struct radius_grant *grant)
{
	granted_list_free(list);
	list->kind = grant->list;
	name_list(list, grant);
	return granted_list_append(list, grant);
}

bool granted_list_append(struct granted_list *list, const struct radius_grant *part)
{
	const size_t count = list->count + part->rule_count;

	if (part->rule_count == 0)
		return true;
	if (count > RULES_MAX)
		return false;
	struct filter_rule *const rules = realloc(list->rules, count * sizeof *rules);
	if (rules == NULL)
		return false;
	memcpy(rules + list->count, part->rules, part->rule_count * sizeof *rules);
	list->rules = rules;
	list->count = count;
	return true;
}

static bool begins_with(const struct dimp_text253 *text, const char *prefix)
{
	return text->size >= strlen(prefix) && memcmp(text->octets, prefix, strlen(prefix)) == 0;
}

static bool is_granted(const struct dimp_dynamic_acl *entry)
{
	const struct dimp_view name = {entry->template.octets, entry->template.size};

	return (entry->attributes >> DIMP_ATTRIBUTE_dynamic_acl_template & 1) != 0 &&
		(rule_word_is(name, filter_rule_name) || rule_word_is(name, inacl_name) ||
			begins_with(&entry->template, downloadable_prefix));
}

/* The first entry of such a list with a sequence of at least |sequence|. */
static const struct dimp_dynamic_acl *next_granted(const struct source_place *place,
	unsigned sequence)
{
	const struct dimp_dynamic_acl *first = NULL;
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_DYNAMIC_ACL, &cursor)) !=
		NULL) {
		const struct dimp_dynamic_acl *const acl = &entry->record.body.dynamic_acl;
		if (acl->sequence < sequence || !is_granted(acl))
			continue;
		if (first == NULL || acl->sequence < first->sequence)
			first = acl;
	}
	return first;
}

bool granted_list_is_used(const struct granted_list *list, const struct source_place *place)
{
	return list->kind != RADIUS_GRANT_NO_LIST || next_granted(place, 0) != NULL;
}

static struct dimp_record entry_key(const struct source_place *place, unsigned sequence)
{
	return (struct dimp_record){.type = DIMP_DI_DYNAMIC_ACL,
		.operation = DIMP_OPERATION_PUT,
		.body.dynamic_acl = {.client = place->vm, .sequence = (uint16_t)sequence}};
}

/* Removes the list's entries from |from| up to, not including, |until|. */
static void clear(const struct source_place *place, unsigned from, unsigned until,
	struct dimp_time now)
{
	const struct dimp_dynamic_acl *acl;

	while ((acl = next_granted(place, from)) != NULL && acl->sequence < until) {
		const struct dimp_record key = entry_key(place, acl->sequence);
		from = acl->sequence + 1u;
		(void)di_store_delete(place->store, place->slot, &key, now);
	}
}

void granted_list_withdraw(struct granted_list *list, const struct source_place *place,
	struct dimp_time now)
{
	granted_list_free(list);
	clear(place, 0, UINT16_MAX + 1u, now);
}

/* The entries being written. */
struct filling {
	const struct granted_list *list;
	const struct source_place *place;
	struct dimp_time now;
	unsigned next; /* the lowest sequence not yet looked at */
};

static void put(struct filling *filling, unsigned sequence, const struct dimp_dynamic_acl *wanted)
{
	struct dimp_record record = entry_key(filling->place, sequence);
	struct dimp_dynamic_acl *const entry = &record.body.dynamic_acl;
	struct dimp_record found;

	clear(filling->place, filling->next, sequence, filling->now);
	filling->next = sequence + 1;
	*entry = *wanted;
	entry->client = filling->place->vm;
	entry->sequence = (uint16_t)sequence;
	entry->attributes = 1U << DIMP_ATTRIBUTE_dynamic_acl_template;
	entry->template = filling->list->name;
	if (source_find(filling->place, &record, filling->now, &found)) {
		if (!is_granted(&found.body.dynamic_acl))
			return;
		entry->attributes |= found.body.dynamic_acl.attributes;
		entry->matches = found.body.dynamic_acl.matches;
	}
	(void)source_put(filling->place, &record, filling->now);
}

static void put_end(const struct filter_end *end, uint8_t *prefix, struct dimp_ip *address)
{
	*prefix = end->prefix;
	*address = end->address;
}

static void put_ports(struct filling *filling, const struct filter_rule *rule, unsigned *sequence,
	struct dimp_dynamic_acl *entry)
{
	for (size_t i = 0; i < rule->ports_count; i++) {
		entry->port_first = rule->ports[i].first;
		entry->port_last = rule->ports[i].last;
		put(filling, (*sequence)++, entry);
	}
}

/* A rule about whatever address the VM has: an entry for each, of the rule's families. */
static void put_assigned(struct filling *filling, const struct filter_rule *rule,
	const struct address_list *own, unsigned sequence)
{
	struct dimp_dynamic_acl entry = {.action = rule->is_permit ? DIMP_ACL_ACTION_PERMIT
								   : DIMP_ACL_ACTION_DENY,
		.ip_protocol = rule->protocol,
		.source_prefix = HOST_PREFIX};

	put_end(&rule->destination, &entry.destination_prefix, &entry.destination);
	for (size_t i = 0; i < own->count; i++) {
		const bool is_ipv4 = ipv4_is_mapped(&own->addresses[i]);
		if (rule->family == (is_ipv4 ? FILTER_IPV6 : FILTER_IPV4))
			continue;
		entry.ethertype = is_ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
		entry.source = own->addresses[i];
		put_ports(filling, rule, &sequence, &entry);
	}
}

static void put_rule(struct filling *filling, const struct filter_rule *rule, unsigned sequence)
{
	struct dimp_dynamic_acl entry = {.action = rule->is_permit ? DIMP_ACL_ACTION_PERMIT
								   : DIMP_ACL_ACTION_DENY,
		.ip_protocol = rule->protocol};

	put_end(&rule->source, &entry.source_prefix, &entry.source);
	put_end(&rule->destination, &entry.destination_prefix, &entry.destination);
	if (rule->family != FILTER_IPV6) {
		entry.ethertype = ETHERTYPE_IPV4;
		put_ports(filling, rule, &sequence, &entry);
	}
	if (rule->family != FILTER_IPV4) {
		entry.ethertype = ETHERTYPE_IPV6;
		put_ports(filling, rule, &sequence, &entry);
	}
}

static const struct dimp_dynamic_acl any_frame = {.action = DIMP_ACL_ACTION_DENY,
	.ip_protocol = FILTER_PROTOCOL_ANY,
	.port_last = FILTER_PORT_LAST};

static void put_rules(struct filling *filling, const struct address_list *own)
{
	const struct granted_list *const list = filling->list;
	struct dimp_dynamic_acl arp = any_frame;

	arp.action = DIMP_ACL_ACTION_PERMIT;
	arp.ethertype = ETHERTYPE_ARP;
	put(filling, FIRST_SEQUENCE, &arp);
	for (size_t i = 0; i < list->count; i++) {
		const unsigned sequence = (unsigned)(i + 1) * RULE_STEP;
		if (list->rules[i].source.is_assigned)
			put_assigned(filling, &list->rules[i], own, sequence);
		else
			put_rule(filling, &list->rules[i], sequence);
	}
}

static void put_rest(struct filling *filling)
{
	const struct granted_list *const list = filling->list;
	struct dimp_dynamic_acl rest = any_frame;
	const bool is_opposite = list->kind == RADIUS_GRANT_NAS_FILTER_RULE && list->count > 0;

	if (is_opposite && !list->rules[list->count - 1].is_permit)
		rest.action = DIMP_ACL_ACTION_PERMIT;
	put(filling, LAST_SEQUENCE, &rest);
}

void granted_list_refresh(struct granted_list *list, const struct address_list *own,
	const struct source_place *place, struct dimp_time now)
{
	struct filling filling = {.list = list, .place = place, .now = now};

	if (di_store_count(place->store, place->slot, DIMP_DI_DOT1X_SESSION) == 0) {
		granted_list_withdraw(list, place, now);
		return;
	}
	/* What came with a move stands as it is: its rules stayed behind. */
	if (list->kind == RADIUS_GRANT_NO_LIST)
		return;
	if (list->kind != RADIUS_GRANT_DOWNLOADABLE || list->count > 0)
		put_rules(&filling, own);
	put_rest(&filling);
	clear(place, filling.next, UINT16_MAX + 1u, now);
}
