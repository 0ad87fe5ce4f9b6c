/* SPDX-License-Identifier: MIT */
/*
 * The VSI manager: whoever orders moves, and signs a ticket for each (DIMP 9.7).  Its key derives
 * from a seed, so that a simulation repeats.
 */
#ifndef ACTORS_VSI_MANAGER_H
#define ACTORS_VSI_MANAGER_H

#include "dimp.h"

/* Sees every ticket that is signed, with what it was signed for. */
struct vsi_manager_watch {
	void *context;
	void (*has_signed)(void *context, const struct dimp_ticket_terms *terms,
		const struct dimp_ticket *ticket);
};

struct vsi_manager {
	uint8_t secret[DIMP_KEY_SIZE]; /* Ed25519 */
	uint8_t public_octets[DIMP_KEY_SIZE]; /* what bridges are configured with */
	struct vsi_manager_watch watch; /* has_signed NULL: nobody looks */
};

/* False when libcrypto cannot do it. */
bool vsi_manager_make(struct vsi_manager *manager, uint64_t seed);

/* The manager with this Ed25519 secret; false when libcrypto cannot do it. */
bool vsi_manager_make_from(struct vsi_manager *manager, const uint8_t secret[DIMP_KEY_SIZE]);
void vsi_manager_wipe(struct vsi_manager *manager);

/* Signs |terms| into |ticket|; false when libcrypto cannot do it. */
bool vsi_manager_sign(const struct vsi_manager *manager, const struct dimp_ticket_terms *terms,
	struct dimp_ticket *ticket);

#endif
