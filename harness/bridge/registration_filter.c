/* SPDX-License-Identifier: MIT */
/* A registrar that is LEAVING is still registered; when it is over is the store's to say. */
#include "bridge/registration_filter.h"

/* An address, or a service requirement. */
struct wanted {
	enum dimp_mmrp_attribute kind;
	uint8_t service;
	const struct dimp_mac *address;
	uint16_t vlan;
};

static bool is_registered(const struct di_store *store, const struct attachment *attachment,
	const struct wanted *wanted)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(store, attachment->slot, DIMP_DI_MMRP_REGISTRATION,
			&cursor)) != NULL) {
		const struct dimp_mmrp_registration *one = &entry->record.body.mmrp_registration;
		/* VLAN 0 is the port's own. */
		const uint16_t vlan = one->vlan == 0 ? attachment->vlan : one->vlan;
		if (vlan != wanted->vlan || one->kind != (uint8_t)wanted->kind)
			continue;
		if (wanted->kind == DIMP_MMRP_ATTRIBUTE_ADDRESS
				? edge_mac_equals(&one->address, wanted->address)
				: one->service == wanted->service)
			return true;
	}
	return false;
}

static bool is_wanted_by_anybody(const struct registration_place *place,
	const struct wanted *wanted)
{
	for (unsigned slot = 0; slot < place->count; slot++) {
		if (is_registered(place->store, &place->attachments[slot], wanted))
			return true;
	}
	return false;
}

bool registration_filter_passes(const struct registration_place *place, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan)
{
	const struct attachment *attachment = &place->attachments[slot];
	const struct wanted address = {DIMP_MMRP_ATTRIBUTE_ADDRESS, 0, &frame->destination, vlan};
	const struct wanted all = {DIMP_MMRP_ATTRIBUTE_SERVICE, MMRP_ALL_GROUPS, NULL, vlan};
	const struct wanted rest = {DIMP_MMRP_ATTRIBUTE_SERVICE, MMRP_ALL_UNREGISTERED_GROUPS, NULL,
		vlan};

	return is_registered(place->store, attachment, &address) ||
		is_registered(place->store, attachment, &all) ||
		(is_registered(place->store, attachment, &rest) &&
			!is_wanted_by_anybody(place, &address));
}
