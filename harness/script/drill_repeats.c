/* SPDX-License-Identifier: MIT */
/* Of each message a sum is kept (FNV-1a, of 64 bits): two that differ hardly ever have the same. */
#include "script/drill_repeats.h"

/* Where the age of DATA stands in its TLV. */
enum { AGE_FIRST = 4 + 14, AGE_LAST = AGE_FIRST + 3 };

static bool is_data(struct dimp_view octets)
{
	return octets.size > AGE_LAST && octets.octets[0] == DIMP_MESSAGE_DATA >> 8 &&
		octets.octets[1] == (DIMP_MESSAGE_DATA & 0xff);
}

static uint64_t sum_of(dimp_peer peer, struct dimp_view octets)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325) ^ peer;

	for (size_t index = 0; index < octets.size; index++) {
		if (is_data(octets) && index >= AGE_FIRST && index <= AGE_LAST)
			continue;
		sum = (sum ^ octets.octets[index]) * UINT64_C(0x100000001b3);
	}
	return sum;
}

bool drill_repeats_note(struct drill_repeats *repeats, dimp_peer peer, struct dimp_view octets)
{
	const uint64_t sum = sum_of(peer, octets);
	const size_t kept = repeats->count < DRILL_REPEATS_MAX ? repeats->count : DRILL_REPEATS_MAX;

	for (size_t index = 0; index < kept; index++) {
		if (repeats->sums[index] == sum)
			return true;
	}
	repeats->sums[repeats->count++ % DRILL_REPEATS_MAX] = sum;
	return false;
}
