/* SPDX-License-Identifier: MIT */
/*
 * The KaY of a VM: it speaks MKA while the VM runs, so that a VM needs no recording to have MACsec.
 */
#ifndef ACTORS_SUPPLICANT_H
#define ACTORS_SUPPLICANT_H

#include "actors/virtual_machine.h"
#include "sources/kay.h"

struct supplicant;

/* The KaY of |machine|, whose keys it makes; |config| is copied.  NULL without memory. */
struct supplicant *supplicant_create(struct engine *engine, struct virtual_machine *machine,
	const struct kay_config *config);
void supplicant_destroy(struct supplicant *supplicant); /* wiped; NULL is fine */

/* The VM runs from now on, or again: what came due while it did not is done at once. */
void supplicant_resume(struct supplicant *supplicant, struct dimp_time now);
void supplicant_pause(struct supplicant *supplicant);

#endif
