/* SPDX-License-Identifier: MIT */
/*
 * Token buckets in the store's entries: |since| is when they were filled last, and what is left of
 * an octet then is in |fractions|, counted in bits times microseconds, so that no rate is lost to
 * rounding.  Rates count octets from the destination address to the FCS (DIMP 8.15-3).
 */
#include "bridge/policer.h"

static const uint64_t units_per_octet = 8000000;

/* One of the two buckets of a policer. */
struct bucket {
	uint32_t *tokens, *fraction;
	uint32_t burst;
};

/* Adds |units| to the bucket; what it has no room for, in octets. */
static uint64_t fill(const struct bucket *bucket, uint64_t units)
{
	const uint64_t gained = units + *bucket->fraction;
	const uint64_t octets = gained / units_per_octet;
	const uint64_t room = bucket->burst - *bucket->tokens;

	*bucket->fraction = (uint32_t)(gained % units_per_octet);
	if (octets < room) {
		*bucket->tokens += (uint32_t)octets;
		return 0;
	}
	*bucket->tokens = bucket->burst;
	return octets - room;
}

/* What |rate| gives in that time, but no more than fills |octets_max|. */
static uint64_t units_of(uint64_t rate, uint64_t elapsed_us, uint64_t octets_max)
{
	const uint64_t most = octets_max * units_per_octet;

	return rate != 0 && elapsed_us > most / rate ? most : elapsed_us * rate;
}

static void refill(struct di_entry *entry, const struct bucket *committed,
	const struct bucket *excess, struct dimp_time now)
{
	const struct dimp_policer *policer = &entry->record.body.policer;
	const uint64_t elapsed_us = now.us - entry->since.us;
	const uint64_t octets_max = (uint64_t)committed->burst + excess->burst;

	entry->since = now;
	uint64_t more = fill(committed, units_of(policer->committed_rate, elapsed_us, octets_max));
	const bool is_handed_on = policer->meter == DIMP_METER_SINGLE_RATE || policer->is_coupled;
	if (!is_handed_on)
		more = 0;
	const uint64_t own = units_of(policer->excess_rate, elapsed_us, octets_max);
	(void)fill(excess, own + more * units_per_octet);
}

static bool take(const struct bucket *bucket, uint32_t octets)
{
	if (*bucket->tokens < octets)
		return false;
	*bucket->tokens -= octets;
	return true;
}

/* RFC 2698: what exceeds the peak is red, and what is green has both. */
static bool take_two_rates(const struct bucket *committed, const struct bucket *peak,
	uint32_t octets)
{
	if (!take(peak, octets))
		return false;
	(void)take(committed, octets);
	return true;
}

static void count_drop(struct dimp_policer *policer, uint32_t octets)
{
	if (policer->attributes >> DIMP_ATTRIBUTE_policer_dropped_frames & 1)
		policer->dropped_frames++;
	if (policer->attributes >> DIMP_ATTRIBUTE_policer_dropped_octets & 1)
		policer->dropped_octets += octets;
}

static bool meter(struct di_entry *entry, uint32_t octets, struct dimp_time now)
{
	struct dimp_policer *policer = &entry->record.body.policer;
	const struct bucket committed = {&policer->committed_tokens, &entry->fractions[0],
		policer->committed_burst};
	const struct bucket excess = {&policer->excess_tokens, &entry->fractions[1],
		policer->excess_burst};

	refill(entry, &committed, &excess, now);
	const bool passes = policer->meter == DIMP_METER_TWO_RATES
		? take_two_rates(&committed, &excess, octets)
		: take(&committed, octets) || take(&excess, octets);
	if (!passes)
		count_drop(policer, octets);
	return passes;
}

static bool is_for(const struct dimp_policer *policer, const struct policed_frame *policed)
{
	static const struct dimp_mac whole_vsi;

	return policer->direction == (uint8_t)policed->direction &&
		(edge_mac_equals(&policer->client, &policed->client) ||
			edge_mac_equals(&policer->client, &whole_vsi));
}

bool policer_passes(const struct di_store *store, const struct policed_frame *policed,
	struct dimp_time now)
{
	const uint32_t octets = edge_frame_wire_size(policed->frame);
	struct di_entry *entry;
	size_t cursor = 0;
	bool passes = true;

	while ((entry = di_store_meter(store, policed->slot, DIMP_DI_POLICER, &cursor)) != NULL) {
		if (passes && is_for(&entry->record.body.policer, policed))
			passes = meter(entry, octets, now);
	}
	return passes;
}
