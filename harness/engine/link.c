/* SPDX-License-Identifier: MIT */
/*
 * Owns the arithmetic of a link's direction.  A frame takes (octets + 24) * 8 / rate of transmitter
 * time, frames below 60 octets as 60.  The transmitter's free time is kept as whole microseconds
 * and an exact fraction over the rate, so that throughput is exact however short a frame's time;
 * only the arrival is rounded, up to the next whole microsecond, because a frame is not there
 * before its last bit.  (One 64-octet frame at 10 Gb/s arrives after delay + 1 us, and 10,000 back
 * to back within delay + 672 us, not within 10,000 us.)
 *
 * Every frame that gets onto the wire takes the same number of draws from the side's random stream
 * whatever the configuration: two runs that differ only in a loss rate meet the same dice.
 */
#include "engine/link.h"

#include <stdlib.h>

enum { MAC_HEADER_SIZE = 14, VLAN_TAG_SIZE = 4, VLAN_TAGS_MAX = 2, WAITING_FIRST = 16 };

struct link_waiting {
	uint64_t start_us;
	size_t size;
};

static uint64_t add_saturated(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t draw_up_to(struct random_stream *random, uint64_t most)
{
	const uint64_t drawn = random_stream_next(random);

	return most == UINT64_MAX ? drawn : drawn % (most + 1);
}

static bool draw_ppm(struct random_stream *random, uint32_t ppm)
{
	return draw_up_to(random, 999999) < ppm;
}

/* VLAN tags count as header: a tagged frame of 1500 octets of data fits an MTU of 1500. */
static size_t header_size(struct dimp_view frame)
{
	size_t size = MAC_HEADER_SIZE;

	for (int tags = 0; tags < VLAN_TAGS_MAX && frame.size >= size; tags++) {
		const unsigned ethertype =
			(unsigned)frame.octets[size - 2] << 8 | frame.octets[size - 1];

		if (ethertype != 0x8100 && ethertype != 0x88a8)
			break;
		size += VLAN_TAG_SIZE;
	}
	return size;
}

static bool fits_mtu(const struct link_side *side, struct dimp_view frame)
{
	return side->config.mtu == 0 || frame.size <= header_size(frame) ||
		frame.size - header_size(frame) <= side->config.mtu;
}

static void forget_started(struct link_side *side, struct dimp_time now)
{
	while (side->waiting_count && side->waiting[side->waiting_first].start_us <= now.us) {
		side->queued_octets -= side->waiting[side->waiting_first].size;
		side->waiting_first = (side->waiting_first + 1) % side->waiting_capacity;
		side->waiting_count--;
	}
}

static bool grow_waiting(struct link_side *side)
{
	const size_t capacity = side->waiting_capacity ? side->waiting_capacity * 2 : WAITING_FIRST;
	struct link_waiting *waiting = calloc(capacity, sizeof *waiting);

	if (!waiting)
		return false;
	for (size_t index = 0; index < side->waiting_count; index++)
		waiting[index] =
			side->waiting[(side->waiting_first + index) % side->waiting_capacity];
	free(side->waiting);
	side->waiting = waiting;
	side->waiting_first = 0;
	side->waiting_capacity = capacity;
	return true;
}

static bool add_waiting(struct link_side *side, uint64_t start_us, size_t size)
{
	if (side->waiting_count == side->waiting_capacity && !grow_waiting(side))
		return false;

	const size_t index = (side->waiting_first + side->waiting_count) % side->waiting_capacity;

	side->waiting[index] = (struct link_waiting){start_us, size};
	side->waiting_count++;
	side->queued_octets += size;
	return true;
}

/* Gives |size| octets the transmitter's time from when it is free, if the queue has room. */
static enum link_verdict occupy(struct link_side *side, size_t size, struct dimp_time now)
{
	if (side->free_us < now.us) {
		side->free_us = now.us;
		side->free_part = 0;
	}
	if (side->config.rate_bps == 0)
		return LINK_PASSED;
	forget_started(side, now);
	if (side->free_us > now.us) {
		const size_t bound = side->config.queue_octets;

		if (bound && (size > bound || side->queued_octets > bound - size))
			return LINK_QUEUE_FULL;
		if (!add_waiting(side, side->free_us, size))
			return LINK_NO_MEMORY;
	}

	const size_t padded = size < LINK_FRAME_MIN ? LINK_FRAME_MIN : size;
	const uint64_t parts =
		side->free_part + (uint64_t)(padded + LINK_OVERHEAD_OCTETS) * 8 * 1000000;

	side->free_us = add_saturated(side->free_us, parts / side->config.rate_bps);
	side->free_part = parts % side->config.rate_bps;
	return LINK_PASSED;
}

static struct link_copy draw_copy(struct link_side *side, size_t size, uint64_t direct_us)
{
	const struct engine_link_config *config = &side->config;
	const uint64_t jitter_us = draw_up_to(&side->random, config->jitter_us);
	const bool is_held = draw_ppm(&side->random, config->reorder_ppm);
	const bool is_corrupt = draw_ppm(&side->random, config->corrupt_ppm);
	const uint64_t bit = random_stream_next(&side->random);
	uint64_t arrival_us = add_saturated(direct_us, jitter_us);

	if (is_held)
		arrival_us = add_saturated(arrival_us, config->reorder_us);
	return (struct link_copy){
		.arrival = {arrival_us},
		.flipped_bit = is_corrupt && size ? (size_t)(bit % (size * 8)) : SIZE_MAX,
	};
}

void link_side_init(struct link_side *side, const struct engine_link_config *config,
	const struct random_stream *random)
{
	*side = (struct link_side){.config = *config, .random = *random};
}

void link_side_configure(struct link_side *side, const struct engine_link_config *config)
{
	/* A fraction over the old rate means nothing over the new one: the started us is used up.
	 */
	if (config->rate_bps != side->config.rate_bps && side->free_part) {
		side->free_us = add_saturated(side->free_us, 1);
		side->free_part = 0;
	}
	side->config = *config;
}

enum link_verdict link_side_judge(const struct link_side *side, struct dimp_view frame)
{
	if (side->config.is_cut)
		return LINK_CUT;
	return fits_mtu(side, frame) ? LINK_PASSED : LINK_TOO_LONG;
}

enum link_verdict link_side_draw(struct link_side *side, size_t size, uint64_t arrival_us,
	struct link_passage *passage)
{
	const bool is_lost = draw_ppm(&side->random, side->config.loss_ppm);
	const bool is_doubled = draw_ppm(&side->random, side->config.duplicate_ppm);

	passage->copy_count = is_doubled ? 2 : 1;
	for (size_t index = 0; index < 2; index++)
		passage->copies[index] = draw_copy(side, size, arrival_us);
	return is_lost ? LINK_LOST : LINK_PASSED;
}

enum link_verdict link_side_send(struct link_side *side, struct dimp_view frame,
	struct dimp_time now, struct link_passage *passage)
{
	enum link_verdict verdict = link_side_judge(side, frame);

	if (verdict == LINK_PASSED)
		verdict = occupy(side, frame.size, now);
	if (verdict != LINK_PASSED)
		return verdict;

	const uint64_t sent_us = add_saturated(side->free_us, side->free_part ? 1 : 0);

	return link_side_draw(side, frame.size, add_saturated(sent_us, side->config.delay_us),
		passage);
}

void link_side_wipe(struct link_side *side)
{
	free(side->waiting);
	*side = (struct link_side){.config = side->config};
}
