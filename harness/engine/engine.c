/* SPDX-License-Identifier: MIT */
/*
 * What all engines have in common: timers on one wheel, nodes, random streams, who watches.
 * Callbacks may add nodes and links, send, schedule and cancel; no pointer into the engine's tables
 * is held across one.  How time goes on is each engine's own: see engine_state.h.
 */
#include "engine/engine.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/engine_state.h"

void *engine_state_room(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? count * 2 : 1) * size);
}

void *engine_state_exhaust(struct engine *engine)
{
	engine->is_exhausted = true;
	return NULL;
}

void engine_state_sight(struct engine *engine, struct engine_endpoint at,
	enum engine_direction direction, struct dimp_view frame)
{
	const struct engine_sighting sighting = {at, direction, engine->now, frame};

	if (engine->tap)
		engine->tap(engine->tap_context, &sighting);
}

void engine_state_deliver(struct engine *engine, struct engine_endpoint to, struct dimp_view frame)
{
	engine_state_sight(engine, to, ENGINE_RECEIVED, frame);

	const struct engine_node *node = &engine->nodes[to.node];

	node->receive(node->context, to.port, frame, engine->now);
}

void engine_state_init(struct engine *engine, const struct engine_operations *operations,
	uint64_t seed)
{
	*engine = (struct engine){.operations = operations, .random = {.seed = seed}};
}

void engine_state_wipe(struct engine *engine)
{
	engine_links_wipe(engine);
	for (unsigned index = 0; index < engine->node_count; index++)
		free(engine->nodes[index].ports);
	free(engine->nodes);
	event_wheel_wipe(&engine->events);
	random_table_wipe(&engine->random);
}

bool engine_state_step(struct engine *engine, struct dimp_time until)
{
	struct event event;

	if (engine->is_exhausted || engine->is_stopped ||
		!event_wheel_pop(&engine->events, until, &event))
		return false;
	if (engine->now.us < event.at.us)
		engine->now = event.at;
	event.action(event.context, engine->now);
	if (engine->observer)
		engine->observer(engine->observer_context, engine->now);
	return true;
}

static bool add_ports(struct engine_node *node, unsigned port)
{
	if (port < node->port_count)
		return true;

	struct engine_port *ports = realloc(node->ports, (port + 1) * sizeof *ports);

	if (!ports)
		return false;
	for (unsigned index = node->port_count; index <= port; index++)
		ports[index] = (struct engine_port){0};
	node->ports = ports;
	node->port_count = port + 1;
	return true;
}

struct engine_port *engine_state_port(struct engine *engine, struct engine_endpoint at)
{
	assert(at.node < engine->node_count);
	struct engine_node *node = &engine->nodes[at.node];

	return add_ports(node, at.port) ? &node->ports[at.port] : NULL;
}

void engine_destroy(struct engine *engine)
{
	if (engine)
		engine->operations->destroy(engine);
}

bool engine_is_exhausted(const struct engine *engine)
{
	return engine->is_exhausted;
}

struct dimp_time engine_now(const struct engine *engine)
{
	return engine->now;
}

engine_timer engine_schedule(struct engine *engine, struct dimp_time at, engine_action *action,
	void *context)
{
	const struct event event = {
		.at = at.us < engine->now.us ? engine->now : at,
		.action = action,
		.context = context,
	};
	const struct engine_operations *operations = engine->operations;
	const engine_timer timer = operations->schedule ? operations->schedule(engine, &event)
							: event_wheel_push(&engine->events, &event);

	if (!timer)
		engine_state_exhaust(engine);
	return timer;
}

void engine_cancel(struct engine *engine, engine_timer timer)
{
	if (engine->operations->cancel)
		engine->operations->cancel(engine, timer);
	else
		event_wheel_remove(&engine->events, timer);
}

unsigned engine_node_add(struct engine *engine, const char *name, engine_receive *receive,
	void *context)
{
	struct engine_node *nodes =
		engine_state_room(engine->nodes, engine->node_count, sizeof *nodes);

	if (!nodes) {
		engine_state_exhaust(engine);
		return ENGINE_NONE;
	}
	engine->nodes = nodes;
	nodes[engine->node_count] =
		(struct engine_node){.name = name, .receive = receive, .context = context};
	return engine->node_count++;
}

const char *engine_node_name(const struct engine *engine, unsigned node)
{
	assert(node < engine->node_count);
	return engine->nodes[node].name;
}

void engine_set_tap(struct engine *engine, engine_tap *tap, void *context)
{
	engine->tap = tap;
	engine->tap_context = context;
}

void engine_run(struct engine *engine, struct dimp_time until)
{
	engine->operations->run(engine, until);
}

void engine_stop(struct engine *engine)
{
	engine->is_stopped = true;
}

void engine_set_observer(struct engine *engine, engine_action *observer, void *context)
{
	engine->observer = observer;
	engine->observer_context = context;
}

uint64_t engine_random(struct engine *engine, const char *stream)
{
	struct random_stream *found = random_table_find(&engine->random, stream);

	if (!found) {
		engine_state_exhaust(engine);
		return 0;
	}
	return random_stream_next(found);
}
