/* SPDX-License-Identifier: MIT */
/*
 * A hypervisor that speaks VDP with its bridge in place of DIMP: moves are asked for by
 * Pre-Associate and Associate with the M bit, and go on by what their answers say.
 */
#ifndef ACTORS_VDP_AGENT_H
#define ACTORS_VDP_AGENT_H

#include "actors/hypervisor.h"
#include "actors/vdp_desk.h"

struct vdp_agent;

struct vdp_agent_config {
	struct engine *engine;
	struct hypervisor *hypervisor;
	struct vdp_desk *bridge; /* where the VSI manager orders what the station asks for */
	struct vdp_timing timing;
	size_t vsis_max;
	bool is_reserving; /* pre-associates with resource reservation */
};

/* Becomes the hypervisor's control.  NULL without memory. */
struct vdp_agent *vdp_agent_create(const struct vdp_agent_config *config);
void vdp_agent_destroy(struct vdp_agent *agent);

/* A move that is asked for by VDP. */
struct vdp_ask {
	const struct dimp_request_config *request; /* as the VSI manager orders it */
	uint16_t vlan; /* of the VM, as on the cable */
	struct hypervisor_request listener;
	uint8_t *status; /* of the last answer, kept by the caller as long as the agent; or NULL */
};

/*
 * Has the VSI manager order the move and says Pre-Associate, or Associate in one-shot mode, with
 * the M bit.  |listener| hears PROGRESS(STAGED) and RESPONSE with the serial as request: what the
 * station knows by VDP is the result and the advice, the rest is what the VSI manager was told.
 */
DIMP_MUST_USE enum dimp_error vdp_agent_ask(struct vdp_agent *agent, const struct vdp_ask *ask,
	uint64_t *request);
/* The VM of that request is stopped: Associate with the M bit. */
void vdp_agent_cut_over(struct vdp_agent *agent, uint64_t request);
/* It is not to come: De-Associate, but when it runs here already, by another order. */
void vdp_agent_cancel(struct vdp_agent *agent, uint64_t request);

/* A VM of this hypervisor. */
struct vdp_machine {
	struct dimp_vsi vsi;
	struct dimp_mac mac;
	uint16_t vlan; /* as on the cable */
};

/* It runs here: Associate, unless it stands so already.  It is suspended, to move away:
 * De-Associate with the S bit. */
void vdp_agent_run(struct vdp_agent *agent, const struct vdp_machine *machine);
void vdp_agent_leave(struct vdp_agent *agent, const struct vdp_machine *machine);
/* The bridge began anew and knows of no association: the same again. */
void vdp_agent_renew(struct vdp_agent *agent, const struct vdp_machine *machine);
/* It is gone and the bridge is not told, which hears of it when nothing is kept alive any more. */
void vdp_agent_forget(struct vdp_agent *agent, const struct dimp_vsi *vsi);
/* Whether the bridge has an association of |vsi| from here, or may come to have one. */
bool vdp_agent_knows(const struct vdp_agent *agent, const struct dimp_vsi *vsi);

#endif
