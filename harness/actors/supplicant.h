/* SPDX-License-Identifier: MIT */
/*
 * The KaY of a VM: it speaks MKA while the VM runs, so that a VM needs no recording to have MACsec.
 * There may be further participants beside it, each with a secure channel and keys of its own.
 */
#ifndef ACTORS_SUPPLICANT_H
#define ACTORS_SUPPLICANT_H

#include "actors/virtual_machine.h"
#include "sources/kay.h"

enum { SUPPLICANT_KAYS_MAX = KAY_PEERS_MAX - 1 };

struct supplicant;

/* When a participant is silent, or there: from one instant until another, DIMP_NEVER for none. */
struct supplicant_span {
	struct dimp_time from, until;
};

struct supplicant_config {
	struct kay_config kay; /* secret */
	struct supplicant_span silence; /* of the VM's own */
	unsigned further; /* participants beside it; their SCIs have the ports after its own */
	uint8_t further_priority;
	struct supplicant_span presence; /* of the further ones */
	struct dimp_time suspend_at; /* when the VM's own asks to suspend MKA; DIMP_NEVER */
	uint8_t suspend_s;
};

/* The KaY of |machine|, whose keys it makes; |config| is copied.  NULL without memory. */
struct supplicant *supplicant_create(struct engine *engine, struct virtual_machine *machine,
	const struct supplicant_config *config);
void supplicant_destroy(struct supplicant *supplicant); /* wiped; NULL is fine */

/* The VM runs from now on, or again: what came due while it did not is done at once. */
void supplicant_resume(struct supplicant *supplicant, struct dimp_time now);
void supplicant_pause(struct supplicant *supplicant);

#endif
