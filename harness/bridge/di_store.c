/* SPDX-License-Identifier: MIT */
/*
 * The DI of a bridge in memory.  Every entry is an allocation of its own, so that a record with a
 * SAK is never copied by a growing table and is wiped where it lay; a slot keeps its entries in the
 * order in which they came, and an index finds them by their keys.
 *
 * One that goes leaves a hole, which walks pass over.  Holes are closed when a slot that is half of
 * them gets one more entry; a cursor is no place but the number of an entry, each of which has a
 * higher one than those before, so that it stands for the same after that.
 *
 * The life of an entry is its first DECAYS field.  Others (re-authentication, the older host's
 * presence) run down too, but what their end means is the source's to say.
 */
#include "bridge/di_store.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/entry_index.h"
#include "bridge/record_keys.h"

enum { HOLES_BORNE = 16 };

struct place {
	struct indexed_entry *entry; /* NULL: a hole */
	size_t number;
};

struct slot {
	struct place *places; /* their numbers rise */
	size_t count, capacity; /* holes included; the last is none */
	size_t holes;
	size_t numbered; /* so many entries have come since ever */
	size_t of_type[DIMP_DI_TYPES];
	struct dimp_time deadline; /* when the next one runs out, if |first_to_end| is not 0 */
	size_t first_to_end; /* how many do then; 0: nobody knows */
};

struct di_store {
	struct slot *slots;
	size_t slot_count;
	size_t totals[DIMP_DI_TYPES]; /* of entries of each type, in all slots */
	struct entry_index index;
	di_observer *observer;
	void *context;
};

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
		if (field->role == DIMP_ROLE_DECAYS && record_has_field(record, field))
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
		memcpy(&duration, (const uint8_t *)&entry->record.body + field->offset,
			sizeof duration);
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

static void tell(const struct di_store *store, unsigned slot, const struct dimp_record *change,
	struct dimp_time now)
{
	if (store->observer != NULL)
		store->observer(store->context, slot, change, now);
}

static void entry_destroy(struct indexed_entry *entry)
{
	explicit_bzero(entry, sizeof *entry);
	free(entry);
}

/* An entry that lives until |end| came. */
static void note_end(struct slot *slot, struct dimp_time end)
{
	if (slot->first_to_end == 0 || end.us > slot->deadline.us)
		return;
	slot->first_to_end = end.us < slot->deadline.us ? 1 : slot->first_to_end + 1;
	slot->deadline = end;
}

/* One that lived until |end| went.  After the last of the first, who is next has to be looked for.
 */
static void forget_end(struct slot *slot, struct dimp_time end)
{
	if (slot->first_to_end > 0 && end.us == slot->deadline.us)
		slot->first_to_end--;
}

static struct slot *slot_make(struct di_store *store, unsigned slot)
{
	if (slot >= store->slot_count) {
		const size_t count = (size_t)slot + 1;
		struct slot *const slots = realloc(store->slots, count * sizeof *slots);
		if (slots == NULL)
			return NULL;
		for (size_t i = store->slot_count; i < count; i++)
			slots[i] = (struct slot){.count = 0};
		store->slots = slots;
		store->slot_count = count;
	}
	return &store->slots[slot];
}

/* The first place whose number is not below |number|; the end when there is none. */
static size_t place_of(const struct slot *slot, size_t number)
{
	size_t low = 0, high = slot->count;

	/* No hole was closed before it. */
	if (number < slot->count && slot->places[number].number == number)
		return number;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (slot->places[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void close_holes(struct slot *slot)
{
	size_t count = 0;

	for (size_t at = 0; at < slot->count; at++)
		if (slot->places[at].entry != NULL)
			slot->places[count++] = slot->places[at];
	slot->count = count;
	slot->holes = 0;
}

/* Room for one more behind all others. */
static bool slot_make_room(struct slot *slot)
{
	if (slot->holes > HOLES_BORNE && slot->holes * 2 > slot->count)
		close_holes(slot);
	if (slot->count < slot->capacity)
		return true;
	const size_t capacity = slot->capacity == 0 ? 16 : slot->capacity * 2;
	struct place *const places = realloc(slot->places, capacity * sizeof *places);

	if (places == NULL)
		return false;
	slot->places = places;
	slot->capacity = capacity;
	return true;
}

/* Member by member: of a whole one that is made first, its keys would stay on the stack. */
static void entry_fill(struct di_entry *entry, const struct dimp_record *record,
	struct dimp_time now)
{
	entry->record = *record;
	entry->since = now;
	entry->fractions[0] = entry->fractions[1] = 0;
}

static bool entry_add(struct di_store *store, unsigned number, const struct dimp_record *record,
	struct dimp_time now)
{
	struct slot *const slot = &store->slots[number];
	struct indexed_entry *const entry = slot_make_room(slot) ? malloc(sizeof *entry) : NULL;

	if (entry == NULL)
		return false;
	entry_fill(&entry->entry, record, now);
	entry->hash = record_keys_hash(record);
	entry->slot = number;
	entry->number = slot->numbered;
	if (!entry_index_add(&store->index, entry)) {
		entry_destroy(entry);
		return false;
	}
	slot->places[slot->count++] = (struct place){entry, slot->numbered++};
	slot->of_type[record->type]++;
	store->totals[record->type]++;
	note_end(slot, end_of(&entry->entry));
	return true;
}

/* Takes the entry out of the slot and tells its keys; the entry itself is wiped. */
static void entry_remove(struct di_store *store, struct indexed_entry *entry, struct dimp_time now)
{
	struct slot *const slot = &store->slots[entry->slot];

	entry_index_remove(&store->index, entry);
	slot->places[place_of(slot, entry->number)].entry = NULL;
	slot->holes++;
	while (slot->count > 0 && slot->places[slot->count - 1].entry == NULL) {
		slot->count--;
		slot->holes--;
	}
	slot->of_type[entry->entry.record.type]--;
	store->totals[entry->entry.record.type]--;
	forget_end(slot, end_of(&entry->entry));
	entry->entry.record.operation = DIMP_OPERATION_DELETE;
	tell(store, entry->slot, &entry->entry.record, now);
	entry_destroy(entry);
}

/* Makes the entry what |put| says; false when that changes nothing but time. */
static bool entry_replace(struct di_store *store, struct indexed_entry *entry,
	const struct dimp_record *put, struct dimp_time now)
{
	struct slot *const slot = &store->slots[entry->slot];
	struct dimp_record current;

	di_entry_at(&entry->entry, now, &current);
	const bool is_change = !record_fields_equal(&current, put);
	explicit_bzero(&current, sizeof current);
	if (!is_change)
		return false;
	forget_end(slot, end_of(&entry->entry));
	entry_fill(&entry->entry, put, now);
	note_end(slot, end_of(&entry->entry));
	return true;
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
		free(store->slots[i].places);
	}
	entry_index_free(&store->index);
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
	if (dimp_di_layout(record->type) == NULL || slot_make(store, slot) == NULL)
		return false;
	struct dimp_record put = *record;
	put.operation = DIMP_OPERATION_PUT;
	struct indexed_entry *const entry = entry_index_find(&store->index, slot, record);
	bool is_kept = entry != NULL || entry_add(store, slot, &put, now);
	if (is_kept && (entry == NULL || entry_replace(store, entry, &put, now)) &&
		store->observer != NULL) {
		tell(store, slot, &put, now);
		is_kept = di_store_find(store, slot, &put) != NULL;
	}
	explicit_bzero(&put, sizeof put);
	return is_kept;
}

bool di_store_delete(struct di_store *store, unsigned slot, const struct dimp_record *record,
	struct dimp_time now)
{
	struct indexed_entry *const entry = entry_index_find(&store->index, slot, record);

	if (entry == NULL)
		return false;
	entry_remove(store, entry, now);
	return true;
}

const struct di_entry *di_store_find(const struct di_store *store, unsigned slot,
	const struct dimp_record *record)
{
	const struct slot *const place = slot_of(store, slot);

	if (place == NULL || record->type >= DIMP_DI_TYPES || place->of_type[record->type] == 0)
		return NULL;
	const struct indexed_entry *const entry = entry_index_find(&store->index, slot, record);
	return entry != NULL ? &entry->entry : NULL;
}

bool di_store_next_holder(const struct di_store *store, const struct dimp_record *record,
	struct di_holder *holder)
{
	/* Each stands first in what the index has of it. */
	const struct indexed_entry *const after = (const void *)holder->entry;
	const struct indexed_entry *const next = entry_index_next(&store->index, record, after);

	if (next == NULL)
		return false;
	*holder = (struct di_holder){&next->entry, next->slot};
	return true;
}

struct di_entry *di_store_meter(const struct di_store *store, unsigned slot, enum dimp_di_type type,
	size_t *cursor)
{
	const struct slot *const walked = slot_of(store, slot);

	if (walked == NULL || walked->of_type[type] == 0)
		return NULL; /* asked for every frame */
	for (size_t at = place_of(walked, *cursor); at < walked->count; at++) {
		struct indexed_entry *const entry = walked->places[at].entry;
		*cursor = walked->places[at].number + 1;
		if (entry != NULL && entry->entry.record.type == type)
			return &entry->entry;
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
		explicit_bzero(&record, sizeof record);
	}
}

size_t di_store_count(const struct di_store *store, unsigned slot, enum dimp_di_type type)
{
	const struct slot *const place = slot_of(store, slot);

	return place != NULL ? place->of_type[type] : 0;
}

size_t di_store_total(const struct di_store *store, enum dimp_di_type type)
{
	return store->totals[type];
}

void di_store_clear(struct di_store *store, unsigned slot)
{
	struct slot *const place = slot_of(store, slot);

	if (place == NULL)
		return;
	for (size_t at = 0; at < place->count; at++) {
		struct indexed_entry *const entry = place->places[at].entry;
		if (entry == NULL)
			continue;
		store->totals[entry->entry.record.type]--;
		entry_index_remove(&store->index, entry);
		entry_destroy(entry);
	}
	*place = (struct slot){
		.places = place->places,
		.capacity = place->capacity,
		.numbered = place->numbered,
	};
}

/* When the next entry of the slot runs out. */
static struct dimp_time slot_deadline(struct slot *slot)
{
	if (slot->first_to_end > 0)
		return slot->deadline;
	slot->deadline = DIMP_NEVER;
	slot->first_to_end = 1; /* those that do not end are never counted down to 0 */
	for (size_t at = 0; at < slot->count; at++)
		if (slot->places[at].entry != NULL)
			note_end(slot, end_of(&slot->places[at].entry->entry));
	return slot->deadline;
}

static void slot_expire(struct di_store *store, unsigned number, struct dimp_time now)
{
	for (size_t at = 0; at < store->slots[number].count; at++) {
		struct indexed_entry *const entry = store->slots[number].places[at].entry;
		if (entry != NULL && end_of(&entry->entry).us <= now.us)
			entry_remove(store, entry, now);
	}
}

void di_store_expire(struct di_store *store, struct dimp_time now)
{
	for (unsigned slot = 0; slot < store->slot_count; slot++)
		if (slot_deadline(&store->slots[slot]).us <= now.us)
			slot_expire(store, slot, now);
}

struct dimp_time di_store_deadline(const struct di_store *store)
{
	struct dimp_time deadline = DIMP_NEVER;

	for (size_t slot = 0; slot < store->slot_count; slot++) {
		const struct dimp_time end = slot_deadline(&store->slots[slot]);
		if (end.us < deadline.us)
			deadline = end;
	}
	return deadline;
}
