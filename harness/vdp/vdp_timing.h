/* SPDX-License-Identifier: MIT */
/*
 * How long the ends of VDP wait (IEEE 802.1Q 41.5.5, 43.3.7).  Exponents are those of the EVB TLV,
 * up to 31: 10 us, doubled so many times.
 */
#ifndef VDP_VDP_TIMING_H
#define VDP_VDP_TIMING_H

#include "dimp.h"

struct vdp_timing {
	uint8_t ack_exponent; /* RTE: ECP's ACK */
	uint8_t retries; /* of an ECP request */
	uint8_t resource_exponent; /* RWD: what a bridge needs to answer */
	uint8_t alive_exponent; /* RKA: between keep-alives */
};

/* lldpad's: 2.56 ms for an ACK, 3 retries, 10.49 s for an answer and between keep-alives. */
struct vdp_timing vdp_timing_default(void);
/* A bridge says that it may need |us| for an answer. */
void vdp_timing_allow(struct vdp_timing *timing, uint64_t us);

uint64_t vdp_timing_ack_us(const struct vdp_timing *timing);
/* From a station's command until it gives up. */
uint64_t vdp_timing_response_us(const struct vdp_timing *timing);
/* From an answer to the station's next keep-alive; and until the bridge takes it for gone. */
uint64_t vdp_timing_alive_us(const struct vdp_timing *timing);
uint64_t vdp_timing_gone_us(const struct vdp_timing *timing);

#endif
