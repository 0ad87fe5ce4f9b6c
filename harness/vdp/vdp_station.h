/* SPDX-License-Identifier: MIT */
/*
 * The station's end of VDP on its cable, without I/O: says what VSIs are to be associated, repeats
 * what is lost, keeps associations alive, and tells what the bridge answered.  After receive,
 * expire and commands, take the news until there is none and transmit until it returns 0.
 */
#ifndef VDP_VDP_STATION_H
#define VDP_VDP_STATION_H

#include "vdp/ecp_channel.h"

struct vdp_station;

enum vdp_outcome {
	VDP_ANSWERED, /* the command: status says how */
	VDP_SILENT, /* no answer came in time; the VSI is forgotten */
	VDP_ENDED /* the bridge ended the association, not asked to; status says why */
};

struct vdp_news {
	struct dimp_vsi vsi;
	enum vdp_kind kind; /* of the command */
	enum vdp_outcome outcome;
	uint8_t status;
	bool is_of_association; /* what ended: |association| is the command, taken or only sent */
	struct vdp_tlv association;
};

/* NULL without memory. */
struct vdp_station *vdp_station_create(const struct vdp_timing *timing, size_t vsis_max);
void vdp_station_destroy(struct vdp_station *station);

/* Sends |command|, its status being hints; one that waits for its answer is replaced.  False
 * without room, or when it does not fit a TLV. */
bool vdp_station_command(struct vdp_station *station, const struct vdp_tlv *command,
	struct dimp_time now);

/* |vsi| is no longer here, and nobody says so: nothing keeps its association alive any more. */
void vdp_station_forget(struct vdp_station *station, const struct dimp_vsi *vsi);

void vdp_station_receive(struct vdp_station *station, struct dimp_view ecp, struct dimp_time now);
size_t vdp_station_transmit(struct vdp_station *station, uint8_t octets[ECP_CHANNEL_PDU_MAX],
	struct dimp_time now);
struct dimp_time vdp_station_deadline(const struct vdp_station *station);
void vdp_station_expire(struct vdp_station *station, struct dimp_time now);
bool vdp_station_news(struct vdp_station *station, struct vdp_news *news);

/* How |vsi| stands by the last answer: the kind of command that was taken, 0 for none. */
unsigned vdp_station_standing(const struct vdp_station *station, const struct dimp_vsi *vsi);
/* Whether something was said of |vsi| and has not ended, answered or not. */
bool vdp_station_is_open(const struct vdp_station *station, const struct dimp_vsi *vsi);
/* Whether |vsi| stands as associated and nothing else was said since. */
bool vdp_station_is_associated(const struct vdp_station *station, const struct dimp_vsi *vsi);

#endif
