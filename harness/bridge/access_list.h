/* SPDX-License-Identifier: MIT */
/*
 * What DYNAMIC_ACL does on a bridge: the first entry by sequence that matches decides; a VM with a
 * list in which nothing matches is denied; a VM without a list is not restricted.
 */
#ifndef BRIDGE_ACCESS_LIST_H
#define BRIDGE_ACCESS_LIST_H

#include "bridge/di_store.h"
#include "bridge/edge_frame.h"

/* Whether |entry| matches |frame|, which the VM sent in |vlan|.  Prefix lengths count the 128 bits
 * of the registry's IP, so that an IPv4 host is 128 and an IPv4 /24 is 120. */
bool access_list_matches(const struct dimp_dynamic_acl *entry, const struct edge_frame *frame,
	uint16_t vlan);

/* Whether the list of |slot| lets |frame| through. */
bool access_list_permits(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan);

#endif
