/* SPDX-License-Identifier: MIT */
/* The inside of the engine over ns-3: what its timers and its links share.  Nobody else includes
 * it. */
#ifndef ENGINE_NS3_ENGINE_STATE_H
#define ENGINE_NS3_ENGINE_STATE_H

#include "engine/engine_state.h"
#include "engine/ns3/ns3_table.h"

struct ns3_engine {
	struct engine common;
	const struct ns3_table *table;
	struct pending_chunk *chunks; /* of timers */
	struct pending *free_pending;
	ns3_node *nodes; /* by the engine's; 0: none so far */
	size_t node_count;
	struct ns3_way **ways; /* of each link two, by direction */
	size_t way_count;
	struct ns3_fate *fates; /* by mark, from 1 */
	size_t fate_count;
	size_t free_fate; /* its mark; 0: none */
};

bool ns3_engine_is_running(const struct ns3_engine *ns3);

/* The engine's time is the microsecond that ns-3's has begun. */
void ns3_engine_set_time(struct ns3_engine *ns3);

/* Ends ns-3's run if this engine's is to end. */
void ns3_engine_end_if_over(struct ns3_engine *ns3);

/* As the operations of the same names. */
void ns3_links_carry(struct engine *engine, const struct engine_port *from, struct dimp_view frame);
bool ns3_links_join(struct engine *engine, struct engine_link *link);
void ns3_links_configure(struct engine *engine, const struct engine_link *link, unsigned direction);

/* Frees what there is of links. */
void ns3_links_wipe(struct ns3_engine *ns3);

#endif
