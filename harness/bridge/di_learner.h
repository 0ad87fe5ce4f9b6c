/* SPDX-License-Identifier: MIT */
/*
 * What a bridge learns DI with: the sources of every VM, fed with the frames the bridge lets
 * through.
 */
#ifndef BRIDGE_DI_LEARNER_H
#define BRIDGE_DI_LEARNER_H

#include "bridge/edge_bridge.h"
#include "sources/source.h"

struct di_learner;

struct di_learner_config {
	unsigned slots; /* VMs of the VSI database */
	const char *acl_template; /* "" for none; borrowed */
};

/* NULL without memory. */
struct di_learner *di_learner_create(const struct di_learner_config *config);
void di_learner_destroy(struct di_learner *learner);

/* What to give to edge_bridge_create(). */
struct edge_learner di_learner_hooks(struct di_learner *learner);

/*
 * Where slots are and whose they are: to be called once the bridge knows its VMs.  False when there
 * is no ACL template of the given name.
 */
bool di_learner_bind(struct di_learner *learner, const struct edge_bridge *bridge);

/* The bridge has the CAK of a VM's MKA: SAKs are learned from MKPDUs.  False when it cannot be
 * used. */
bool di_learner_set_cak(struct di_learner *learner, unsigned slot, struct dimp_view ckn,
	struct dimp_view cak);

const struct source_counters *di_learner_counters(const struct di_learner *learner);

#endif
