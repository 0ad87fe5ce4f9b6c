/* SPDX-License-Identifier: MIT */
/*
 * The host of a bridge that speaks VDP on its station ports (DIMP 9.9-10): a command with the M bit
 * starts or cuts over what the VSI manager has ordered for the VSI, and is answered by its outcome.
 */
#ifndef ACTORS_VDP_DESK_H
#define ACTORS_VDP_DESK_H

#include "actors/operator_desk.h"
#include "vdp/vdp_timing.h"

struct vdp_desk;

struct vdp_desk_config {
	struct engine *engine;
	struct edge_bridge *bridge;
	struct operator_desk *orders; /* through which the bridge is told */
	unsigned ports, vsis_max;
	struct vdp_timing timing;
};

/* Becomes the bridge's control.  NULL without memory. */
struct vdp_desk *vdp_desk_create(const struct vdp_desk_config *config);
void vdp_desk_destroy(struct vdp_desk *desk);

/* The VSI manager's word: |request| is what the next command with the M bit for its VSI starts
 * here, in the mode that the command says.  It replaces what was ordered before. */
void vdp_desk_order(struct vdp_desk *desk, const struct dimp_request_config *request);
/* The RESPONSE of the last order for |vsi|; NULL for none yet. */
const struct dimp_message *vdp_desk_outcome(const struct vdp_desk *desk,
	const struct dimp_vsi *vsi);

/* The bridge crashed: all of VDP is forgotten with it, and what the VSI manager ordered. */
void vdp_desk_forget(struct vdp_desk *desk);

#endif
