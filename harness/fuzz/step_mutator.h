/* SPDX-License-Identifier: MIT */
/*
 * Mutations of programs: inputs that are steps one after the other, each a head of a few octets and
 * maybe a payload whose length the head tells.  Steps are added, taken away, doubled, swapped and
 * changed as wholes, so that what follows a change still means what it meant.
 */
#ifndef FUZZ_STEP_MUTATOR_H
#define FUZZ_STEP_MUTATOR_H

#include "dimp.h"
#include "fuzz/mutation_dice.h"

enum { STEP_HEAD_MAX = 16 };

struct step_format {
	size_t head_min; /* octets without which there is no step */
	/* Octets of the whole head, of which |head_min| are there; NULL: as many. */
	size_t (*head_size)(const uint8_t *head);
	/* Octets that the head says follow it; NULL: none ever do. */
	size_t (*payload_size)(const uint8_t *head);
	/* Makes the head say that |size| octets follow; false when it cannot. */
	bool (*set_payload)(uint8_t *head, size_t size);
	size_t payload_max;
	/* Changes a payload and returns its size; NULL: libFuzzer's mutation. */
	size_t (*mutate_payload)(struct mutable_octets payload, struct mutation_dice *dice);
};

/* As LLVMFuzzerCustomMutator(). */
size_t step_mutate(const struct step_format *format, struct mutable_octets program, unsigned seed);

/* Two programs. */
struct step_pair {
	struct dimp_view one, other;
};

/* The beginning of one program and the end of the other into |program|, of which only the capacity
 * counts; its size. */
size_t step_cross(const struct step_format *format, const struct step_pair *pair,
	struct mutable_octets program, unsigned seed);

/* What libFuzzer calls for a fuzzer whose whole input is a program of |format|. */
#define STEP_FUZZER(format) \
	size_t LLVMFuzzerCustomMutator(uint8_t *octets, size_t size, size_t capacity, \
		unsigned seed); \
	size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, \
		const uint8_t *other, size_t other_size, uint8_t *octets, size_t capacity, \
		unsigned seed); \
	size_t LLVMFuzzerCustomMutator(uint8_t *octets, size_t size, size_t capacity, \
		unsigned seed) \
	{ \
		return step_mutate(&(format), (struct mutable_octets){octets, size, capacity}, \
			seed); \
	} \
	size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, \
		const uint8_t *other, size_t other_size, uint8_t *octets, size_t capacity, \
		unsigned seed) \
	{ \
		return step_cross(&(format), \
			&(struct step_pair){{one, one_size}, {other, other_size}}, \
			(struct mutable_octets){octets, 0, capacity}, seed); \
	} \
	_Static_assert(sizeof(format) == sizeof(struct step_format), "a format of steps")

#endif
