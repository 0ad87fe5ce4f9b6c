/* SPDX-License-Identifier: MIT */
/*
 * Pre-copy (Clark et al., "Live Migration of Virtual Machines", 2005): each round copies what was
 * made dirty during the one before.
 */
#include "actors/memory_copy.h"

enum { ROUNDS_MAX = 30 };

static const uint64_t stop_target_us = 20000;

/* Rounded up, without overflow for memories of petabytes. */
static uint64_t time_of(uint64_t octets, uint64_t rate_bps)
{
	const uint64_t octets_per_ms = rate_bps / 8000 ? rate_bps / 8000 : 1;
	const uint64_t rest = octets % octets_per_ms;

	return octets / octets_per_ms * 1000 + (rest * 1000 + octets_per_ms - 1) / octets_per_ms;
}

static uint64_t dirtied_in(const struct memory_copy_config *config, uint64_t time_us)
{
	const uint64_t dirty = config->dirty_octets_per_s / 1000 * (time_us / 1000 + 1);

	if (config->dirty_octets_per_s == 0)
		return 0;
	return dirty < config->memory_octets ? dirty : config->memory_octets;
}

struct memory_copy memory_copy_plan(const struct memory_copy_config *config)
{
	struct memory_copy copy = {0};
	uint64_t left = config->memory_octets;

	if (config->rate_bps == 0)
		return copy;
	for (int round = 0; round < ROUNDS_MAX; round++) {
		const uint64_t time_us = time_of(left, config->rate_bps);
		const uint64_t dirtied = dirtied_in(config, time_us);
		copy.copy_us += time_us;
		const bool is_shrinking = dirtied < left;
		left = dirtied;
		if (!is_shrinking || time_of(left, config->rate_bps) <= stop_target_us)
			break;
	}
	copy.stop_us = time_of(left, config->rate_bps);
	return copy;
}

uint64_t memory_copy_slower(uint64_t one_bps, uint64_t other_bps)
{
	if (one_bps == 0 || other_bps == 0)
		return one_bps | other_bps;
	return one_bps < other_bps ? one_bps : other_bps;
}
