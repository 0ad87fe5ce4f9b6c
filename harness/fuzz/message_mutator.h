/* SPDX-License-Identifier: MIT */
/*
 * Mutations of messages and DI records by the registry: fields get values of their type,
 * attributes, parameters and records come and go, and every length is right again in the end, so
 * that a reader is not done at its first check.
 */
#ifndef FUZZ_MESSAGE_MUTATOR_H
#define FUZZ_MESSAGE_MUTATOR_H

#include "fuzz/mutation_dice.h"

/* Changes the one message or record that |item| is, or makes a new one; the new size. */
size_t message_mutate(struct mutable_octets item, struct mutation_dice *dice);
size_t record_mutate(struct mutable_octets item, struct mutation_dice *dice);

#endif
