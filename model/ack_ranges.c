/* SPDX-License-Identifier: MIT */
/*
 * Owns the bounded set of ranges. Invariant: ranges rise, and between two of them at least one
 * number is missing, so that equal sets have equal representations. Searches start at the top,
 * where numbers that arrive in order go.
 */
#include "ack_ranges.h"

#include <assert.h>
#include <string.h>

/* How many ranges begin at or below |number|: the last of them is the only one that can hold it. */
static size_t count_up_to(const struct ack_ranges *set, uint64_t number)
{
	size_t count = set->count;

	while (count > 0 && set->ranges[count - 1].first > number)
		count--;
	return count;
}

static void remove_at(struct ack_ranges *set, size_t index)
{
	set->count--;
	memmove(&set->ranges[index], &set->ranges[index + 1],
		(set->count - index) * sizeof set->ranges[0]);
}

static bool insert_at(struct ack_ranges *set, size_t index, uint64_t number)
{
	if (set->count == DIMP_ACK_RANGES_MAX)
		return false;
	memmove(&set->ranges[index + 1], &set->ranges[index],
		(set->count - index) * sizeof set->ranges[0]);
	set->ranges[index] = (struct ack_ranges_range){number, number};
	set->count++;
	return true;
}

bool ack_ranges_add(struct ack_ranges *set, uint64_t number)
{
	const size_t above = count_up_to(set, number);
	struct ack_ranges_range *below = above > 0 ? &set->ranges[above - 1] : NULL;
	struct ack_ranges_range *next = above < set->count ? &set->ranges[above] : NULL;

	if (below && number <= below->last)
		return true;
	/* |below| ends under |number|, |next| begins over it: neither sum can wrap. */
	const bool joins_below = below && below->last + 1 == number;
	const bool joins_next = next && number + 1 == next->first;
	if (joins_below && joins_next) {
		below->last = next->last;
		remove_at(set, above);
		return true;
	}
	if (joins_below) {
		below->last = number;
		return true;
	}
	if (joins_next) {
		next->first = number;
		return true;
	}
	return insert_at(set, above, number);
}

bool ack_ranges_contains(const struct ack_ranges *set, uint64_t number)
{
	return ack_ranges_covers(set, number, number);
}

bool ack_ranges_covers(const struct ack_ranges *set, uint64_t first, uint64_t last)
{
	const size_t count = count_up_to(set, first);

	assert(first <= last);
	return count > 0 && last <= set->ranges[count - 1].last;
}

void ack_ranges_remove_below(struct ack_ranges *set, uint64_t number)
{
	while (set->count > 0 && set->ranges[0].last < number)
		ack_ranges_remove_lowest(set);
	if (set->count > 0 && set->ranges[0].first < number)
		set->ranges[0].first = number;
}

void ack_ranges_remove_lowest(struct ack_ranges *set)
{
	assert(set->count > 0);
	remove_at(set, 0);
}

uint64_t ack_ranges_largest(const struct ack_ranges *set)
{
	assert(set->count > 0);
	return set->ranges[set->count - 1].last;
}
