/* SPDX-License-Identifier: MIT */
/*
 * One VM's move from server to server, as a hypervisor cluster runs it: copy the memory, ask the
 * new bridge for the DI, stop, cut over, run at the new place; or decide what to do when that
 * fails.
 */
#ifndef ACTORS_MOVE_H
#define ACTORS_MOVE_H

#include "actors/hypervisor.h"
#include "actors/memory_copy.h"
#include "actors/move_authority.h"
#include "bridge/edge_bridge.h"
#include "scenario/outcome.h"

struct move;
struct move_queue;
struct operator_desk;
struct vdp_agent;

/* Where a VM can run. */
struct move_place {
	struct move_queue *queue; /* of the moves away from it */
	uint32_t station; /* its index in the scenario */
	struct hypervisor *hypervisor;
	struct dimp_public_key key; /* the station's */
	struct edge_bridge *bridge;
	uint32_t bridge_number; /* in the scenario */
	struct operator_desk *desk; /* of the bridge */
	struct vdp_agent *vdp; /* the hypervisor's; NULL: none */
	unsigned port; /* of the bridge */
	dimp_peer bridge_peer; /* the bridge, at the hypervisor's speaker */
	struct dimp_public_key bridge_key;
	uint64_t rate_bps;
};

/* Told when the VM stops, when its own copying needs it to stand still no longer, and when it runs
 * again; and of its memory. */
struct move_watch {
	void *context;
	void (*stopped)(void *context, struct dimp_time now);
	void (*stop_over)(void *context, struct dimp_time now);
	void (*resumed)(void *context, struct dimp_time now);
	void (*memory)(void *context, const char *what, struct dimp_time now);
};

/* Another server that a VM may go to, and whose policy decides then; NULL: none. */
struct move_elsewhere {
	const struct move_place *place;
	const struct scenario_station *station;
};

struct move_config {
	struct engine *engine;
	const struct scenario_migration *migration;
	const struct scenario_vm *vm;
	bool is_known_to_vdp; /* the VM is associated by VDP wherever that is spoken */
	const struct scenario_station *station; /* whose policy decides: the new one */
	struct move_elsewhere elsewhere;
	struct virtual_machine *machine;
	struct dimp_vsi vsi;
	unsigned slot; /* of the VM, at bridges that know every VM */
	const struct move_place **home; /* where the VM is; the move changes it */
	const struct move_place *to;
	struct move **latest; /* the VM's last ordered move; the move changes it */
	const struct dimp_public_key *bridges; /* all of them */
	size_t bridge_count;
	struct memory_road *road;
	uint64_t *serial; /* the cluster's: raised by every REQUEST */
	struct move_authority authority;
	struct move_watch watch;
	struct outcome_migration *outcome; /* filled in */
};

/* NULL without memory. */
struct move *move_create(const struct move_config *config);
void move_destroy(struct move *move);

/* Has it begin at |at|. */
void move_schedule(struct move *move, struct dimp_time at);

/* The server thinks better of it: CANCEL, and no further attempt.  Nothing if it has ended. */
void move_cancel(struct move *move, struct dimp_time now);

/* The VM has died: what is under way for it ends, and what was asked for is cancelled. */
void move_bury(struct move *move, struct dimp_time now);

/* Whether the move has begun and not ended. */
bool move_is_under_way(const struct move *move);
/* Whether the server went on without DI that could not move. */
bool move_went_without(const struct move *move);
/* Whether the server said PROCEED: DI went into force at risk, wherever the VM ran then. */
bool move_has_proceeded(const struct move *move);
/* What keeps the VM from coming home until an operator takes it away, by the last word of the
 * bridges (homecoming_obstacle()); NONE: nothing. */
enum dimp_error move_obstacle(const struct move *move, struct dimp_time now);
/* The station that it left, which asks for the DI when the VM comes home. */
uint32_t move_home_station(const struct move *move);
/* Whether the VM came home without its DI, which no bridge would tell of. */
bool move_found_none(const struct move *move);
/* The highest serial of this move's REQUESTs that are over or superseded; 0 for none. */
uint64_t move_serial_over(const struct move *move);
const struct move_config *move_config_of(const struct move *move);

#endif
