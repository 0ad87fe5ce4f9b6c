/* SPDX-License-Identifier: MIT */
/*
 * The inside of an engine, for those that implement one: what all have (time, timers, nodes, links
 * between nodes, random streams) and a table of what each does its own way.  Nobody else includes
 * it.
 */
#ifndef ENGINE_ENGINE_STATE_H
#define ENGINE_ENGINE_STATE_H

#include "engine/event_wheel.h"
#include "engine/link.h"
#include "engine/random_stream.h"

struct engine_port {
	struct engine_link *link; /* NULL: none */
	unsigned direction; /* of what is sent here */
	const void *outlet; /* what is outside the engine here; NULL: nothing */
};

struct engine_node {
	const char *name;
	engine_receive *receive;
	void *context;
	struct engine_port *ports;
	unsigned port_count;
};

struct engine_link {
	unsigned number;
	struct engine_endpoint ends[2];
	struct link_side sides[2]; /* 0: from ends[0] to ends[1] */
};

/* What an engine does its own way. */
struct engine_operations {
	/* As engine_run(). */
	void (*run)(struct engine *engine, struct dimp_time until);
	/* Puts a frame out where a port has an outlet; NULL for an engine without any. */
	void (*put_out)(struct engine *engine, const void *outlet, struct dimp_view frame);
	/* Frees what is the engine's own, and the engine. */
	void (*destroy)(struct engine *engine);
	/* As engine_schedule() and engine_cancel(), times not past; NULL: events are in the wheel.
	 */
	engine_timer (*schedule)(struct engine *engine, const struct event *event);
	void (*cancel)(struct engine *engine, engine_timer timer);
	/* Where somebody else carries frames; NULL: they arrive by timers, and of the rest there is
	 * none. */
	void (*carry)(struct engine *engine, const struct engine_port *from,
		struct dimp_view frame);
	/* A link was added; false without memory. */
	bool (*join)(struct engine *engine, struct engine_link *link);
	/* The side's configuration is another. */
	void (*configure)(struct engine *engine, const struct engine_link *link,
		unsigned direction);
};

/* The first member of each engine's own struct. */
struct engine {
	const struct engine_operations *operations;
	struct dimp_time now;
	struct event_wheel events;
	struct random_table random;
	struct engine_node *nodes;
	unsigned node_count;
	struct engine_link **links;
	unsigned link_count;
	struct engine_flight *flights;
	engine_tap *tap;
	void *tap_context;
	engine_intruder *intruder;
	void *intruder_context;
	engine_action *observer;
	void *observer_context;
	bool is_exhausted;
	bool is_stopped;
};

void engine_state_init(struct engine *engine, const struct engine_operations *operations,
	uint64_t seed);
/* Frees what all engines have. */
void engine_state_wipe(struct engine *engine);

/* Notes that memory ran out; returns NULL. */
void *engine_state_exhaust(struct engine *engine);

/* Does what is due first, if it is due by |until| and the run goes on; |until| may be DIMP_NEVER.
 * False when nothing was. */
bool engine_state_step(struct engine *engine, struct dimp_time until);

/* Tells the tap of a frame. */
void engine_state_sight(struct engine *engine, struct engine_endpoint at,
	enum engine_direction direction, struct dimp_view frame);
/* A frame arrives at a node, now. */
void engine_state_deliver(struct engine *engine, struct engine_endpoint to, struct dimp_view frame);

/* The port, made when the node has none so far; holds until a port is added.  NULL without memory.
 */
struct engine_port *engine_state_port(struct engine *engine, struct engine_endpoint at);

/* What is left of a frame on its way at |from| arrives at the other end, as |passage| says; whoever
 * is on the way sees it before. */
void engine_links_launch(struct engine *engine, const struct engine_port *from,
	struct dimp_view frame, const struct link_passage *passage);

/* Frees links, and frames on their way. */
void engine_links_wipe(struct engine *engine);

/* Room for one more behind |count|: the array grows when the count is a power of two (or 0). */
void *engine_state_room(void *array, size_t count, size_t size);

#endif
