/* SPDX-License-Identifier: MIT */
/* Frames and their octets, counted by kind: what a move costs on a wire, or asks of a VM. */
#ifndef OBSERVE_FRAME_CENSUS_H
#define OBSERVE_FRAME_CENSUS_H

#include "dimp.h"

enum frame_kind {
#define KIND(kind, name, text) FRAME_KIND_##kind,
#include "observe/frame_kinds.def"
#undef KIND
	FRAME_KINDS
};

/* By enum frame_kind, as reports call them. */
extern const char *const frame_kind_names[FRAME_KINDS];

/* From the destination address to the end of the payload: no preamble, no FCS. */
struct frame_census {
	uint64_t frames[FRAME_KINDS], octets[FRAME_KINDS];
};

/* What a whole Ethernet frame is; one that cannot be read is data. */
enum frame_kind frame_kind_of(struct dimp_view octets);

void frame_census_add(struct frame_census *census, struct dimp_view octets);

#endif
