/* SPDX-License-Identifier: MIT */
/* An address ages anew only once half of its time is over, since each time is a change of DI to be
 * told: it ends between one and one half of the ageing time after its last frame. */
#include "bridge/learned_addresses.h"

#include "bridge/edge_frame.h"

static const struct di_entry *find(const struct di_store *store, unsigned slot,
	const struct learned_address *address)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(store, slot, DIMP_DI_LEARNED_MAC, &cursor)) != NULL) {
		const struct dimp_learned_mac *learned = &entry->record.body.learned_mac;
		if (learned->vlan == address->vlan &&
			edge_mac_equals(&learned->client, &address->mac))
			return entry;
	}
	return NULL;
}

bool learned_addresses_has(const struct di_store *store, unsigned slot,
	const struct learned_address *address)
{
	return find(store, slot, address) != NULL;
}

bool learned_addresses_is_sticky(const struct di_store *store, unsigned slot,
	const struct learned_address *address)
{
	const struct di_entry *entry = find(store, slot, address);

	return entry != NULL && entry->record.body.learned_mac.is_sticky;
}

void learned_addresses_refresh(struct di_store *store, unsigned slot,
	const struct learned_address *address, struct dimp_time now)
{
	static const uint32_t whole_ms = LEARNED_ADDRESSES_AGEING_S * 1000;
	const struct di_entry *entry = find(store, slot, address);
	struct dimp_record record;

	if (entry == NULL || entry->record.body.learned_mac.remaining == DIMP_DURATION_INFINITE)
		return;
	di_entry_at(entry, now, &record);
	if (record.body.learned_mac.remaining > whole_ms / 2)
		return;
	record.body.learned_mac.remaining = whole_ms;
	(void)di_store_put(store, slot, &record, now);
}
