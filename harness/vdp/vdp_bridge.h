/* SPDX-License-Identifier: MIT */
/*
 * The bridge's end of VDP on one cable, without I/O: asks its host of every new command, answers
 * the station with what the host says, whenever that is, and tells the host when a station has
 * gone. After receive, expire and answers, take the indications until there is none and transmit
 * until it returns 0.
 */
#ifndef VDP_VDP_BRIDGE_H
#define VDP_VDP_BRIDGE_H

#include "vdp/ecp_channel.h"

struct vdp_bridge;

struct vdp_indication {
	bool is_gone; /* no keep-alive came: as a De-Associate that wants no answer */
	struct vdp_tlv command; /* its status has the hints */
};

/* NULL without memory. */
struct vdp_bridge *vdp_bridge_create(const struct vdp_timing *timing, size_t vsis_max);
void vdp_bridge_destroy(struct vdp_bridge *bridge);

void vdp_bridge_receive(struct vdp_bridge *bridge, struct dimp_view ecp, struct dimp_time now);
size_t vdp_bridge_transmit(struct vdp_bridge *bridge, uint8_t octets[ECP_CHANNEL_PDU_MAX],
	struct dimp_time now);
struct dimp_time vdp_bridge_deadline(const struct vdp_bridge *bridge);
void vdp_bridge_expire(struct vdp_bridge *bridge, struct dimp_time now);
bool vdp_bridge_indication(struct vdp_bridge *bridge, struct vdp_indication *indication);

/* Answers the command of |vsi| that waits; |status| is enum dimp_vdp_status and an error
 * (DIMP 9.4-3). Nothing happens when none waits. */
void vdp_bridge_answer(struct vdp_bridge *bridge, const struct dimp_vsi *vsi, uint8_t status,
	struct dimp_time now);
/* Ends the association of |vsi| by a De-Associate of the bridge's own that says why, without ACK:
 * it answers nothing. */
void vdp_bridge_end(struct vdp_bridge *bridge, const struct dimp_vsi *vsi, uint8_t status);

/* How |vsi| stands: the kind of command that was taken last, 0 for none. */
unsigned vdp_bridge_standing(const struct vdp_bridge *bridge, const struct dimp_vsi *vsi);

#endif
