/* SPDX-License-Identifier: MIT */
/*
 * A reference to hold our transport against: how long RFC 9002 with NewReno takes for so many
 * packets over a link, computed packet by packet.  It was written from the RFC's text and shares
 * nothing with the model.
 */
#ifndef DIMP_NEWRENO_H
#define DIMP_NEWRENO_H

#include <stdint.h>

struct newreno_case {
	uint64_t packets;
	double octets; /* of a packet's PDU: what the window counts */
	double wire_octets; /* of its frame on the link, with all that goes before and after */
	double rate_bps, rtt_us, loss;
	double max_ack_delay_us, granularity_us;
	uint64_t seed;
};

/* From the first packet's sending to the arrival of the last one that was missing, in us; negative
 * without memory. */
double newreno_transfer_us(const struct newreno_case *of);

#endif
