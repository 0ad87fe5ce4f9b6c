/* SPDX-License-Identifier: MIT */
/*
 * What a bridge learns DI with: the sources of every VM, fed with the frames the bridge lets
 * through.
 */
#ifndef BRIDGE_DI_LEARNER_H
#define BRIDGE_DI_LEARNER_H

#include "bridge/edge_bridge.h"
#include "sources/sources.h"

struct di_learner;

struct di_learner_config {
	unsigned slots; /* VMs of the VSI database */
	const char *acl_template; /* "" for none; borrowed */
	bool has_savi; /* IPv6 addresses are bound by neighbour discovery */
};

/* NULL without memory. */
struct di_learner *di_learner_create(const struct di_learner_config *config);
void di_learner_destroy(struct di_learner *learner);

/* What to give to edge_bridge_create(). */
struct edge_learner di_learner_hooks(struct di_learner *learner);

/* The bridge has the CAK of this VM's MKA; |mka| is borrowed for the learner's life. */
void di_learner_set_mka(struct di_learner *learner, unsigned slot, const struct mka_config *mka);

/* The bridge's own KaY speaks to this VM; |kay| is borrowed for the learner's life. */
void di_learner_set_kay(struct di_learner *learner, unsigned slot, const struct kay_config *kay);

/* The bridge authenticates this VM, and learns what the RADIUS server grants; |config| is borrowed
 * for the learner's life. */
void di_learner_set_authenticator(struct di_learner *learner, unsigned slot,
	const struct authenticator_config *config);

/* The slot is nobody's any more: what it was given is forgotten, and di_learner_bind() makes it
 * anew. */
void di_learner_forget(struct di_learner *learner, unsigned slot);

/*
 * Where slots are and whose they are: to be called once the bridge knows its VMs and their CAKs,
 * and again when it knows further ones.
 * False without memory, or when there is no ACL template of the given name.
 */
bool di_learner_bind(struct di_learner *learner, const struct edge_bridge *bridge);

#endif
