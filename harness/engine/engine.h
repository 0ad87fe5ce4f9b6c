/* SPDX-License-Identifier: MIT */
/*
 * The engine: time, timers, nodes, ports, links, frames in and out.  Three engines implement it
 * (native, ns3, live); a world is built on this header alone and does not know which one runs it.
 *
 * Order is total: what is due at the same instant happens in the order in which it was asked for,
 * so that a world and a seed give one run.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "dimp.h"

struct engine;

/* What happens when its time has come. */
typedef void engine_action(void *context, struct dimp_time now);

/* A timer that was set; 0 is none. */
typedef uint64_t engine_timer;

/* What a node does with frames that arrive; |frame| holds only during the call. */
typedef void engine_receive(void *context, unsigned port, struct dimp_view frame,
	struct dimp_time now);

/* One end of a link. */
struct engine_endpoint {
	unsigned node;
	unsigned port;
};

/* A link, the same in both directions.  Probabilities are parts in a million. */
struct engine_link_config {
	uint64_t rate_bps; /* 0: serialisation takes no time; a frame counts at least 60
			      octets, and 24 of preamble, FCS and gap */
	uint64_t delay_us; /* propagation */
	uint64_t jitter_us; /* added, uniform in 0..jitter, order not kept */
	size_t queue_octets; /* waiting for the transmitter; tail drop; 0: no bound */
	size_t mtu; /* longest frame without Ethernet header and VLAN tags; longer ones
		       are dropped; 0: no bound */
	uint32_t loss_ppm;
	uint32_t duplicate_ppm;
	uint32_t corrupt_ppm; /* one bit flipped */
	uint32_t reorder_ppm; /* held back by reorder_us */
	uint64_t reorder_us;
	bool is_cut; /* nothing passes */
};

enum engine_direction { ENGINE_SENT, ENGINE_RECEIVED };

/* A frame as a port sees it: sent before the link touches it, received as it arrives. */
struct engine_sighting {
	struct engine_endpoint at;
	enum engine_direction direction;
	struct dimp_time time;
	struct dimp_view frame; /* only during the call */
};

/* Sees every frame at every port. */
typedef void engine_tap(void *context, const struct engine_sighting *sighting);

/* The native engine: exact virtual time from 0, one seed.  NULL without memory. */
struct engine *engine_native_create(uint64_t seed);
void engine_destroy(struct engine *engine);

/* Memory ran out: the run has stopped and is not to be trusted. */
bool engine_is_exhausted(const struct engine *engine);

struct dimp_time engine_now(const struct engine *engine);

/* |action| will be called with |context| at |at| (at once if that is past, never at DIMP_NEVER),
 * after what is due earlier.  0 without memory. */
engine_timer engine_schedule(struct engine *engine, struct dimp_time at, engine_action *action,
	void *context);
/* Nothing happens when |timer| has gone off or is 0. */
void engine_cancel(struct engine *engine, engine_timer timer);

/* What engine_node_add() and engine_link_add() return without memory. */
#define ENGINE_NONE UINT32_MAX

/* A node; |name| is borrowed for the engine's life.  Returns its number, from 0. */
unsigned engine_node_add(struct engine *engine, const char *name, engine_receive *receive,
	void *context);
const char *engine_node_name(const struct engine *engine, unsigned node);

/* Joins two ports; a port has one link.  Returns the link's number, from 0. */
unsigned engine_link_add(struct engine *engine, struct engine_endpoint a, struct engine_endpoint b,
	const struct engine_link_config *config);
/* Direction 0: a to b; 1: b to a.  The new configuration holds for frames sent from now on. */
const struct engine_link_config *engine_link_config(const struct engine *engine, unsigned link,
	unsigned direction);
void engine_link_configure(struct engine *engine, unsigned link, unsigned direction,
	const struct engine_link_config *config);

/* Sends a whole Ethernet frame (no FCS); copied.  Without a link it is lost. */
void engine_transmit(struct engine *engine, struct engine_endpoint from, struct dimp_view frame);

/* A frame that a link carries, as somebody on the way sees it. */
struct engine_passing {
	unsigned link, direction;
	uint8_t *octets; /* only during the call; may be changed */
	size_t size; /* may be made less */
};

/* Somebody on the way: called for each copy of a frame that has got onto a link. */
typedef void engine_intruder(void *context, struct engine_passing *passing);
void engine_set_intruder(struct engine *engine, engine_intruder *intruder, void *context);

/* A frame that neither end sent arrives at the end of |direction|, after the link's delay; nothing
 * does where the link is cut. */
void engine_inject(struct engine *engine, unsigned link, unsigned direction,
	struct dimp_view frame);

void engine_set_tap(struct engine *engine, engine_tap *tap, void *context);

/* Runs all that is due up to |until|, which is included; then now == until.  With DIMP_NEVER until
 * nothing is due any more. */
void engine_run(struct engine *engine, struct dimp_time until);

/* The run ends after the present event; engine_run() does nothing any more. */
void engine_stop(struct engine *engine);

/* Called after every event of the run: for invariants. */
void engine_set_observer(struct engine *engine, engine_action *observer, void *context);

/* The next number of the named random stream; streams are independent of one another. */
uint64_t engine_random(struct engine *engine, const char *stream);

#endif
