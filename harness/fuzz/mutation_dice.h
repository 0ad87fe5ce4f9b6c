/* SPDX-License-Identifier: MIT */
/* What a mutator draws: all of it follows from the seed that libFuzzer gives. */
#ifndef FUZZ_MUTATION_DICE_H
#define FUZZ_MUTATION_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libFuzzer's own mutation, for use inside custom ones. */
size_t LLVMFuzzerMutate(uint8_t *octets, size_t size, size_t capacity);

/* Octets that are changed in place, up to |capacity|. */
struct mutable_octets {
	uint8_t *octets;
	size_t size, capacity;
};

struct mutation_dice {
	uint64_t state;
};

static inline struct mutation_dice mutation_dice_of(unsigned seed)
{
	return (struct mutation_dice){seed * (uint64_t)0x9e3779b97f4a7c15u + 1};
}

static inline uint64_t mutation_dice_u64(struct mutation_dice *dice)
{
	uint64_t mixed = dice->state += (uint64_t)0x9e3779b97f4a7c15u;

	mixed = (mixed ^ mixed >> 30) * (uint64_t)0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ mixed >> 27) * (uint64_t)0x94d049bb133111ebu;
	return mixed ^ mixed >> 31;
}

/* From 0 to |count| - 1; 0 if that is nothing. */
static inline size_t mutation_dice_below(struct mutation_dice *dice, size_t count)
{
	return count == 0 ? 0 : (size_t)(mutation_dice_u64(dice) % count);
}

/* True once in |count| times. */
static inline bool mutation_dice_once_in(struct mutation_dice *dice, size_t count)
{
	return mutation_dice_below(dice, count) == 0;
}

static inline uint8_t mutation_dice_u8(struct mutation_dice *dice)
{
	return (uint8_t)mutation_dice_u64(dice);
}

#endif
