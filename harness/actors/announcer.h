/* SPDX-License-Identifier: MIT */
/*
 * What tells the network that a VM runs at a new place: RARP by its hypervisor, gratuitous ARP and
 * unsolicited neighbor advertisements by its guest.  Bridges elsewhere learn from these frames, or
 * from the VM's next ones, where it is; from nothing else.
 */
#ifndef ACTORS_ANNOUNCER_H
#define ACTORS_ANNOUNCER_H

#include "actors/hypervisor.h"

enum announcement { ANNOUNCEMENT_RARP = 1, ANNOUNCEMENT_GARP = 2, ANNOUNCEMENT_NA = 4 };

/* As QEMU does it, so many rounds: the first at once, the second after |initial_us|, each later one
 * |step_us| further from the one before, up to |longest_us|. */
struct announcer_plan {
	uint8_t kinds; /* bits of enum announcement */
	uint32_t rounds;
	uint64_t initial_us, step_us, longest_us;
};

struct announcer;

/* NULL without memory.  |machine| outlives it. */
struct announcer *announcer_create(struct engine *engine, struct virtual_machine *machine);
void announcer_destroy(struct announcer *announcer); /* NULL is fine */

/* The VM runs at |hypervisor|, which announces it by |plan|; an older plan is forgotten. */
void announcer_start(struct announcer *announcer, const struct announcer_plan *plan,
	struct hypervisor *hypervisor, struct dimp_time now);
/* The VM is stopped: nobody announces it any more. */
void announcer_stop(struct announcer *announcer);

#endif
