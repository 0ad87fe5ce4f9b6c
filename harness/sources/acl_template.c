/* SPDX-License-Identifier: MIT */
/*
 * The rows of the template, and their filling in.  Entries keep their frame counts when they are
 * filled anew, and are known by the template's name in them, so that an entry somebody else made is
 * left alone.
 */
#include "sources/acl_template.h"

#include <string.h>

#include "net/arp.h"
#include "net/dhcp4.h"

static const char template_name[] = "permit-own-address";

enum { PROTOCOL_ANY = 255, PREFIX_HOST = 128, PORT_LAST = 65535 };

struct row {
	uint16_t sequence;
	enum dimp_acl_action action;
	uint16_t ethertype;
	uint8_t protocol;
	bool is_from_own_address;
	uint16_t port_first, port_last;
};

static const struct row rows[] = {
	{10, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_ARP, PROTOCOL_ANY, false, 0, PORT_LAST},
	{20, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV4, PROTOCOL_ANY, true, 0, PORT_LAST},
	{30, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV4, IPV4_UDP, false, DHCP4_SERVER_PORT,
		DHCP4_SERVER_PORT},
	{40, DIMP_ACL_ACTION_PERMIT, ETHERTYPE_IPV4, IPV4_IGMP, false, 0, PORT_LAST},
	{50, DIMP_ACL_ACTION_DENY, 0, PROTOCOL_ANY, false, 0, PORT_LAST},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static struct dimp_record entry_key(const struct source_place *place, const struct row *row)
{
	return (struct dimp_record){.type = DIMP_DI_DYNAMIC_ACL,
		.operation = DIMP_OPERATION_PUT,
		.body.dynamic_acl = {.client = place->vm, .sequence = row->sequence}};
}

static bool is_of_template(const struct dimp_dynamic_acl *entry)
{
	return (entry->attributes >> DIMP_ATTRIBUTE_dynamic_acl_template & 1) != 0 &&
		entry->template.size == sizeof template_name - 1 &&
		memcmp(entry->template.octets, template_name, sizeof template_name - 1) == 0;
}

/* The entry that moved here with the VM says what its address was. */
static void recall_address(struct acl_template *acl, const struct source_place *place)
{
	const struct dimp_record key = entry_key(place, &rows[1]);
	const struct di_entry *const entry = di_store_find(place->store, place->slot, &key);

	if (entry == NULL || !is_of_template(&entry->record.body.dynamic_acl))
		return;
	acl->has_address = ipv4_from_mapped(&entry->record.body.dynamic_acl.source, &acl->address);
}

bool acl_template_init(struct acl_template *acl, const char *name, const struct source_place *place)
{
	*acl = (struct acl_template){.is_used = strcmp(name, template_name) == 0};
	recall_address(acl, place);
	acl->has_binding = di_store_count(place->store, place->slot, DIMP_DI_DHCP_BINDING) > 0;
	return acl->is_used || name[0] == '\0';
}

void acl_template_packet(struct acl_template *acl, const struct source_packet *packet,
	const struct source_place *place)
{
	struct arp_packet arp;

	if (!acl->is_used || packet->direction != SOURCE_FROM_VM ||
		packet->ethernet.type != ETHERTYPE_ARP)
		return;
	if (!arp_read(packet->ethernet.payload, &arp)) {
		place->counters->malformed++;
		return;
	}
	if (!ethernet_is_same(&arp.sender, &place->vm)) {
		place->counters->spoofed++;
		return;
	}
	/* A probe (RFC 5227) has no sender address: the VM does not own it yet. */
	if (acl->has_binding || ipv4_is_zero(&arp.sender_address))
		return;
	acl->has_address = true;
	acl->address = arp.sender_address;
}

/* The binding's address rules; when it ends, so does what was permitted for it. */
static void follow_binding(struct acl_template *acl, const struct source_place *place)
{
	size_t cursor = 0;
	const struct di_entry *const entry =
		di_store_next(place->store, place->slot, DIMP_DI_DHCP_BINDING, &cursor);

	if (entry != NULL) {
		acl->has_address = true;
		acl->address = entry->record.body.dhcp_binding.address;
	} else if (acl->has_binding) {
		acl->has_address = false;
	}
	acl->has_binding = entry != NULL;
}

static void fill(const struct acl_template *acl, const struct row *row,
	const struct source_place *place, struct dimp_time now)
{
	struct dimp_record record = entry_key(place, row);
	struct dimp_dynamic_acl *const entry = &record.body.dynamic_acl;
	struct dimp_record found;

	if (source_find(place, &record, now, &found)) {
		if (!is_of_template(&found.body.dynamic_acl))
			return;
		*entry = found.body.dynamic_acl;
	}
	entry->action = (uint8_t)row->action;
	entry->ethertype = row->ethertype;
	entry->ip_protocol = row->protocol;
	entry->port_first = row->port_first;
	entry->port_last = row->port_last;
	if (row->is_from_own_address) {
		entry->source_prefix = PREFIX_HOST;
		entry->source = ipv4_mapped(&acl->address);
	}
	entry->attributes |= 1U << DIMP_ATTRIBUTE_dynamic_acl_template;
	entry->template.size = sizeof template_name - 1;
	memcpy(entry->template.octets, template_name, sizeof template_name - 1);
	(void)source_put(place, &record, now);
}

static void remove_entry(const struct row *row, const struct source_place *place,
	struct dimp_time now)
{
	const struct dimp_record key = entry_key(place, row);
	const struct di_entry *const entry = di_store_find(place->store, place->slot, &key);

	if (entry != NULL && is_of_template(&entry->record.body.dynamic_acl))
		(void)di_store_delete(place->store, place->slot, &key, now);
}

void acl_template_refresh(struct acl_template *acl, const struct source_place *place,
	struct dimp_time now)
{
	if (!acl->is_used)
		return;
	follow_binding(acl, place);
	const bool has_session =
		di_store_count(place->store, place->slot, DIMP_DI_DOT1X_SESSION) > 0;
	for (size_t i = 0; i < ROWS; i++) {
		if (has_session && (!rows[i].is_from_own_address || acl->has_address))
			fill(acl, &rows[i], place, now);
		else
			remove_entry(&rows[i], place, now);
	}
}
