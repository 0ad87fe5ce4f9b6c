/* SPDX-License-Identifier: MIT */
/*
 * First come, first served bindings of IPv6 addresses (FCFS SAVI, RFC 6620): a VM that asks whether
 * anybody has an address gets it when nobody answers in time, and keeps it as long as it shows that
 * it is there.  For one that sends without having asked, the bridge asks.  What DHCPv6 gave is
 * bound by that (RFC 8074), not here.
 *
 * All of its state is in the SAVI_BINDING records, so that the machine goes on at another bridge.
 */
#ifndef SOURCES_SAVI_SOURCE_H
#define SOURCES_SAVI_SOURCE_H

#include "sources/source_packet.h"

/* How many addresses a VM may bind: one that made them up would fill the bridge (RFC 6620 5). */
enum { SAVI_BINDINGS_MAX = 64 };

/* The key of the binding of |address|, with nothing else in it. */
struct dimp_record savi_source_key(uint16_t vlan, const struct dimp_ip *address);

/* Learns from |packet|, of IPv6: neighbour discovery both ways, and from the VM anything. */
void savi_source_packet(const struct source_packet *packet, const struct source_place *place,
	struct dimp_time now);

/* A packet that was not let through, since its source is not bound to the VM: the data trigger (RFC
 * 6620 3.2.2).  Whether a test of that address began; then it is for the bridge to probe. */
bool savi_source_refused(const struct source_packet *packet, const struct source_place *place,
	struct dimp_time now);

/* Tests that have ended, and bindings to be tested because the VM was silent for too long.  To be
 * called before di_store_expire(). */
void savi_source_expire(const struct source_place *place, struct dimp_time now);
/* When a test ends; DIMP_NEVER if none is under way. */
struct dimp_time savi_source_deadline(const struct source_place *place);

#endif
