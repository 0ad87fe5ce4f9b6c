/* SPDX-License-Identifier: MIT */
/*
 * Owns the sliding window of DIMP 5.5. The bitmap is a ring of 64-bit blocks, as in RFC 6479:
 * moving on clears whole blocks and shifts nothing. One block is always partly ahead of the highest
 * number, so the width that is promised is one block less than the ring.
 */
#include "replay_window.h"

#include <assert.h>

static uint64_t block_of(uint64_t number)
{
	return number / 64;
}

static uint64_t bit_of(uint64_t number)
{
	return UINT64_C(1) << (number % 64);
}

bool replay_window_is_fresh(const struct replay_window *window, uint64_t number)
{
	if (number >= window->end)
		return true;
	if (window->end - number > REPLAY_WINDOW_WIDTH)
		return false;
	return !(window->blocks[block_of(number) % DIMP_REPLAY_WINDOW_BLOCKS] & bit_of(number));
}

void replay_window_add(struct replay_window *window, uint64_t number)
{
	assert(number != UINT64_MAX);
	assert(replay_window_is_fresh(window, number));
	if (number >= window->end) {
		const uint64_t newest = window->end > 0 ? block_of(window->end - 1) : 0;
		const uint64_t steps = block_of(number) - newest;

		for (uint64_t step = 1; step <= steps && step <= DIMP_REPLAY_WINDOW_BLOCKS; step++)
			window->blocks[(newest + step) % DIMP_REPLAY_WINDOW_BLOCKS] = 0;
		window->end = number + 1;
	}
	window->blocks[block_of(number) % DIMP_REPLAY_WINDOW_BLOCKS] |= bit_of(number);
}
