/* SPDX-License-Identifier: MIT */
/*
 * A world to break: two bridges, a server at each, a VM with DI of many types whose services run,
 * moved to the second after a second.  Tests run it up to a moment, plant a fault and see which
 * invariant notices.
 */
#ifndef UNIT_INVARIANT_RIG_H
#define UNIT_INVARIANT_RIG_H

#include "observe/invariants_state.h"
#include "scenario/world_state.h"

enum { RIG_SOURCE = 0, RIG_DESTINATION = 1, RIG_VM = 0, RIG_VLAN = 42, RIG_MILLISECOND = 1000 };

struct invariant_rig {
	struct scenario scenario;
	struct scenario_bridge bridges[2];
	struct scenario_link link;
	struct scenario_station stations[2];
	struct scenario_vm vm;
	struct scenario_service services[2];
	struct scenario_migration migration;
	struct world *world;
};

/* Fills in the scenario, for a test to change. */
void invariant_rig_prepare(struct invariant_rig *rig);
/* Builds the world. */
void invariant_rig_start(struct invariant_rig *rig);
void invariant_rig_stop(struct invariant_rig *rig);

/* Runs to |ms| milliseconds, or until something is broken. */
void invariant_rig_run(struct invariant_rig *rig, uint64_t ms);
/* Runs until a machine has come to |state|, which nobody else knows yet. */
void invariant_rig_run_to(struct invariant_rig *rig, const char *machine, const char *state);

struct edge_bridge *invariant_rig_bridge(const struct invariant_rig *rig, unsigned bridge);
/* The first record of a type in the VM's slot at a bridge. */
struct dimp_record invariant_rig_record(const struct invariant_rig *rig, unsigned bridge,
	enum dimp_di_type type);
/* From now on the source's speaker hears nothing of what changes in its store. */
void invariant_rig_deafen(struct invariant_rig *rig);
/* The frame that was recorded last from the VM, as the VM's server sends it; its size. */
size_t invariant_rig_recorded(const struct invariant_rig *rig, uint8_t octets[2048]);
/* Sends |octets| from a node's port. */
void invariant_rig_send(struct invariant_rig *rig, struct engine_endpoint from,
	struct dimp_view octets);
/* The server hears of the request that was made first what its bridge never said. */
void invariant_rig_hear(struct invariant_rig *rig, enum dimp_result result);

/* Checks that nothing is broken, or that |invariant| is, and that what is told is complete. */
void invariant_rig_check_whole(const struct invariant_rig *rig);
void invariant_rig_check_broken(const struct invariant_rig *rig, enum invariant invariant);

#endif
