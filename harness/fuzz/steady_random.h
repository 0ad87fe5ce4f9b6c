/* SPDX-License-Identifier: MIT */
/* Random octets that begin anew with each input, so that an input is one run. */
#ifndef FUZZ_STEADY_RANDOM_H
#define FUZZ_STEADY_RANDOM_H

#include <stddef.h>
#include <stdint.h>

static inline void steady_random(uint64_t *state, uint8_t *octets, size_t size)
{
	for (size_t index = 0; index < size; index++) {
		*state = *state * 6364136223846793005u + 1442695040888963407u;
		octets[index] = (uint8_t)(*state >> 56);
	}
}

#endif
