/* SPDX-License-Identifier: MIT */
/*
 * What LEARNED_MAC does on a bridge: an address learned at a VM's port is the VM's, though it is
 * another than the VM's own (a VM within it, say), and frames to it go there (IEEE 802.1Q 8.7).
 * One that is sticky is the VM's alone: from elsewhere it is a violation of port security.
 */
#ifndef BRIDGE_LEARNED_ADDRESSES_H
#define BRIDGE_LEARNED_ADDRESSES_H

#include "bridge/di_store.h"

/* IEEE 802.1Q 8.8.3: the ageing time that is recommended. */
enum { LEARNED_ADDRESSES_AGEING_S = 300 };

/* An address in a VLAN. */
struct learned_address {
	uint16_t vlan;
	struct dimp_mac mac;
};

bool learned_addresses_has(const struct di_store *store, unsigned slot,
	const struct learned_address *address);
bool learned_addresses_is_sticky(const struct di_store *store, unsigned slot,
	const struct learned_address *address);
/* The next slot, in no order, at which the address was learned; |holder->entry| is NULL before the
 * first, false at the end. */
bool learned_addresses_next(const struct di_store *store, const struct learned_address *address,
	struct di_holder *holder);
/* A frame from the address was seen: it ages anew, unless it does not age. */
void learned_addresses_refresh(struct di_store *store, unsigned slot,
	const struct learned_address *address, struct dimp_time now);

#endif
