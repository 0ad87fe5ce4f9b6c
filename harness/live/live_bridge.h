/* SPDX-License-Identifier: MIT */
/*
 * The edge bridge on real interfaces: the same node as in a simulation, on a live engine, its ports
 * bound to interfaces as its file says.  It does not read signals, print or end by itself: whoever
 * runs its engine does, and asks it here how it is.
 */
#ifndef LIVE_LIVE_BRIDGE_H
#define LIVE_LIVE_BRIDGE_H

#include "bridge/edge_bridge.h"
#include "live/bridge_file.h"
#include "live/interface_port.h"
#include "live/live_log.h"
#include "live/udp_port.h"
#include "observe/keylog.h"

struct live_bridge;

enum { LIVE_WHY_SIZE = 256 };

/*
 * Opens all that |file| says, which is the bridge's from then on; the log is borrowed.  Nothing is
 * sent before live_bridge_start().  NULL with |why|, a sentence, when it cannot: |is_missing| says
 * that a permission or an interface is, not the file at fault.  The file is the caller's again
 * then.
 */
struct live_bridge *live_bridge_create(struct bridge_file *file, const struct live_log *log,
	char why[LIVE_WHY_SIZE], bool *is_missing);
void live_bridge_destroy(struct live_bridge *bridge); /* NULL is fine */

/* From now on |keylog|, borrowed, hears the keys of each association, both ways, and the SAKs of
 * VMs. */
void live_bridge_log_keys(struct live_bridge *bridge, struct keylog_writer *keylog);

/* VMs that are here are attached, others expected; associations open if they are to stand. */
void live_bridge_start(struct live_bridge *bridge);

/*
 * Takes over what |file| says otherwise of policy, limits, peers and VMs, and takes away the peers
 * and VMs that it has no more.  What cannot be without loss waits, for a restart or until the VM is
 * elsewhere, and is said in the log.  False with |why| when something new cannot be had; what came
 * before that is in force.  The file stays the caller's.
 */
bool live_bridge_reload(struct live_bridge *bridge, const struct bridge_file *file,
	char why[LIVE_WHY_SIZE]);

/*
 * The bridge ends: moves that are under way have the file's time for it, others to here are
 * refused; then associations are closed, which tells the rest, and the engine stops.  Once more: at
 * once.
 */
void live_bridge_drain(struct live_bridge *bridge);
bool live_bridge_is_draining(const struct live_bridge *bridge);

/* Moves to and from here that have no outcome yet. */
unsigned live_bridge_moves(const struct live_bridge *bridge);

/* To look inside, and for orders: all borrowed. */
struct engine *live_bridge_engine(const struct live_bridge *bridge);
struct edge_bridge *live_bridge_edge(const struct live_bridge *bridge);
/* What is in force: what reloads brought, too. */
const struct bridge_file *live_bridge_file(const struct live_bridge *bridge);
/* The port of the file's row |index|; it is port |index| + 1 of the bridge. */
struct interface_port *live_bridge_port(const struct live_bridge *bridge, size_t index);
/* NULL without UDP. */
const struct udp_port *live_bridge_udp(const struct live_bridge *bridge);
/* The slot of the file's VM |index| is |index|, the number of its peer |index| is |index|. */
const struct dimp_public_key *live_bridge_key(const struct live_bridge *bridge);

#endif
