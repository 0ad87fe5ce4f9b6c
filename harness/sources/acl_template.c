/* SPDX-License-Identifier: MIT */
/*
 * The rows of the templates, and their filling in.  Entries keep their frame counts when they are
 * filled anew, and are known by the template's name in them, so that an entry somebody else made is
 * left alone.
 */
#include "sources/acl_template.h"

#include <string.h>

#include "net/dhcp4.h"
#include "net/ipv4.h"
#include "net/rule_words.h"

enum {
	PROTOCOL_ANY = 255,
	PREFIX_HOST = 128,
	PREFIX_LINK_LOCAL = 10,
	PORT_LAST = 65535,
	DHCP6_SERVER_PORT = 547
};

/* Whose frames a row is about. */
enum source { SOURCE_ANY, SOURCE_OWN, SOURCE_LINK_LOCAL, SOURCE_UNSPECIFIED };

struct row {
	uint16_t sequence;
	enum dimp_acl_action action;
	uint16_t ethertype;
	uint8_t protocol;
	enum source source;
	uint16_t port_first, port_last;
};

struct acl_template_rows {
	const char *name;
	const struct row *rows;
	size_t count;
};

static const struct row one_family[] = {
	{10, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_ARP, PROTOCOL_ANY, SOURCE_ANY, 0, PORT_LAST},
	{20, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV4, PROTOCOL_ANY, SOURCE_OWN, 0, PORT_LAST},
	{30, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV4, IPV4_UDP, SOURCE_ANY, DHCP4_SERVER_PORT,
		DHCP4_SERVER_PORT},
	{40, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV4, IPV4_IGMP, SOURCE_ANY, 0, PORT_LAST},
	{50, DIMP_ACL_ACTION_DENY, 0, PROTOCOL_ANY, SOURCE_ANY, 0, PORT_LAST},
};

static const struct row both_families[] = {
	{10, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_ARP, PROTOCOL_ANY, SOURCE_ANY, 0, PORT_LAST},
	{20, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV4, PROTOCOL_ANY, SOURCE_OWN, 0, PORT_LAST},
	{30, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV4, IPV4_UDP, SOURCE_ANY, DHCP4_SERVER_PORT,
		DHCP4_SERVER_PORT},
	{40, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV4, IPV4_IGMP, SOURCE_ANY, 0, PORT_LAST},
	{60, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV6, PROTOCOL_ANY, SOURCE_OWN, 0, PORT_LAST},
	{70, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV6, IPV6_UDP, SOURCE_LINK_LOCAL, DHCP6_SERVER_PORT,
		DHCP6_SERVER_PORT},
	{80, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV6, IPV6_ICMP, SOURCE_LINK_LOCAL, 0, PORT_LAST},
	{81, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV6, IPV6_ICMP, SOURCE_UNSPECIFIED, 0, PORT_LAST},
	{90, DIMP_ACL_ACTION_DENY, 0, PROTOCOL_ANY, SOURCE_ANY, 0, PORT_LAST},
};

static const struct acl_template_rows templates[] = {
	{"permit-own-address", one_family, sizeof one_family / sizeof one_family[0]},
	{"permit-own-addresses", both_families, sizeof both_families / sizeof both_families[0]},
};

enum { TEMPLATES = sizeof templates / sizeof templates[0] };

static struct dimp_view name_of(const struct acl_template_rows *rows)
{
	return (struct dimp_view){(const uint8_t *)rows->name, strlen(rows->name)};
}

static const struct acl_template_rows *find_template(struct dimp_view name)
{
	for (size_t i = 0; i < TEMPLATES; i++)
		if (rule_word_is(name, templates[i].name))
			return &templates[i];
	return NULL;
}

bool acl_template_is_known(struct dimp_view name)
{
	return find_template(name) != NULL;
}

static bool is_of_template(const struct dimp_dynamic_acl *entry,
	const struct acl_template_rows *rows)
{
	const struct dimp_view name = {entry->template.octets, entry->template.size};

	return (entry->attributes >> DIMP_ATTRIBUTE_dynamic_acl_template & 1) != 0 &&
		rule_word_is(name, rows->name);
}

static struct dimp_record entry_key(const struct source_place *place, unsigned sequence)
{
	return (struct dimp_record){.type = DIMP_DI_DYNAMIC_ACL,
		.operation = DIMP_OPERATION_PUT,
		.body.dynamic_acl = {.client = place->vm, .sequence = (uint16_t)sequence}};
}

/* The entries that moved here with the VM say what its addresses were. */
static void recall_addresses(const struct source_place *place, struct own_addresses *own)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_DYNAMIC_ACL, &cursor)) !=
		NULL) {
		const struct dimp_dynamic_acl *const acl = &entry->record.body.dynamic_acl;
		bool is_ours = false;
		for (size_t i = 0; i < TEMPLATES; i++)
			is_ours = is_ours || is_of_template(acl, &templates[i]);
		if (is_ours && acl->source_prefix == PREFIX_HOST && !ipv6_is_zero(&acl->source))
			own_addresses_recall(own, &acl->source);
	}
}

bool acl_template_init(struct acl_template *acl, const char *name, struct own_addresses *own,
	const struct source_place *place)
{
	*acl = (struct acl_template){
		.configured =
			find_template((struct dimp_view){(const uint8_t *)name, strlen(name)})};
	recall_addresses(place, own);
	return acl->configured != NULL || name[0] == '\0';
}

/* The template that the session asks for, else the bridge's own; NULL without session. */
static const struct acl_template_rows *template_in_use(const struct acl_template *acl,
	const struct source_place *place)
{
	size_t cursor = 0;
	const struct di_entry *const entry =
		di_store_next(place->store, place->slot, DIMP_DI_DOT1X_SESSION, &cursor);

	if (entry == NULL)
		return NULL;
	const struct dimp_text253 *const filter = &entry->record.body.dot1x_session.filter_id;
	const struct acl_template_rows *const asked =
		find_template((struct dimp_view){filter->octets, filter->size});
	return asked != NULL ? asked : acl->configured;
}

static void fill_source(const struct row *row, const struct dimp_ip *own,
	struct dimp_dynamic_acl *entry)
{
	static const struct dimp_ip link_local = {.octets = {0xfe, 0x80}};

	switch (row->source) {
	case SOURCE_ANY: return;
	case SOURCE_OWN:
		entry->source_prefix = PREFIX_HOST;
		entry->source = *own;
		return;
	case SOURCE_LINK_LOCAL:
		entry->source_prefix = PREFIX_LINK_LOCAL;
		entry->source = link_local;
		return;
	case SOURCE_UNSPECIFIED: entry->source_prefix = PREFIX_HOST; return;
	}
}

/* One entry to be, with the address it is for. */
struct filling {
	const struct acl_template_rows *rows;
	const struct row *row;
	unsigned sequence;
	struct dimp_ip own;
};

static void fill(const struct filling *filling, const struct source_place *place,
	struct dimp_time now)
{
	const struct row *const row = filling->row;
	const struct dimp_view name = name_of(filling->rows);
	struct dimp_record record = entry_key(place, filling->sequence);
	struct dimp_dynamic_acl *const entry = &record.body.dynamic_acl;
	struct dimp_record found;

	if (source_find(place, &record, now, &found)) {
		if (!is_of_template(&found.body.dynamic_acl, filling->rows))
			return;
		*entry = found.body.dynamic_acl;
	}
	entry->action = (uint8_t)row->action;
	entry->ethertype = row->ethertype;
	entry->ip_protocol = row->protocol;
	entry->port_first = row->port_first;
	entry->port_last = row->port_last;
	fill_source(row, &filling->own, entry);
	entry->attributes |= 1U << DIMP_ATTRIBUTE_dynamic_acl_template;
	entry->template.size = (uint16_t)name.size;
	memcpy(entry->template.octets, name.octets, name.size);
	(void)source_put(place, &record, now);
}

static void remove_entry(const struct acl_template_rows *rows, unsigned sequence,
	const struct source_place *place, struct dimp_time now)
{
	const struct dimp_record key = entry_key(place, sequence);
	const struct di_entry *const entry = di_store_find(place->store, place->slot, &key);

	if (entry != NULL && is_of_template(&entry->record.body.dynamic_acl, rows))
		(void)di_store_delete(place->store, place->slot, &key, now);
}

/* An entry for each own address of the row's family, and none behind them. */
static void fill_own(struct filling filling, const struct address_list *list,
	const struct source_place *place, struct dimp_time now)
{
	const bool is_ipv4 = filling.row->ethertype == ETHERTYPE_IPV4;
	const unsigned behind = filling.sequence + OWN_ADDRESSES_MAX;

	for (size_t i = 0; i < list->count; i++) {
		if (ipv4_is_mapped(&list->addresses[i]) != is_ipv4)
			continue;
		filling.own = list->addresses[i];
		fill(&filling, place, now);
		filling.sequence++;
	}
	while (filling.sequence < behind)
		remove_entry(filling.rows, filling.sequence++, place, now);
}

static void withdraw(const struct acl_template_rows *rows, const struct source_place *place,
	struct dimp_time now)
{
	if (di_store_count(place->store, place->slot, DIMP_DI_DYNAMIC_ACL) == 0)
		return;
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *const row = &rows->rows[i];
		const unsigned count = row->source == SOURCE_OWN ? OWN_ADDRESSES_MAX : 1;
		for (unsigned k = 0; k < count; k++)
			remove_entry(rows, row->sequence + k, place, now);
	}
}

void acl_template_withdraw(const struct source_place *place, struct dimp_time now)
{
	for (size_t i = 0; i < TEMPLATES; i++)
		withdraw(&templates[i], place, now);
}

void acl_template_refresh(const struct acl_template *acl, const struct address_list *list,
	const struct source_place *place, struct dimp_time now)
{
	const struct acl_template_rows *const rows = template_in_use(acl, place);

	for (size_t i = 0; i < TEMPLATES; i++)
		if (&templates[i] != rows)
			withdraw(&templates[i], place, now);
	for (size_t i = 0; rows != NULL && i < rows->count; i++) {
		const struct row *const row = &rows->rows[i];
		const struct filling filling = {.rows = rows,
			.row = row,
			.sequence = row->sequence};
		if (row->source == SOURCE_OWN)
			fill_own(filling, list, place, now);
		else
			fill(&filling, place, now);
	}
}
