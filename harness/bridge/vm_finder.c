/* SPDX-License-Identifier: MIT */
/*
 * Chains of slots under a hash of the address.  Those of a chain stand in rising order, so that
 * whoever walks it meets the lowest first, as a walk over all slots would; no slot is as high as
 * VM_FINDER_NONE, at which each ends.
 */
#include "bridge/vm_finder.h"

#include <stdlib.h>

struct vm_finder {
	unsigned bucket_count; /* a power of two */
	unsigned *first; /* of each bucket */
	unsigned *next; /* of each slot */
};

/* FNV-1a: addresses of one maker differ in their last octets only. */
static unsigned bucket_of(const struct vm_finder *finder, const struct dimp_mac *mac)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t index = 0; index < sizeof mac->octets; index++)
		hash = (hash ^ mac->octets[index]) * 0x100000001b3u;
	return (unsigned)(hash ^ hash >> 32) & (finder->bucket_count - 1);
}

struct vm_finder *vm_finder_create(unsigned slots_max)
{
	struct vm_finder *finder = calloc(1, sizeof *finder);

	if (!finder)
		return NULL;
	finder->bucket_count = 1;
	while (finder->bucket_count < slots_max)
		finder->bucket_count *= 2;
	finder->first = calloc(finder->bucket_count, sizeof *finder->first);
	finder->next = calloc((size_t)slots_max + 1, sizeof *finder->next);
	if (!finder->first || !finder->next) {
		vm_finder_destroy(finder);
		return NULL;
	}
	for (unsigned bucket = 0; bucket < finder->bucket_count; bucket++)
		finder->first[bucket] = VM_FINDER_NONE;
	return finder;
}

void vm_finder_destroy(struct vm_finder *finder)
{
	if (!finder)
		return;
	free(finder->first);
	free(finder->next);
	free(finder);
}

/* Where the chain of |mac| names the first slot that is not below |slot|. */
static unsigned *place_of(const struct vm_finder *finder, const struct dimp_mac *mac, unsigned slot)
{
	unsigned *place = &finder->first[bucket_of(finder, mac)];

	while (*place < slot)
		place = &finder->next[*place];
	return place;
}

void vm_finder_add(struct vm_finder *finder, unsigned slot, const struct dimp_mac *mac)
{
	unsigned *place = place_of(finder, mac, slot);

	finder->next[slot] = *place;
	*place = slot;
}

void vm_finder_remove(struct vm_finder *finder, unsigned slot, const struct dimp_mac *mac)
{
	unsigned *place = place_of(finder, mac, slot);

	if (*place == slot)
		*place = finder->next[slot];
}

unsigned vm_finder_next(const struct vm_finder *finder, const struct dimp_mac *mac, unsigned after)
{
	return after == VM_FINDER_NONE ? finder->first[bucket_of(finder, mac)]
				       : finder->next[after];
}
