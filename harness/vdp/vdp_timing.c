/* SPDX-License-Identifier: MIT */
/* Both waits are one and a half times what ECP may take there and back, and the other end besides.
 */
#include "vdp/vdp_timing.h"

enum { EXPONENT_MAX = 31 };

struct vdp_timing vdp_timing_default(void)
{
	return (struct vdp_timing){.ack_exponent = 8,
		.retries = 3,
		.resource_exponent = 20,
		.alive_exponent = 20};
}

static uint64_t units(uint8_t exponent)
{
	return (uint64_t)10 << (exponent < EXPONENT_MAX ? exponent : EXPONENT_MAX);
}

void vdp_timing_allow(struct vdp_timing *timing, uint64_t us)
{
	while (units(timing->resource_exponent) < us && timing->resource_exponent < EXPONENT_MAX)
		timing->resource_exponent++;
}

uint64_t vdp_timing_ack_us(const struct vdp_timing *timing)
{
	return units(timing->ack_exponent);
}

static uint64_t wait_us(const struct vdp_timing *timing, uint8_t exponent)
{
	const uint64_t sum =
		(1 + 2 * (uint64_t)timing->retries) * units(timing->ack_exponent) + units(exponent);

	return sum + sum / 2;
}

uint64_t vdp_timing_response_us(const struct vdp_timing *timing)
{
	return wait_us(timing, timing->resource_exponent);
}

uint64_t vdp_timing_alive_us(const struct vdp_timing *timing)
{
	return units(timing->alive_exponent);
}

uint64_t vdp_timing_gone_us(const struct vdp_timing *timing)
{
	return wait_us(timing, timing->alive_exponent);
}
