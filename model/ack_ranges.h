/* SPDX-License-Identifier: MIT */
/*
 * A set of numbers kept as a bounded count of ranges: packet numbers to acknowledge, chunks of a
 * round that have arrived.
 */
#ifndef DIMP_ACK_RANGES_H
#define DIMP_ACK_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limits.h"

/* From first to last, both included. */
struct ack_ranges_range {
	uint64_t first, last;
};

/* All zero octets are the empty set. Ranges rise and never touch each other. */
struct ack_ranges {
	size_t count;
	struct ack_ranges_range ranges[DIMP_ACK_RANGES_MAX];
};

/* Adds |number|; false, with the set unchanged, when that would need one range too many. */
bool ack_ranges_add(struct ack_ranges *set, uint64_t number);

bool ack_ranges_contains(const struct ack_ranges *set, uint64_t number);

/* Whether every number from |first| to |last| is in the set. */
bool ack_ranges_covers(const struct ack_ranges *set, uint64_t first, uint64_t last);

/* Takes every number below |number| out. */
void ack_ranges_remove_below(struct ack_ranges *set, uint64_t number);

/* Takes the range of the lowest numbers out; the set is not empty. */
void ack_ranges_remove_lowest(struct ack_ranges *set);

/* The highest number; the set is not empty. */
uint64_t ack_ranges_largest(const struct ack_ranges *set);

#endif
