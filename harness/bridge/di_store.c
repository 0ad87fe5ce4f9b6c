/* SPDX-License-Identifier: MIT */
/*
 * The DI of a bridge in memory.  Every entry is an allocation of its own, so that a record with a
 * SAK is never copied by a growing table and is wiped where it lay; a slot keeps its entries in the
 * order in which they came.  Fields are compared through the layouts of the registry, one by one:
 * padding and the octets behind a short string never count.
 *
 * The life of an entry is its first DECAYS field.  Others (re-authentication, the older host's
 * presence) run down too, but what their end means is the source's to say.
 */
#include "bridge/di_store.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/same_secret.h"

struct slot {
	struct di_entry **entries;
	size_t count, capacity;
};

struct di_store {
	struct slot *slots;
	size_t slot_count;
	size_t totals[DIMP_DI_TYPES]; /* of entries of each type, in all slots */
	di_observer *observer;
	void *context;
};

/* What a field type is made of in C: octets of one value, or a u16 size and as many octets. */
enum field_kind { FIELD_INTEGER, FIELD_NAMED, FIELD_SET, FIELD_OCTETS, FIELD_VARIABLE, FIELD_TEXT };

static const struct {
	uint16_t octets;
	enum field_kind kind;
} field_types[DIMP_TYPES] = {
#define TYPE(name, c_type, octets, kind, text) [DIMP_TYPE_##name] = {octets, FIELD_##kind},
#include "types.def"
#undef TYPE
};

static const uint8_t *body_of(const struct dimp_record *record)
{
	return (const uint8_t *)&record->body;
}

static bool is_field_equal(const struct dimp_field_layout *field, const struct dimp_record *one,
	const struct dimp_record *other)
{
	const uint8_t *const a = body_of(one) + field->offset;
	const uint8_t *const b = body_of(other) + field->offset;
	const enum field_kind kind = field_types[field->type].kind;
	size_t size = field_types[field->type].octets;

	if (kind == FIELD_VARIABLE || kind == FIELD_TEXT) {
		uint16_t length;
		memcpy(&length, a, sizeof length);
		size = sizeof length + length;
	}
	return field->role == DIMP_ROLE_SECRET ? same_secret(a, b, size) : memcmp(a, b, size) == 0;
}

static uint32_t attributes_of(const struct dimp_record *record)
{
	uint32_t attributes;

	memcpy(&attributes, body_of(record), sizeof attributes);
	return attributes;
}

static bool has_field(const struct dimp_record *record, const struct dimp_field_layout *field)
{
	return field->attribute == 0 || (attributes_of(record) >> field->attribute & 1) != 0;
}

static bool has_same_keys(const struct dimp_record *one, const struct dimp_record *other)
{
	const struct dimp_layout *const layout = dimp_di_layout(one->type);

	if (one->type != other->type || layout == NULL)
		return false;
	for (size_t i = 0; i < layout->field_count; i++) {
		const struct dimp_field_layout *const field = &layout->fields[i];
		if (field->role == DIMP_ROLE_KEY && !is_field_equal(field, one, other))
			return false;
	}
	return true;
}

static bool has_same_fields(const struct dimp_record *one, const struct dimp_record *other)
{
	const struct dimp_layout *const layout = dimp_di_layout(one->type);

	if (attributes_of(one) != attributes_of(other))
		return false;
	for (size_t i = 0; i < layout->field_count; i++) {
		const struct dimp_field_layout *const field = &layout->fields[i];
		if (has_field(one, field) && !is_field_equal(field, one, other))
			return false;
	}
	return true;
}

static uint64_t age_of(const struct di_entry *entry, struct dimp_time now)
{
	return now.us > entry->since.us ? now.us - entry->since.us : 0;
}

static void decay_field(uint8_t *field, uint64_t age_us)
{
	uint32_t duration;
	memcpy(&duration, field, sizeof duration);
	if (duration == DIMP_DURATION_INFINITE)
		return;
	const uint64_t us = dimp_duration_to_us(duration);
	duration = dimp_duration_from_us(us > age_us ? us - age_us : 0);
	memcpy(field, &duration, sizeof duration);
}

void di_entry_at(const struct di_entry *entry, struct dimp_time now, struct dimp_record *record)
{
	const struct dimp_layout *const layout = dimp_di_layout(entry->record.type);

	*record = entry->record;
	for (size_t i = 0; layout != NULL && i < layout->field_count; i++) {
		const struct dimp_field_layout *const field = &layout->fields[i];
		if (field->role == DIMP_ROLE_DECAYS && has_field(record, field))
			decay_field((uint8_t *)&record->body + field->offset, age_of(entry, now));
	}
}

/* When the entry's life ends: its first DECAYS field, DIMP_NEVER if there is none or it is
 * infinite. */
static struct dimp_time end_of(const struct di_entry *entry)
{
	const struct dimp_layout *const layout = dimp_di_layout(entry->record.type);

	for (size_t i = 0; i < layout->field_count; i++) {
		const struct dimp_field_layout *const field = &layout->fields[i];
		if (field->role != DIMP_ROLE_DECAYS || field->attribute != 0)
			continue;
		uint32_t duration;
		memcpy(&duration, body_of(&entry->record) + field->offset, sizeof duration);
		const uint64_t us = dimp_duration_to_us(duration);
		if (us >= UINT64_MAX - entry->since.us)
			return DIMP_NEVER;
		return (struct dimp_time){entry->since.us + us};
	}
	return DIMP_NEVER;
}

static struct slot *slot_of(const struct di_store *store, unsigned slot)
{
	return slot < store->slot_count ? &store->slots[slot] : NULL;
}

/* Position of the entry with the record's keys; the slot's count if there is none. */
static size_t position_of(const struct slot *slot, const struct dimp_record *record)
{
	for (size_t i = 0; i < slot->count; i++)
		if (has_same_keys(&slot->entries[i]->record, record))
			return i;
	return slot->count;
}

static void tell(const struct di_store *store, unsigned slot, const struct dimp_record *change,
	struct dimp_time now)
{
	if (store->observer != NULL)
		store->observer(store->context, slot, change, now);
}

static void entry_destroy(struct di_entry *entry)
{
	explicit_bzero(entry, sizeof *entry);
	free(entry);
}

static struct slot *slot_make(struct di_store *store, unsigned slot)
{
	if (slot >= store->slot_count) {
		const size_t count = (size_t)slot + 1;
		struct slot *const slots = realloc(store->slots, count * sizeof *slots);
		if (slots == NULL)
			return NULL;
		for (size_t i = store->slot_count; i < count; i++)
			slots[i] = (struct slot){0};
		store->slots = slots;
		store->slot_count = count;
	}
	return &store->slots[slot];
}

static bool slot_append(struct slot *slot, struct di_entry *entry)
{
	if (slot->count == slot->capacity) {
		const size_t capacity = slot->capacity == 0 ? 16 : slot->capacity * 2;
		struct di_entry **const entries =
			realloc(slot->entries, capacity * sizeof(struct di_entry *));
		if (entries == NULL)
			return false;
		slot->entries = entries;
		slot->capacity = capacity;
	}
	slot->entries[slot->count++] = entry;
	return true;
}

static bool entry_add(struct slot *slot, const struct dimp_record *record, struct dimp_time now)
{
	struct di_entry *const entry = malloc(sizeof *entry);

	if (entry == NULL)
		return false;
	*entry = (struct di_entry){.record = *record, .since = now};
	if (slot_append(slot, entry))
		return true;
	entry_destroy(entry);
	return false;
}

/* Takes the entry out of the slot and tells its keys; the entry itself is wiped. */
static void entry_remove(struct di_store *store, unsigned number, size_t at, struct dimp_time now)
{
	struct slot *const slot = &store->slots[number];
	struct di_entry *const entry = slot->entries[at];

	slot->count--;
	store->totals[entry->record.type]--;
	for (size_t i = at; i < slot->count; i++)
		slot->entries[i] = slot->entries[i + 1];
	entry->record.operation = DIMP_OPERATION_DELETE;
	tell(store, number, &entry->record, now);
	entry_destroy(entry);
}

struct di_store *di_store_create(void)
{
	return calloc(1, sizeof(struct di_store));
}

void di_store_destroy(struct di_store *store)
{
	if (store == NULL)
		return;
	for (unsigned i = 0; i < store->slot_count; i++) {
		di_store_clear(store, i);
		free(store->slots[i].entries);
	}
	free(store->slots);
	free(store);
}

void di_store_set_observer(struct di_store *store, di_observer *observer, void *context)
{
	store->observer = observer;
	store->context = context;
}

bool di_store_put(struct di_store *store, unsigned slot, const struct dimp_record *record,
	struct dimp_time now)
{
	struct slot *const place = slot_make(store, slot);

	if (place == NULL || dimp_di_layout(record->type) == NULL)
		return false;
	struct dimp_record put = *record;
	put.operation = DIMP_OPERATION_PUT;
	const size_t at = position_of(place, record);
	bool is_kept = true;
	bool is_change = true;
	if (at == place->count) {
		is_kept = entry_add(place, &put, now);
		store->totals[record->type] += is_kept ? 1 : 0;
	} else {
		struct di_entry *const entry = place->entries[at];
		struct dimp_record current;
		di_entry_at(entry, now, &current);
		is_change = !has_same_fields(&current, &put);
		if (is_change)
			*entry = (struct di_entry){.record = put, .since = now};
		explicit_bzero(&current, sizeof current);
	}
	if (is_kept && is_change) {
		tell(store, slot, &put, now);
		is_kept = di_store_find(store, slot, &put) != NULL;
	}
	explicit_bzero(&put, sizeof put);
	return is_kept;
}

bool di_store_delete(struct di_store *store, unsigned slot, const struct dimp_record *record,
	struct dimp_time now)
{
	const struct slot *const place = slot_of(store, slot);

	if (place == NULL)
		return false;
	const size_t at = position_of(place, record);
	if (at == place->count)
		return false;
	entry_remove(store, slot, at, now);
	return true;
}

const struct di_entry *di_store_find(const struct di_store *store, unsigned slot,
	const struct dimp_record *record)
{
	const struct slot *const place = slot_of(store, slot);

	if (place == NULL)
		return NULL;
	const size_t at = position_of(place, record);
	return at < place->count ? place->entries[at] : NULL;
}

struct di_entry *di_store_meter(const struct di_store *store, unsigned slot, enum dimp_di_type type,
	size_t *cursor)
{
	const struct slot *const place = slot_of(store, slot);

	if (store->totals[type] == 0)
		return NULL; /* asked for every frame, of every VM */
	while (place != NULL && *cursor < place->count) {
		struct di_entry *const entry = place->entries[(*cursor)++];
		if (entry->record.type == type)
			return entry;
	}
	return NULL;
}

const struct di_entry *di_store_next(const struct di_store *store, unsigned slot,
	enum dimp_di_type type, size_t *cursor)
{
	return di_store_meter(store, slot, type, cursor);
}

void di_store_tell(const struct di_store *store, unsigned slot, enum dimp_di_type type,
	struct dimp_time now)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(store, slot, type, &cursor)) != NULL) {
		struct dimp_record record;
		di_entry_at(entry, now, &record);
		tell(store, slot, &record, now);
		/* One that the observer deleted has left its place to the next. */
		if (di_store_find(store, slot, &record) == NULL)
			cursor--;
		explicit_bzero(&record, sizeof record);
	}
}

size_t di_store_count(const struct di_store *store, unsigned slot, enum dimp_di_type type)
{
	size_t cursor = 0;
	size_t count = 0;

	while (di_store_next(store, slot, type, &cursor) != NULL)
		count++;
	return count;
}

void di_store_clear(struct di_store *store, unsigned slot)
{
	struct slot *const place = slot_of(store, slot);

	if (place == NULL)
		return;
	for (size_t i = 0; i < place->count; i++) {
		store->totals[place->entries[i]->record.type]--;
		entry_destroy(place->entries[i]);
	}
	place->count = 0;
}

void di_store_expire(struct di_store *store, struct dimp_time now)
{
	for (unsigned slot = 0; slot < store->slot_count; slot++) {
		size_t at = 0;
		while (at < store->slots[slot].count) {
			if (end_of(store->slots[slot].entries[at]).us <= now.us)
				entry_remove(store, slot, at, now);
			else
				at++;
		}
	}
}

struct dimp_time di_store_deadline(const struct di_store *store)
{
	struct dimp_time deadline = DIMP_NEVER;

	for (size_t slot = 0; slot < store->slot_count; slot++) {
		for (size_t i = 0; i < store->slots[slot].count; i++) {
			const struct dimp_time end = end_of(store->slots[slot].entries[i]);
			if (end.us < deadline.us)
				deadline = end;
		}
	}
	return deadline;
}
