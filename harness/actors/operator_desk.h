/* SPDX-License-Identifier: MIT */
/*
 * The operator of one bridge: orders migrations to it, NOTIFY from it, and hears what the bridge's
 * host is told of them.
 */
#ifndef ACTORS_OPERATOR_DESK_H
#define ACTORS_OPERATOR_DESK_H

#include "actors/hypervisor.h"
#include "bridge/edge_bridge.h"

struct operator_desk;

/* Becomes the bridge's console.  NULL without memory. */
struct operator_desk *operator_desk_create(struct engine *engine, struct edge_bridge *bridge);
void operator_desk_destroy(struct operator_desk *desk);

/* Orders a migration to the bridge; |listener| hears its PROGRESS and RESPONSE. */
DIMP_MUST_USE enum dimp_error operator_desk_pull(struct operator_desk *desk,
	const struct dimp_request_config *config, const struct hypervisor_request *listener,
	uint64_t *request);

/* |listener| hears of the next migration of |vsi| that NOTIFY begins here. */
void operator_desk_await(struct operator_desk *desk, const struct dimp_vsi *vsi,
	const struct hypervisor_request *listener);

/* Has NOTIFY sent to the bridge that |destination| is the key of. */
DIMP_MUST_USE enum dimp_error operator_desk_notify(struct operator_desk *desk,
	const struct dimp_request_config *config, dimp_peer destination);

#endif
