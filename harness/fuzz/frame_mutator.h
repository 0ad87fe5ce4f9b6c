/* SPDX-License-Identifier: MIT */
/*
 * Mutations of Ethernet frames whose lengths and checks are put right afterwards: of IPv4, IPv6,
 * UDP, ICMPv6, IGMP, EAPOL and MKA.  What is wrong inside is what a reader then meets.
 */
#ifndef FUZZ_FRAME_MUTATOR_H
#define FUZZ_FRAME_MUTATOR_H

#include "fuzz/mutation_dice.h"
#include "sources/mka_keys.h"

/* Changes a frame; the new size. */
size_t frame_mutate(struct mutable_octets frame, struct mutation_dice *dice);

/* Puts right, in place, every length and check that the frame has by its own word.  |keys| seal
 * MKPDUs; NULL: they stay as they are. */
void frame_mend(struct mutable_octets frame, const struct mka_keys *keys);

#endif
