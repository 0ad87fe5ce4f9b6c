/* SPDX-License-Identifier: MIT */
/*
 * Counts in seconds that begin with a frame, as switches do whose limit is a rate and a burst
 * interval of one second.  What is over it is dropped until its second is over; the port stays up,
 * since other VMs are behind it.
 */
#include "bridge/arp_limit.h"

static const uint64_t second_us = 1000000;

bool arp_limit_passes(struct arp_tally *tally, uint32_t most, const struct edge_frame *frame,
	struct dimp_time now)
{
	if (most == 0 || frame->ethertype != EDGE_ETHERTYPE_ARP)
		return true;
	if (tally->frames == 0 || now.us - tally->since.us >= second_us)
		*tally = (struct arp_tally){.since = now};
	if (tally->frames == most)
		return false;
	tally->frames++;
	return true;
}
