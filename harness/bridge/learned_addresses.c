/* SPDX-License-Identifier: MIT */
/* An address ages anew only once half of its time is over, since each time is a change of DI to be
 * told: it ends between one and one half of the ageing time after its last frame. */
#include "bridge/learned_addresses.h"

/* Makes of a record what names the entry of the address; the rest of it nobody reads. */
static void name_entry(struct dimp_record *key, const struct learned_address *address)
{
	key->type = DIMP_DI_LEARNED_MAC;
	key->body.learned_mac =
		(struct dimp_learned_mac){.vlan = address->vlan, .client = address->mac};
}

static const struct di_entry *find(const struct di_store *store, unsigned slot,
	const struct learned_address *address)
{
	struct dimp_record key;

	if (di_store_count(store, slot, DIMP_DI_LEARNED_MAC) == 0)
		return NULL;
	name_entry(&key, address);
	return di_store_find(store, slot, &key);
}

bool learned_addresses_next(const struct di_store *store, const struct learned_address *address,
	struct di_holder *holder)
{
	struct dimp_record key;

	if (di_store_total(store, DIMP_DI_LEARNED_MAC) == 0)
		return false;
	name_entry(&key, address);
	return di_store_next_holder(store, &key, holder);
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
