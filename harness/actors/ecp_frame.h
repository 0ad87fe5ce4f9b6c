/* SPDX-License-Identifier: MIT */
/* An ECP PDU in its Ethernet frame, as both ends of a cable send it. */
#ifndef ACTORS_ECP_FRAME_H
#define ACTORS_ECP_FRAME_H

#include "bridge/edge_frame.h"
#include "vdp/ecp_channel.h"

enum { ECP_FRAME_HEADER = 14, ECP_FRAME_MAX = ECP_FRAME_HEADER + ECP_CHANNEL_PDU_MAX };

/* Puts the header before |size| octets that stand at |octets| + ECP_FRAME_HEADER; the frame. */
struct dimp_view ecp_frame_finish(uint8_t octets[ECP_FRAME_MAX], const struct dimp_mac *source,
	size_t size);

#endif
