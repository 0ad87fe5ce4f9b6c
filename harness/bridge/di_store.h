/* SPDX-License-Identifier: MIT */
/*
 * The DI a bridge holds, as the forwarding plane and the sources use it: one entry for every
 * record, grouped by VM (slot) and DI type, with the instant at which its durations were right. The
 * store is the one truth in the harness: sources write it, effects read it, and an observer mirrors
 * every change into the bridge's DIMP speaker.
 */
#ifndef BRIDGE_DI_STORE_H
#define BRIDGE_DI_STORE_H

#include "dimp.h"

struct di_store;

struct di_entry {
	struct dimp_record record; /* operation PUT */
	struct dimp_time since; /* when the durations in the record were right */
	uint32_t fractions[2]; /* what a meter's buckets hold beyond whole octets (policer.h) */
};

/* Sees every change: a PUT with the whole record or a DELETE with its keys. */
typedef void di_observer(void *context, unsigned slot, const struct dimp_record *change,
	struct dimp_time now);

struct di_store *di_store_create(void);
void di_store_destroy(struct di_store *store); /* secrets are wiped */
void di_store_set_observer(struct di_store *store, di_observer *observer, void *context);

/* Adds or replaces the entry with the record's keys; told to the observer if anything changed
 * beyond durations running down.  False without memory, or when the observer deleted it: it
 * would not have it in force. */
bool di_store_put(struct di_store *store, unsigned slot, const struct dimp_record *record,
	struct dimp_time now);
/* Removes the entry with the keys of |record|; told to the observer.  False if there was none. */
bool di_store_delete(struct di_store *store, unsigned slot, const struct dimp_record *record,
	struct dimp_time now);
/* The entry with the keys of |record|, NULL if none; borrowed until the next change. */
const struct di_entry *di_store_find(const struct di_store *store, unsigned slot,
	const struct dimp_record *record);
/* One that has an entry with certain keys; |entry| is NULL before the first. */
struct di_holder {
	const struct di_entry *entry; /* borrowed until the next change */
	unsigned slot;
};

/* The next slot, in no order, that has an entry with the keys of |record|; false when there is no
 * further. */
bool di_store_next_holder(const struct di_store *store, const struct dimp_record *record,
	struct di_holder *holder);
/* Walks the entries of a slot and DI type in the order in which they came; |*cursor| starts at 0;
 * NULL at the end.  What goes meanwhile is not met, what comes is met last. */
const struct di_entry *di_store_next(const struct di_store *store, unsigned slot,
	enum dimp_di_type type, size_t *cursor);
/*
 * The same walk for who counts frames: fields of the role COUNTER, |since| of an entry that has no
 * durations and the fractions may be changed.  The observer hears of it with di_store_tell() only,
 * or with what else changes in the entry.
 */
struct di_entry *di_store_meter(const struct di_store *store, unsigned slot, enum dimp_di_type type,
	size_t *cursor);
/* Tells the observer each entry of a slot and DI type as it stands; the one that he is told of he
 * may delete. */
void di_store_tell(const struct di_store *store, unsigned slot, enum dimp_di_type type,
	struct dimp_time now);
size_t di_store_count(const struct di_store *store, unsigned slot, enum dimp_di_type type);
/* How many entries of a DI type all slots have. */
size_t di_store_total(const struct di_store *store, enum dimp_di_type type);

/* Removes all of a slot without telling the observer (it has moved, or was never in force). */
void di_store_clear(struct di_store *store, unsigned slot);
/* Deletes (and tells) entries whose remaining time has run out by |now|. */
void di_store_expire(struct di_store *store, struct dimp_time now);
/* When the next one runs out; DIMP_NEVER if none. */
struct dimp_time di_store_deadline(const struct di_store *store);

/* The record of |entry| with durations as they stand at |now|. */
void di_entry_at(const struct di_entry *entry, struct dimp_time now, struct dimp_record *record);

#endif
